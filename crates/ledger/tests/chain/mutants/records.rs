//! Records in blocks that colluding gateways certify: only the record's own checks stand in their way.

use std::collections::BTreeMap;

use wl_ledger::block::Entry;
use wl_ledger::codec::CodecError;
use wl_ledger::cose::Sign1;
use wl_ledger::fixtures::{hash, key};
use wl_ledger::keys::{KeyError, Signature};
use wl_ledger::limits::{MAX_FUTURE_MILLIS, MAX_RECORD_BYTES};
use wl_ledger::propose::Tail;
use wl_ledger::record::{Body, RecordError, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use wl_ledger::state::AdmissionError;
use wl_ledger::verify::{Predecessor, VerifyError};
use wl_ledger::{ChainId, Epoch, Hash, Height, Seq, StreamId};

use super::{Attack, Choices, Make, Mutant};
use crate::build::{Chain, next_seq, predecessor};
use crate::steps::names;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("record: bit flip", bit_flip),
    ("record: bit flip in the signature", signature_flip),
    ("record: S + L", malleated),
    ("record: moved to another stream", other_stream),
    ("record: of another chain", other_chain),
    ("record: after another predecessor", other_predecessor),
    ("record: claimed predecessor is another", claimed),
    ("record: signed by somebody else", impostor),
    ("record: other kind", other_kind),
    ("record: replayed", replayed),
    ("record: gap", gap),
    ("record: two reordered", reordered),
    ("record: author revoked", revoked),
    ("record: stream closed", closed),
    ("record: unknown stream", unknown_stream),
    ("record: unknown epoch", unknown_epoch),
    ("record: from the future", future),
    ("record: has seen a height to come", seen),
    ("record: trailing byte", trailing),
    ("record: oversized", oversized),
    ("body: of another record", body_swapped),
    ("body: bit flip", body_flip),
    ("body: other salt", body_salt),
    ("body: other size", body_size),
];

fn tip(chain: &Chain) -> Height {
    Height(u64::try_from(chain.len()).unwrap())
}

fn mutant(chain: &Chain, bytes: Vec<u8>, before: Predecessor, expected: VerifyError) -> Option<Mutant> {
    let (item, entries) = chain.next_with(vec![Entry::Record(bytes)]);
    Some(Mutant { attack: Attack::Record(item, entries, before), expected })
}

fn refused(chain: &Chain, source: RecordError) -> VerifyError {
    VerifyError::Record { height: tip(chain), source }
}

fn inadmissible(chain: &Chain, source: AdmissionError) -> VerifyError {
    VerifyError::Admission { height: tip(chain), source }
}

fn unsigned(chain: &Chain, header: &RecordHeader) -> VerifyError {
    let (stream, seq) = (header.stream, header.seq);
    refused(chain, RecordError::Signature { stream, seq, source: KeyError::BadSignature })
}

/// The next record of a stream that takes records, with the name of its author and what precedes it.
struct Next {
    author: String,
    header: RecordHeader,
    previous: Hash,
    tails: BTreeMap<StreamId, Tail>,
}

impl Next {
    fn of(chain: &Chain, choices: &mut Choices<'_>) -> Option<Self> {
        let (stream, _, author) = choices.one(&chain.writable())?.clone();
        let (record, _) = chain.source.draft(&author, stream, RecordKind::Frame, b"next");
        // The block that will hold it has the time of the tip.
        let header = RecordHeader { taken: chain.headers.last().unwrap().time, ..record.header().clone() };
        let tails = chain.tails();
        let previous =
            tails.get(&stream).map_or_else(|| stream_anchor(&chain.id(), stream), |tail| tail.hash);
        Some(Self { author, header, previous, tails })
    }

    fn sign(&self, chain: &Chain, header: RecordHeader) -> SignedRecord {
        SignedRecord::seal(&key(&self.author), &chain.id(), &self.previous, header)
    }

    fn honest(&self, chain: &Chain) -> SignedRecord {
        self.sign(chain, self.header.clone())
    }

    fn before(&self) -> Predecessor {
        predecessor(&self.tails, self.header.stream)
    }

