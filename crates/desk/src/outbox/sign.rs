//! Signing what waits in the outbox: each place in a stream once.

use super::told;
use crate::edge;
use crate::session::Core;
use crate::store::{Outgoing, Placed};
use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::record::{Body, RecordHeader, SignedRecord, stream_anchor};
use wl_ledger::{Epoch, Hash, Height, Seq, StreamId, UnixMillis};
use wl_seal::{NoticeContext, seal_notice};
use wl_wire::messages::Item;

/// Records that are signed and sent together, at most: signing them takes a millisecond, in which the session is held.
const MOST_TOGETHER: usize = 16;
/// Bytes of bodies after which no further record is sent with the others.
const ENOUGH_BYTES: usize = 1024 * 1024;

/// What can be sent of the outbox.
#[derive(Default)]
pub(super) struct Signing {
    /// Signed now, and not fixed yet: to be made durable before it is sent.
    pub(super) fresh: Vec<Placed>,
    /// Signed and fixed before.
    pub(super) ready: Vec<(i64, Item)>,
    /// The first subject without a stream.
    pub(super) unopened: Option<Subject>,
}

impl Core {
    /// Signs what waits in the outbox, in its order, but for what is `settled` and what was refused for good. At most so many
    /// that they go out together.
    pub(super) fn sign_waiting(
        &mut self,
        outbox: &[Outgoing],
        settled: &BTreeSet<i64>,
        now: UnixMillis,
    ) -> Signing {
        let mut signing = Signing::default();
        let mut places = BTreeMap::new();
        let mut bytes = 0;
        for outgoing in outbox.iter().filter(|one| one.refused.is_none() && !settled.contains(&one.id)) {
            if signing.fresh.len() + signing.ready.len() >= MOST_TOGETHER || bytes > ENOUGH_BYTES {
                break;
            }
            bytes += outgoing.body.len();
            if let Some((_, _, item)) = &outgoing.signed {
                signing.ready.push((outgoing.id, item.clone()));
                continue;
            }
            // What may not be written now waits, and keeps nothing behind it from being sent.
            if !self.may_write(&outgoing.subject, now) {
                continue;
            }
            let Some(stream) = self.state().stream_of(&self.me, &outgoing.subject) else {
                signing.unopened = signing.unopened.or(Some(outgoing.subject));
                continue;
            };
            let Some(place) = places.get(&stream).copied().or_else(|| self.place(stream, outbox)) else {
                continue;
            };
            if let Some((placed, hash)) = self.sign(outgoing, stream, place, now) {
                // After the last number of a stream there is no place.
                if let Some(next) = placed.seq.next() {
                    places.insert(stream, (hash, next));
                }
                signing.fresh.push(placed);
            }
        }
        signing
    }

    /// Whether this person may write about a subject now: who may not read it would be refused a stream.
    fn may_write(&mut self, subject: &Subject, now: UnixMillis) -> bool {
        let Subject::Patient(patient, category) = subject else { return true };
        let time = self.deciding_time(now);
        let access = self.opener.access(self.state(), patient, *category, time);
        matches!(access, crate::opener::Access::Granted { .. })
    }

    /// The next place in an own stream, once all of it is known here.
    fn place(&self, stream: StreamId, outbox: &[Outgoing]) -> Option<(Hash, Seq)> {
        let since = self.state().stream(stream)?.since;
        let queued = outbox
            .iter()
            .filter_map(|outgoing| outgoing.signed.as_ref())
            .filter(|(of, _, _)| *of == stream)
            .max_by_key(|(_, seq, _)| *seq);
        if let Some((_, seq, item)) = queued {
            let hash = SignedRecord::parse(item.entry.bytes()).ok()?.hash();
            return Some((hash, seq.next()?));
        }
        if !self.engine.holds_since(since) {
            return None;
        }
        match self.engine.tail(stream) {
            Some((seq, hash)) => Some((hash, seq.next()?)),
            None => Some((stream_anchor(&self.chain(), stream), Seq(0))),
        }
    }

    fn sign(
        &mut self,
        outgoing: &Outgoing,
        stream: StreamId,
        (previous, seq): (Hash, Seq),
        now: UnixMillis,
    ) -> Option<(Placed, Hash)> {
        let salt = Hash::from_bytes(edge::random().ok()?);
        let (epoch, ciphertext) = self.seal(outgoing, stream, seq, now)?;
        let body = Body { salt, ciphertext };
        let header = RecordHeader {
            stream,
            seq,
            epoch,
            kind: outgoing.kind,
            taken: now,
            seen: self.engine.verifier().tip().map_or(Height(0), |tip| tip.height()),
            commitment: body.commitment(),
            size: u32::try_from(body.ciphertext.len()).ok()?,
        };
        let record = SignedRecord::seal(self.keys()?.signing(), &self.chain(), &previous, header);
        let item = Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body) };
        Some((Placed { id: outgoing.id, stream, seq, item }, record.hash()))
    }

    /// Seals the content of a record for those whom it is for.
    fn seal(
        &mut self,
        outgoing: &Outgoing,
        stream: StreamId,
        seq: Seq,
        now: UnixMillis,
    ) -> Option<(Epoch, Vec<u8>)> {
        let kind = outgoing.kind;
        match outgoing.subject {
            Subject::Patient(patient, category) => {
                let nonce = edge::random().ok()?;
                let time = self.deciding_time(now);
                let (engine, opener, _) = self.sealing();
                let place = (patient, category, stream, seq, kind);
                let state = engine.verifier().shared_state();
                opener.seal(&state, time, place, &nonce, &outgoing.body).ok()
            }
            Subject::Access(_) | Subject::Security => {
                let context = NoticeContext { chain: self.chain(), stream, seq, kind: kind.code() };
                let readers = told::readers(self.state(), &outgoing.subject);
                match seal_notice(&readers, &context, &outgoing.body) {
                    Ok(sealed) => Some((Epoch(0), sealed)),
                    Err(error) => {
                        tracing::error!(%error, "a notice was not sealed");
                        None
                    }
                }
            }
            Subject::Mailbox(_) => None,
        }
    }
}
