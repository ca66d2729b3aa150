//! Mending streams. Each record names the one before it, so once the gateway has refused one for good nothing fits after
//! it: the stream is closed, another one about the same subject is opened, and what waits is sealed and signed anew in it,
//! in its order. The refused record is tried there once more: most often its bytes were damaged, not what they say.
//!
//! Until the new stream is there everything is written into the broken one, where it waits like a record for a gateway
//! that is away.

use super::heard::open_sealed;
use super::{Core, CoreError, settle, tip};
use crate::author::{Author, Draft};
use crate::bedside::Bedside;
use crate::custody::Step;
use crate::store::{self, BrokenRow, OutboxRow, StoreError, Tx};
use std::collections::BTreeMap;
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::record::SignedRecord;
use wl_ledger::state::State;
use wl_ledger::{Height, KeyId, PatientId, StreamId, UnixMillis};
use wl_wire::messages::refusal;

/// So many new streams about one subject are opened within [`SPAN`] milliseconds at most: a gateway that refuses everything
/// must not make the ledger grow without end.
const MOST: usize = 2;
const SPAN: i64 = 600_000;

/// The broken streams of a hub.
#[derive(Default)]
pub(super) struct Broken(BTreeMap<StreamId, Option<UnixMillis>>);

impl Broken {
    /// Streams whose records wait.
    fn waiting(&self) -> impl Iterator<Item = StreamId> + '_ {
        self.0.iter().filter(|(_, mended)| mended.is_none()).map(|(stream, _)| *stream)
    }

    /// Whether another stream about a subject may be opened now.
    fn may_mend(&self, state: &State, subject: &Subject, now: UnixMillis) -> bool {
        let lately = self.0.iter().filter(|(stream, mended)| {
            mended.is_some_and(|mended| now.since(mended) < SPAN)
                && state.stream(**stream).is_some_and(|known| known.subject == *subject)
        });
        lately.count() < MOST
    }

    /// What is due: the broken stream is closed, and another one about its subject opened in the same breath.
    pub(super) fn due(&self, state: &State, now: UnixMillis) -> Vec<Step> {
        let open = self.waiting().filter_map(|stream| {
            let known = state.stream(stream).filter(|known| known.closed.is_none())?;
            self.may_mend(state, &known.subject, now).then_some((stream, known.subject))
        });
        open.flat_map(|(stream, subject)| [Step::CloseStream(stream), Step::OpenStream(subject)]).collect()
    }

    /// Broken streams that have a successor, with it.
    fn replaced(&self, state: &State, hub: &KeyId) -> Vec<(StreamId, StreamId, Subject)> {
        self.waiting()
            .filter_map(|stream| {
                let known = state.stream(stream).filter(|known| known.closed.is_some())?;
                let next = state.stream_of(hub, &known.subject)?;
                Some((stream, next, known.subject))
            })
            .collect()
    }
}

impl Core {
    /// Takes up the broken streams of the store.
    ///
    /// # Errors
    /// [`CoreError`].
    pub(super) async fn read_broken(&mut self) -> Result<(), CoreError> {
        let mut tx = self.store.begin().await?;
        let rows = store::broken::all(&mut tx).await?;
        drop(tx);
        for BrokenRow { stream, mended } in rows {
            self.broken.0.insert(stream, mended);
            if mended.is_none() {
                self.set_broken(stream, true);
            }
        }
        Ok(())
    }

    /// Takes streams up that were noted as broken in the store.
    pub(super) fn take_broken(&mut self, streams: impl IntoIterator<Item = StreamId>) {
        for stream in streams {
            self.broken.0.entry(stream).or_insert(None);
            self.set_broken(stream, true);
        }
    }

    fn set_broken(&mut self, stream: StreamId, is_broken: bool) {
        let Some(known) = self.verifier.state().stream(stream) else { return };
        let Subject::Patient(patient, category) = known.subject else { return };
        let Some(bedside) = self.bedsides.get_mut(&patient) else { return };
        if is_broken {
            bedside.broken.insert(category, stream);
        } else {
            bedside.broken.remove(&category);
        }
    }

