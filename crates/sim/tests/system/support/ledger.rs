//! The whole ledger as anybody can read and verify it: headers, certificates, control lane, and every record's
//! signature, place and predecessor.

use std::collections::BTreeMap;
use std::sync::Arc;
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::state::State;
use wl_ledger::verify::{Predecessor, VerifiedRecord, Verifier};
use wl_ledger::{Category, Hash, Height, PatientId, Seq, StreamId};
use wl_wire::enrolment::Answer;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::Item;

pub(crate) struct Ledger {
    pub(crate) state: Arc<State>,
    /// Every record with its body, in the order of the blocks, but for those erased by order. A stream without gaps and
    /// doubles, or this does not exist.
    pub(crate) records: Vec<(VerifiedRecord, Body)>,
    /// The same records as they were submitted.
    pub(crate) items: Vec<Item>,
}

impl Ledger {
    /// Reads and verifies everything. Fails on the first thing that is not as it must be.
    pub(crate) async fn read(client: &GatewayClient, answer: &Answer) -> Self {
        let mut verifier = Verifier::new(answer.chain);
        loop {
            let lane = client.lane(verifier.next_height(), 4096).await.unwrap();
            verifier.advance(&lane.items).expect("the chain verifies");
            if verifier.tip().map(|tip| tip.height()) >= Some(lane.tip) {
                break;
            }
        }
        let tip = verifier.tip().unwrap().height();
        let (mut records, mut items) = (Vec::new(), Vec::new());
        let mut tails: BTreeMap<StreamId, (Seq, Hash)> = BTreeMap::new();
        let mut from = Height(0);
        while from <= tip {
            for block in client.blocks(from, Height((from.0 + 511).min(tip.0))).await.unwrap().blocks {
                let bodies: Vec<_> = block.items.iter().map(|item| item.item.body.clone()).collect();
                let entries = block.items.into_iter().map(|item| item.item.entry).collect();
                let verified =
                    verifier.header(block.height).unwrap().admit(entries).expect("the entries fit");
                for (entry, body) in verified.entries().zip(bodies) {
                    let Some(stream) = stream_of(entry.entry()) else { continue };
                    let before = tails
                        .get(&stream)
                        .map_or(Predecessor::First, |(seq, hash)| Predecessor::Verified(*seq, *hash));
                    let record =
                        entry.record(verifier.state(), before).expect("the record verifies").unwrap();
                    tails.insert(stream, (record.header().seq, record.hash()));
                    let Some(body) = body else {
                        assert!(was_erased(verifier.state(), &record), "a body is missing without an order");
                        continue;
                    };
                    record.ciphertext(&body).expect("the body is the one that was signed");
                    items.push(Item { entry: entry.entry().clone(), body: Some(body.clone()) });
                    records.push((record, body));
                }
                from = Height(block.height.0 + 1);
            }
        }
        Self { state: verifier.shared_state(), records, items }
    }

    /// Records of one kind about one patient.
    pub(crate) fn about(&self, patient: PatientId, category: Category, kind: RecordKind) -> usize {
        let subject = Subject::Patient(patient, category);
        let fits = |record: &VerifiedRecord| record.subject() == subject && record.header().kind == kind;
        self.records.iter().filter(|(record, _)| fits(record)).count()
    }
}

fn was_erased(state: &State, record: &VerifiedRecord) -> bool {
    let Subject::Patient(patient, category) = record.subject() else { return false };
    let header = record.header();
    state.erased_by(&patient, category, header.stream, header.seq, record.height()).is_some()
}

fn stream_of(entry: &wl_ledger::block::Entry) -> Option<StreamId> {
    match entry {
        wl_ledger::block::Entry::Record(bytes) => {
            Some(wl_ledger::record::SignedRecord::parse(bytes).unwrap().header().stream)
        }
        wl_ledger::block::Entry::Control(_) => None,
    }
}