    fn offer(&self, chain: &Chain, record: &SignedRecord, expected: VerifyError) -> Option<Mutant> {
        mutant(chain, record.bytes().to_vec(), self.before(), expected)
    }
}

/// What an outsider's change of the bytes must be refused with, told in the order of the checks.
fn bit_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let mut bytes = next.honest(chain).bytes().to_vec();
    choices.flip(&mut bytes)?;
    let (state, time) = (chain.end().state(), chain.headers.last().unwrap().time);
    let (before, expected) = match SignedRecord::parse(&bytes) {
        Err(error) => (next.before(), refused(chain, error)),
        Ok(record) => {
            let header = record.header();
            let (stream, expected) = (header.stream, next_seq(&next.tails, header.stream));
            let error = if header.seq != expected {
                VerifyError::Sequence { stream, expected, got: header.seq }
            } else if let Err(source) = state.admit(header, tip(chain), time) {
                inadmissible(chain, source)
            } else {
                unsigned(chain, header)
            };
            (predecessor(&next.tails, stream), error)
        }
    };
    mutant(chain, bytes, before, expected)
}

fn resigned(record: &SignedRecord, change: impl FnOnce(&Signature) -> Signature) -> Vec<u8> {
    let mut cose = Sign1::parse(record.bytes(), MAX_RECORD_BYTES).unwrap();
    cose.signature = change(&cose.signature);
    cose.to_bytes()
}

fn signature_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let bit = choices.below(512)?;
    let bytes = resigned(&next.honest(chain), |signature| {
        let mut bytes = *signature.as_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Signature::from_bytes(bytes)
    });
    mutant(chain, bytes, next.before(), unsigned(chain, &next.header))
}

fn malleated(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let bytes = resigned(&next.honest(chain), crate::malleate);
    mutant(chain, bytes, next.before(), unsigned(chain, &next.header))
}

/// The signature of one stream's record under the name of another stream of the same author, in its right place.
fn other_stream(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let author = key(&next.author).id();
    let others: Vec<_> = chain
        .writable()
        .into_iter()
        .filter(|(id, other, _)| *other == author && *id != next.header.stream)
        .map(|(id, ..)| id)
        .collect();
    let stream = *choices.one(&others)?;
    let (draft, _) = chain.source.draft(&next.author, stream, RecordKind::Frame, b"next");
    let header = RecordHeader { taken: next.header.taken, ..draft.header().clone() };
    let mut cose = Sign1::parse(next.honest(chain).bytes(), MAX_RECORD_BYTES).unwrap();
    cose.payload = wl_ledger::codec::encode(&header);
    mutant(chain, cose.to_bytes(), predecessor(&next.tails, stream), unsigned(chain, &header))
}

fn other_chain(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let mut id = *chain.id().as_bytes();
    choices.flip(&mut id)?;
    let id = ChainId::from_bytes(id);
    let record = SignedRecord::seal(&key(&next.author), &id, &next.previous, next.header.clone());
    next.offer(chain, &record, unsigned(chain, &next.header))
}

fn other_predecessor(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let other = choices.flipped(next.previous)?;
    let record = SignedRecord::seal(&key(&next.author), &chain.id(), &other, next.header.clone());
    next.offer(chain, &record, unsigned(chain, &next.header))
}

fn claimed(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let lie = Predecessor::Claimed(choices.flipped(next.previous)?);
    let record = next.honest(chain);
    mutant(chain, record.bytes().to_vec(), lie, unsigned(chain, &next.header))
}

fn impostor(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let names = names(chain.setup());
    let name = choices.one(&names)?;
    if *name == next.author {
        return None;
    }
    let record = SignedRecord::seal(&key(name), &chain.id(), &next.previous, next.header.clone());
    next.offer(chain, &record, unsigned(chain, &next.header))
}

/// An alarm shown as a note: the kind is signed.
fn other_kind(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let kinds = [RecordKind::Alarm, RecordKind::Note, RecordKind::Segment];
    let header = RecordHeader { kind: *choices.one(&kinds)?, ..next.header.clone() };
    let mut cose = Sign1::parse(next.honest(chain).bytes(), MAX_RECORD_BYTES).unwrap();
    cose.payload = wl_ledger::codec::encode(&header);
    mutant(chain, cose.to_bytes(), next.before(), unsigned(chain, &header))
}

