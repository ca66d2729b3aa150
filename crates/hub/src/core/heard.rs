//! Reading what people signed about this hub's patients: verified blocks in, orders to the rules out. A record is carried
//! out once; if the hub stops before it is durable, its block is read again.

use super::{Core, CoreError, orders, settle, take, tip};
use crate::store::{self, SecretPlace, Tx};
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordHeader, RecordKind, SignedRecord};
use wl_ledger::state::State;
use wl_ledger::verify::{Predecessor, VerifiedRecord};
use wl_ledger::{Category, ChainId, Epoch, Hash, Height, PatientId, UnixMillis};
use wl_seal::{EpochContext, EpochKeys, EpochSecret, GenerationContext, RecordContext};
use wl_wire::messages::{BlockContent, ServedItem};

/// The cursor is stored at least every so many blocks.
const KEEP_CURSOR: u64 = 256;

/// A record, verified, with its place.
pub(super) struct Signed {
    pub(super) record: VerifiedRecord,
    body: Option<Body>,
    pub(super) patient: PatientId,
    category: Category,
}

impl Core {
    /// The next block to look through, or `None` where nobody but hubs writes about these patients.
    pub fn next_heard(&self) -> Option<Height> {
        let people = self.state().streams().any(|(_, stream)| {
            matches!(stream.subject, Subject::Patient(patient, _) | Subject::Access(patient)
                if stream.author != self.hub && self.bedsides.contains_key(&patient))
        });
        (people && !self.is_recovering()).then_some(self.heard)
    }

    /// Looks through a block whose header is verified here. Returns whether something was written.
    ///
    /// # Errors
    /// [`CoreError::Verify`] when the entries are not those of the verified header; nothing of it is then used.
    pub async fn hear(&mut self, content: &BlockContent, now: UnixMillis) -> Result<bool, CoreError> {
        // A hub that is being restored writes nothing yet, and reads this block again afterwards.
        if content.height < self.heard || self.is_recovering() {
            return Ok(false);
        }
        self.note_receipts(content).await?;
        let next = content.height.next().unwrap_or(content.height);
        let mut wrote = false;
        if content.items.iter().any(|item| self.concerns(item)) {
            for signed in self.verified(content, |item| self.concerns(item))? {
                wrote |= self.carry_out(signed, now).await?;
            }
        }
        wrote |= self.hear_advice(content, now).await?;
        self.heard = next;
        if wrote || next.0.is_multiple_of(KEEP_CURSOR) {
            let mut tx = self.store.begin().await?;
            store::heard::move_to(&mut tx, next).await?;
            tx.commit().await.map_err(store::StoreError::from)?;
        }
        Ok(wrote)
    }

    fn concerns(&self, item: &ServedItem) -> bool {
        let Entry::Record(bytes) = &item.item.entry else { return false };
        let Ok(record) = SignedRecord::parse(bytes) else { return false };
        let by_people = matches!(
            record.header().kind,
            RecordKind::Limits | RecordKind::Observation | RecordKind::Act | RecordKind::Acknowledgement
        );
        by_people
            && self.state().stream(record.header().stream).is_some_and(|stream| {
                let ours = matches!(stream.subject, Subject::Patient(patient, _) if self.bedsides.contains_key(&patient));
                ours && stream.author != self.hub
            })
    }

    /// The records of a block that are wanted, verified.
    pub(super) fn verified(
        &self,
        content: &BlockContent,
        wanted: impl Fn(&ServedItem) -> bool,
    ) -> Result<Vec<Signed>, CoreError> {
        let Some(header) = self.verifier.header(content.height) else { return Ok(Vec::new()) };
        let entries = content.items.iter().map(|item| item.item.entry.clone()).collect();
        let block = header.admit(entries)?;
        let mut found = Vec::new();
        for (entry, item) in block.entries().zip(&content.items) {
            if !wanted(item) {
                continue;
            }
            let claimed: Option<Hash> = item.previous;
            let predecessor = claimed.map_or(Predecessor::First, Predecessor::Claimed);
            let Some(record) = entry.record(self.state(), predecessor)? else { continue };
            if let Subject::Patient(patient, category) = record.subject() {
                found.push(Signed { record, body: item.item.body.clone(), patient, category });
            }
        }
        Ok(found)
    }