    /// Signs anew what waits in broken streams that have a successor. Returns how many records.
    ///
    /// # Errors
    /// [`CoreError`]; the records then wait as they were.
    pub async fn mend(&mut self, now: UnixMillis) -> Result<usize, CoreError> {
        let mut written = 0;
        for (stream, next, subject) in self.broken.replaced(self.verifier.state(), &self.hub) {
            let mut tx = self.store.begin().await?;
            let mut pen = Pen {
                author: &mut self.author,
                state: self.verifier.state(),
                bedsides: &self.bedsides,
                seen: tip(&self.verifier),
                next,
                subject,
            };
            let stored = async {
                let count = pen.write_all(&mut tx, stream).await?;
                store::broken::mended(&mut tx, stream, now).await?;
                Ok(count)
            }
            .await;
            let count = settle(tx, &mut self.author, stored).await?;
            tracing::warn!(
                stream = stream.0,
                next = next.0,
                count,
                "a stream was broken and goes on in another one"
            );
            self.broken.0.insert(stream, Some(now));
            self.set_broken(stream, false);
            written += count;
        }
        Ok(written)
    }
}

/// What signs the records of one broken stream anew.
struct Pen<'a> {
    author: &'a mut Author,
    state: &'a State,
    bedsides: &'a BTreeMap<PatientId, Bedside>,
    seen: Height,
    next: StreamId,
    subject: Subject,
}

impl Pen<'_> {
    async fn write_all(&mut self, tx: &mut Tx<'_>, stream: StreamId) -> Result<usize, CoreError> {
        let (mut after, mut count) = (0, 0);
        while let Some(row) = store::outbox::next_of(tx, stream, after).await? {
            after = row.id;
            match self.write(tx, &row).await? {
                Some(draft) => {
                    rewrite(tx, &row, &draft).await?;
                    count += 1;
                }
                None => {
                    tracing::error!(
                        stream = stream.0,
                        seq = row.seq.0,
                        "a refused record does not open here either"
                    );
                    store::outbox::refused(tx, &row, refusal::RECORD, "does not open in its own place")
                        .await?;
                }
            }
        }
        Ok(count)
    }

    /// The new form of a record; `None` where its bytes do not say any more what they did.
    async fn write(&mut self, tx: &mut Tx<'_>, row: &OutboxRow) -> Result<Option<Draft>, CoreError> {
        let (Entry::Record(bytes), Some(body)) = (&row.item.entry, &row.item.body) else { return Ok(None) };
        let Ok(record) = SignedRecord::parse(bytes) else { return Ok(None) };
        let header = record.header();
        let Subject::Patient(patient, category) = self.subject else {
            // An envelope is sealed to its reader and to no stream.
            let sealed = body.ciphertext.clone();
            let mailed =
                self.author.mail(self.next, header.kind, header.epoch, header.taken, self.seen, sealed)?;
            return Ok(Some(mailed));
        };
        let chain = self.author.chain();
        let of = (patient, category);
        let Some(plain) = open_sealed(tx, self.state, &chain, of, header, &body.ciphertext).await? else {
            return Ok(None);
        };
        let bedside = self.bedsides.get(&patient).ok_or(CoreError::UnknownPatient(patient))?;
        let (place, keys) = bedside
            .place(self.state, &self.author.key().id(), category)
            .ok_or(CoreError::UnknownPatient(patient))?;
        let place = crate::author::Place { stream: self.next, ..place };
        Ok(Some(self.author.draft(&place, &keys, header.kind, header.taken, self.seen, &plain)?))
    }
}

async fn rewrite(tx: &mut Tx<'_>, row: &OutboxRow, draft: &Draft) -> Result<(), StoreError> {
    store::outbox::rewrite(tx, row.id, draft.stream, draft.seq, &draft.hash, &draft.item).await
}