fn replayed(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let records: Vec<_> = chain.records().collect();
    let record = choices.one(&records)?;
    let (stream, tails) = (record.header().stream, chain.tails());
    let expected =
        VerifyError::Sequence { stream, expected: next_seq(&tails, stream), got: record.header().seq };
    mutant(chain, record.bytes().to_vec(), predecessor(&tails, stream), expected)
}

fn gap(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let (stream, expected) = (next.header.stream, next.header.seq);
    let got = Seq(expected.0 + 1 + u64::try_from(choices.below(1 << 20)?).unwrap());
    let record = next.sign(chain, RecordHeader { seq: got, ..next.header.clone() });
    next.offer(chain, &record, VerifyError::Sequence { stream, expected, got })
}

fn reordered(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let first = next.honest(chain);
    let got = next.header.seq.next()?;
    let header = RecordHeader { seq: got, ..next.header.clone() };
    let second = SignedRecord::seal(&key(&next.author), &chain.id(), &first.hash(), header);
    let entries = vec![Entry::Record(first.bytes().to_vec()), Entry::Record(second.bytes().to_vec())];
    let (item, entries) = chain.next_with(entries);
    let expected = VerifyError::Sequence { stream: next.header.stream, expected: next.header.seq, got };
    Some(Mutant { attack: Attack::Record(item, entries, next.before()), expected })
}

fn revoked(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let state = chain.end().state();
    let gone: Vec<StreamId> = state
        .streams()
        .filter(|(_, stream)| state.member(&stream.author).is_some_and(|member| !member.is_active()))
        .map(|(id, _)| *id)
        .collect();
    let stream = *choices.one(&gone)?;
    let author = state.stream(stream)?.author;
    let names = names(chain.setup());
    let name = names.iter().find(|name| key(name).id() == author)?;
    let (record, _) = chain.source.draft(name, stream, RecordKind::Frame, b"after revocation");
    let before = predecessor(&chain.tails(), stream);
    let expected = inadmissible(chain, AdmissionError::AuthorNotInForce(stream));
    mutant(chain, record.bytes().to_vec(), before, expected)
}

fn closed(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let state = chain.end().state();
    let closed = state
        .streams()
        .filter(|(_, stream)| stream.closed.is_some() && state.active_member(&stream.author).is_some());
    let closed: Vec<_> = closed.map(|(id, stream)| (*id, stream.author)).collect();
    let (stream, author) = *choices.one(&closed)?;
    let names = names(chain.setup());
    let name = names.iter().find(|name| key(name).id() == author)?;
    let (record, _) = chain.source.draft(name, stream, RecordKind::Frame, b"after the end");
    let before = predecessor(&chain.tails(), stream);
    mutant(chain, record.bytes().to_vec(), before, inadmissible(chain, AdmissionError::StreamClosed(stream)))
}

fn unknown_stream(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let free = chain.end().state().next_stream()?.0;
    let stream = StreamId(free + u32::try_from(choices.below(1 << 20)?).unwrap());
    let header = RecordHeader { stream, seq: Seq(0), ..next.header.clone() };
    let anchor = stream_anchor(&chain.id(), stream);
    let record = SignedRecord::seal(&key(&next.author), &chain.id(), &anchor, header);
    let expected = inadmissible(chain, AdmissionError::UnknownStream(stream));
    mutant(chain, record.bytes().to_vec(), Predecessor::First, expected)
}

fn unknown_epoch(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let stream = next.header.stream;
    let subject = chain.end().state().stream(stream)?.subject;
    if matches!(subject, wl_ledger::control::Subject::Mailbox(_)) {
        return None;
    }
    let epoch = Epoch(next.header.epoch.0 + 1 + u32::try_from(choices.below(1000)?).unwrap());
    let record = next.sign(chain, RecordHeader { epoch, ..next.header.clone() });
    next.offer(chain, &record, inadmissible(chain, AdmissionError::UnknownEpoch(stream, epoch)))
}