    /// Carries one record out, in one transaction with what the hub says of it.
    async fn carry_out(&mut self, signed: Signed, now: UnixMillis) -> Result<bool, CoreError> {
        let Some(bedside) = self.bedsides.get_mut(&signed.patient) else { return Ok(false) };
        let state = self.verifier.state();
        if bedside.place(state, &self.hub, Category::Alarms).is_none() {
            // The key of the epoch in force is lost and being replaced: nothing can be said about the record now, and what
            // is not said is not in force. Whoever signed it sees that it never was.
            tracing::warn!(stream = signed.record.header().stream.0, "a person's record was not carried out");
            return Ok(false);
        }
        let parts = take::Parts { state, hub: &self.hub, seen: tip(&self.verifier), now };
        let mut tx = self.store.begin().await?;
        let header = signed.record.header().clone();
        let author = &mut self.author;
        let mut engine = bedside.engine.clone();
        let stored = async {
            if !store::heard::take(&mut tx, header.stream, header.seq).await? {
                return Ok(None);
            }
            let plain = open(&mut tx, state, &author.chain(), &signed).await?;
            let order = orders::Signed {
                hash: signed.record.hash(),
                author: signed.record.author(),
                kind: header.kind,
                patient: signed.patient,
                plain: plain.as_deref(),
            };
            let outcome = orders::judge(&mut tx, state, &engine, &order, now).await?;
            if let orders::Outcome::Answer(said) = &outcome {
                store::alarms::keep(&mut tx, &order.patient, &order.author, said).await?;
            }
            let events = outcome.apply(&mut engine, &order, now);
            take::write_alarms(&mut tx, author, bedside, &parts, &events).await?;
            store::intake::put_engine(&mut tx, &bedside.patient, &engine.snapshot()).await?;
            Ok(Some(outcome))
        }
        .await;
        if settle(tx, &mut self.author, stored).await?.is_none() {
            return Ok(false);
        }
        bedside.engine = engine;
        self.calling.is_old = true;
        Ok(true)
    }
}

/// The plaintext of a record; `None` where it does not open: then nothing is guessed from it.
pub(super) async fn open(
    tx: &mut Tx<'_>,
    state: &State,
    chain: &ChainId,
    signed: &Signed,
) -> Result<Option<Vec<u8>>, CoreError> {
    let header = signed.record.header();
    let place = match header.kind {
        RecordKind::Limits | RecordKind::Act | RecordKind::Acknowledgement => Category::Alarms,
        RecordKind::Note => Category::Notes,
        _ => Category::Vitals,
    };
    let Some(body) = signed.body.as_ref().filter(|_| place == signed.category) else { return Ok(None) };
    let Ok(sealed) = signed.record.ciphertext(body) else { return Ok(None) };
    open_sealed(tx, state, chain, (signed.patient, signed.category), header, sealed).await
}

/// The plaintext of a ciphertext in the place that its record's header names.
pub(super) async fn open_sealed(
    tx: &mut Tx<'_>,
    state: &State,
    chain: &ChainId,
    (patient, category): (PatientId, Category),
    header: &RecordHeader,
    sealed: &[u8],
) -> Result<Option<Vec<u8>>, CoreError> {
    let Some(keys) = keys(tx, state, chain, (patient, category), header.epoch).await? else {
        return Ok(None);
    };
    let context = RecordContext {
        chain: *chain,
        patient,
        category,
        stream: header.stream,
        seq: header.seq,
        epoch: header.epoch,
        kind: header.kind.code(),
    };
    let opened = match header.kind {
        RecordKind::Note => wl_seal::open_document(&keys, &context, sealed),
        _ => wl_seal::open_record(keys.record_key(), &context, sealed),
    };
    Ok(opened.ok().map(|plain| plain.to_vec()))
}

async fn keys(
    tx: &mut Tx<'_>,
    state: &State,
    chain: &ChainId,
    (patient, category): (PatientId, Category),
    epoch: Epoch,
) -> Result<Option<EpochKeys>, CoreError> {
    let Some(opened) = state.epoch_at(&patient, category, epoch) else { return Ok(None) };
    let generation = opened.opening.generation;
    let place = SecretPlace { patient, category, generation, epoch: Some(epoch) };
    let Some(secret) = store::secrets::get(tx, &place).await? else { return Ok(None) };
    let context = EpochContext {
        generation: GenerationContext { chain: *chain, patient, category, generation },
        epoch,
    };
    Ok(Some(EpochSecret::from_bytes(*secret).keys(&context)?))
}
