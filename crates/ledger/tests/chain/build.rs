//! A chain taken apart for tests, and the tools of a gateway that lies.

use std::collections::BTreeMap;

use wl_ledger::block::{Entry, LaneItem, UnverifiedBlock, entries_root};
use wl_ledger::control::{SignedTransaction, Subject};
use wl_ledger::fixtures::{Setup, TestChain};
use wl_ledger::header::{Certificate, Header, header_id};
use wl_ledger::keys::SigningKey;
use wl_ledger::propose::Tail;
use wl_ledger::record::SignedRecord;
use wl_ledger::verify::{Predecessor, Verifier};
use wl_ledger::{ChainId, Hash, Height, KeyId, Seq, StreamId};

/// A finished chain with the verifier as it stood before each block, and after the last.
pub(crate) struct Chain {
    pub(crate) source: TestChain,
    pub(crate) lane: Vec<LaneItem>,
    pub(crate) headers: Vec<Header>,
    pub(crate) verifiers: Vec<Verifier>,
    pub(crate) validators: Vec<SigningKey>,
}

impl Chain {
    pub(crate) fn new(source: TestChain) -> Self {
        let lane = source.lane();
        let headers = lane.iter().map(|item| Header::parse(&item.header).unwrap()).collect();
        let mut verifiers = vec![Verifier::new(source.chain())];
        for item in &lane {
            let mut next = verifiers.last().unwrap().clone();
            next.advance(std::slice::from_ref(item)).unwrap();
            verifiers.push(next);
        }
        let validators = source.setup().validator_keys();
        Self { source, lane, headers, verifiers, validators }
    }

    pub(crate) fn setup(&self) -> Setup {
        self.source.setup()
    }

    pub(crate) fn id(&self) -> ChainId {
        self.source.chain()
    }

    pub(crate) fn len(&self) -> usize {
        self.lane.len()
    }

    pub(crate) fn block(&self, height: usize) -> &UnverifiedBlock {
        &self.source.blocks()[height]
    }

    pub(crate) fn header_id(&self, height: usize) -> Hash {
        header_id(&self.lane[height].header)
    }

    /// The verifier that knows the whole chain.
    pub(crate) fn end(&self) -> &Verifier {
        self.verifiers.last().unwrap()
    }

    /// The controls of a block, parsed.
    pub(crate) fn controls(&self, height: usize) -> Vec<SignedTransaction> {
        self.lane[height].controls.iter().map(|bytes| SignedTransaction::parse(bytes).unwrap()).collect()
    }

    /// A certificate of all validators, as colluding gateways would make it.
    pub(crate) fn certify(&self, header: &[u8]) -> Certificate {
        let height = Header::parse(header).map_or(Height(0), |header| header.height);
        let keys: Vec<&SigningKey> = self.validators.iter().collect();
        Certificate::sign(&keys, &self.id(), height, 0, &header_id(header))
    }

    /// An item that colluding gateways certify, with these controls.
    pub(crate) fn forge(&self, header: &Header, controls: &[Vec<u8>]) -> LaneItem {
        let header = header.to_bytes();
        let certificate = Some(self.certify(&header).to_bytes().into());
        let controls = controls.iter().cloned().map(Into::into).collect();
        LaneItem { header, certificate, controls }
    }

    /// The item of `height` with its header changed and certified again.
    pub(crate) fn reforge(&self, height: usize, change: impl FnOnce(&mut Header)) -> LaneItem {
        let mut header = self.headers[height].clone();
        change(&mut header);
        let controls: Vec<Vec<u8>> = self.lane[height].controls.iter().map(|bytes| bytes.to_vec()).collect();
        self.forge(&header, &controls)
    }

    /// The item of `height` with other controls, its entry count raised where it must be, certified again.
    pub(crate) fn with_controls(&self, height: usize, controls: &[Vec<u8>]) -> LaneItem {
        let mut header = self.headers[height].clone();
        header.entries = header.entries.max(u32::try_from(controls.len()).unwrap());
        self.forge(&header, controls)
    }

    /// A next block behind the tip that colluding gateways certify, holding these records and no control.
    pub(crate) fn next_with(&self, entries: Vec<Entry>) -> (LaneItem, Vec<Entry>) {
        let tip = self.headers.last().unwrap();
        let header = Header {
            height: tip.height.next().unwrap(),
            previous: self.header_id(self.len() - 1),
            entries_root: entries_root(&entries),
            entries: u32::try_from(entries.len()).unwrap(),
            history_root: self.end().history_root(),
            ..tip.clone()
        };
        (self.forge(&header, &[]), entries)
    }

    /// The tails of all streams after the last block.
    pub(crate) fn tails(&self) -> BTreeMap<StreamId, Tail> {
        let mut tails = BTreeMap::new();
        for record in self.records() {
            let header = record.header();
            tails.insert(header.stream, Tail { seq: header.seq, hash: record.hash() });
        }
        tails
    }

    /// All records, in order.
    pub(crate) fn records(&self) -> impl Iterator<Item = SignedRecord> {
        self.source.blocks().iter().flat_map(|block| &block.entries).filter_map(|entry| match entry {
            Entry::Record(bytes) => Some(SignedRecord::parse(bytes).unwrap()),
            Entry::Control(_) => None,
        })
    }

    /// Streams whose author is in force at the end and that take records now, with the author's name.
    pub(crate) fn writable(&self) -> Vec<(StreamId, KeyId, String)> {
        let state = self.end().state();
        let names = crate::steps::names(self.setup());
        let takes = |subject: &Subject| match subject {
            Subject::Patient(patient, category) => state.epoch(patient, *category).is_some(),
            Subject::Mailbox(_) | Subject::Access(_) | Subject::Security => true,
        };
        state
            .streams()
            .filter(|(_, stream)| state.member(&stream.author).is_some_and(|member| member.is_active()))
            .filter(|(_, stream)| takes(&stream.subject) && stream.closed.is_none())
            .filter_map(|(id, stream)| {
                let name = names.iter().find(|name| wl_ledger::fixtures::key_id(name) == stream.author)?;
                Some((*id, stream.author, name.clone()))
            })
            .collect()
    }
}

/// What a desk knows of a stream's last record.
pub(crate) fn predecessor(tails: &BTreeMap<StreamId, Tail>, stream: StreamId) -> Predecessor {
    tails.get(&stream).map_or(Predecessor::First, |tail| Predecessor::Verified(tail.seq, tail.hash))
}

/// The number that a stream's next record bears.
pub(crate) fn next_seq(tails: &BTreeMap<StreamId, Tail>, stream: StreamId) -> Seq {
    tails.get(&stream).map_or(Seq(0), |tail| tail.seq.next().unwrap())
}