fn future(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let ahead = MAX_FUTURE_MILLIS + 1 + i64::try_from(choices.below(1 << 30)?).unwrap();
    let record =
        next.sign(chain, RecordHeader { taken: next.header.taken.plus(ahead), ..next.header.clone() });
    let source = AdmissionError::FromTheFuture(next.header.stream, ahead);
    next.offer(chain, &record, inadmissible(chain, source))
}

fn seen(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let seen = Height(tip(chain).0 + 1 + u64::try_from(choices.below(1 << 20)?).unwrap());
    let record = next.sign(chain, RecordHeader { seen, ..next.header.clone() });
    let source = AdmissionError::SeenTooHigh(next.header.stream);
    next.offer(chain, &record, inadmissible(chain, source))
}

fn trailing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let mut bytes = next.honest(chain).bytes().to_vec();
    bytes.push(u8::try_from(choices.below(256)?).unwrap());
    let source = RecordError::Malformed(CodecError::NotCanonical);
    mutant(chain, bytes, next.before(), refused(chain, source))
}

fn oversized(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let next = Next::of(chain, choices)?;
    let mut bytes = next.honest(chain).bytes().to_vec();
    bytes.resize(MAX_RECORD_BYTES + 1 + choices.below(500)?, 0);
    let source = CodecError::TooLarge { len: bytes.len(), max: MAX_RECORD_BYTES };
    mutant(chain, bytes, next.before(), refused(chain, RecordError::Malformed(source)))
}

/// A record of the chain with its place, predecessor and true body.
fn placed(chain: &Chain, choices: &mut Choices<'_>) -> Option<(usize, u32, Predecessor, SignedRecord, Body)> {
    let (mut tails, mut all) = (BTreeMap::new(), Vec::new());
    for at in 0..chain.len() {
        for (index, entry) in (0u32..).zip(&chain.block(at).entries) {
            let Entry::Record(bytes) = entry else { continue };
            let record = SignedRecord::parse(bytes).unwrap();
            let (stream, seq) = (record.header().stream, record.header().seq);
            let before = predecessor(&tails, stream);
            tails.insert(stream, Tail { seq, hash: record.hash() });
            all.push((at, index, before, record));
        }
    }
    let (at, index, before, record) = choices.one(&all)?.clone();
    let body = chain.source.body(&record.hash())?.clone();
    Some((at, index, before, record, body))
}

fn body_mutant(
    chain: &Chain,
    choices: &mut Choices<'_>,
    change: impl FnOnce(&mut Body, &mut Choices<'_>) -> Option<()>,
) -> Option<Mutant> {
    let (at, index, before, record, honest) = placed(chain, choices)?;
    let mut body = honest.clone();
    change(&mut body, choices)?;
    let RecordHeader { stream, seq, size, .. } = *record.header();
    let source = if body.ciphertext.len() != honest.ciphertext.len() {
        RecordError::Size { stream, seq, signed: size, got: body.ciphertext.len() }
    } else if body == honest {
        return None;
    } else {
        RecordError::Commitment { stream, seq }
    };
    let expected = VerifyError::Record { height: Height(u64::try_from(at).unwrap()), source };
    Some(Mutant { attack: Attack::Body(at, index, before, body), expected })
}

fn body_swapped(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let other = placed(chain, choices)?.4;
    body_mutant(chain, choices, |body, _| {
        *body = other;
        Some(())
    })
}

fn body_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    body_mutant(chain, choices, |body, choices| choices.flip(&mut body.ciphertext))
}

fn body_salt(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    body_mutant(chain, choices, |body, choices| {
        body.salt = if choices.below(2)? == 0 { hash("salt") } else { choices.flipped(body.salt)? };
        Some(())
    })
}

fn body_size(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    body_mutant(chain, choices, |body, choices| {
        match choices.below(2)? {
            0 => body.ciphertext.push(0),
            _ => body.ciphertext.truncate(choices.below(body.ciphertext.len())?),
        }
        Some(())
    })
}
