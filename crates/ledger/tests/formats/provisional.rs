//! Alarms before their block: every check that can be made without it.

use wl_ledger::codec::CodecError;
use wl_ledger::control::{Action, RevocationReason, Subject};
use wl_ledger::fixtures::{TestChain, key, key_id, patient_id};
use wl_ledger::keys::KeyError;
use wl_ledger::limits::MAX_FUTURE_MILLIS;
use wl_ledger::record::{RecordError, RecordHeader, RecordKind, SignedRecord};
use wl_ledger::state::AdmissionError;
use wl_ledger::verify::{Predecessor, ProvisionalRecord, VerifyError};
use wl_ledger::{Category, ChainId, Epoch, Height, Seq, StreamId};

/// The hub's alarm stream of the ward.
const ALARMS: StreamId = StreamId(1);

struct World {
    chain: TestChain,
    before: Predecessor,
    header: RecordHeader,
}

impl World {
    fn new(chain: TestChain) -> Self {
        let (record, _) = chain.draft("hub", ALARMS, RecordKind::Alarm, b"alarm");
        let tail = *chain.proposer().tail(ALARMS).unwrap();
        let header = record.header().clone();
        Self { chain, before: Predecessor::Verified(tail.seq, tail.hash), header }
    }

    fn height(&self) -> Height {
        self.chain.verifier().next_height()
    }

    fn offered(&self, bytes: &[u8], before: Predecessor) -> Result<Option<ProvisionalRecord>, VerifyError> {
        self.chain.verifier().provisional(bytes, before, self.chain.now)
    }

    fn signed(&self, name: &str, change: impl FnOnce(&mut RecordHeader)) -> SignedRecord {
        let mut header = self.header.clone();
        change(&mut header);
        let previous = self.chain.proposer().tail(ALARMS).unwrap().hash;
        SignedRecord::seal(&key(name), &self.chain.chain(), &previous, header)
    }

    fn refusal(&self, record: &SignedRecord) -> VerifyError {
        self.offered(record.bytes(), self.before).unwrap_err()
    }

    fn unsigned(&self, seq: Seq) -> VerifyError {
        let source = RecordError::Signature { stream: ALARMS, seq, source: KeyError::BadSignature };
        VerifyError::Record { height: self.height(), source }
    }

    fn inadmissible(&self, source: AdmissionError) -> VerifyError {
        VerifyError::Admission { height: self.height(), source }
    }
}

#[test]
fn an_alarm_of_its_author_passes_and_opens_with_its_own_body_only() {
    let world = World::new(TestChain::ward());
    let (record, body) = world.chain.draft("hub", ALARMS, RecordKind::Alarm, b"alarm");
    let provisional = world.offered(record.bytes(), world.before).unwrap().unwrap();
    assert_eq!(provisional.author(), key_id("hub"));
    assert_eq!(provisional.subject(), Subject::Patient(patient_id("ada"), Category::Alarms));
    assert_eq!((provisional.hash(), provisional.header()), (record.hash(), record.header()));
    assert_eq!(provisional.ciphertext(&body, world.height()), Ok(&b"alarm"[..]));
    let mut other = body.clone();
    other.ciphertext[0] ^= 1;
    let refused = |source| Err(VerifyError::Record { height: world.height(), source });
    let (stream, seq) = (ALARMS, record.header().seq);
    assert_eq!(
        provisional.ciphertext(&other, world.height()),
        refused(RecordError::Commitment { stream, seq })
    );
    other.ciphertext.push(0);
    let size = RecordError::Size { stream, seq, signed: 5, got: 6 };
    assert_eq!(provisional.ciphertext(&other, world.height()), refused(size));

    // A second one behind the first, and one whose predecessor did not come yet.
    let mut next = record.header().clone();
    next.seq = Seq(next.seq.0 + 1);
    let second = SignedRecord::seal(&key("hub"), &world.chain.chain(), &record.hash(), next.clone());
    let behind = Predecessor::Verified(record.header().seq, record.hash());
    assert!(world.offered(second.bytes(), behind).unwrap().is_some());
    assert!(world.offered(second.bytes(), Predecessor::Claimed(record.hash())).unwrap().is_some());
    let lie = Predecessor::Claimed(wl_ledger::fixtures::hash("lie"));
    assert_eq!(world.offered(second.bytes(), lie), Err(world.unsigned(next.seq)));
}

#[test]
fn other_kinds_wait_for_their_block() {
    let world = World::new(TestChain::ward());
    use RecordKind::*;
    for kind in [
        Frame,
        Waveform,
        Alarm,
        Acknowledgement,
        Identity,
        KeyEnvelope,
        Note,
        Document,
        Segment,
        Quarantine,
        Limits,
        Observation,
        Act,
    ] {
        let early = matches!(kind, Alarm | Acknowledgement);
        let record = world.signed("hub", |header| header.kind = kind);
        let offered = world.offered(record.bytes(), world.before).unwrap();
        assert_eq!(offered.is_some(), early, "{kind:?}");
    }
}

#[test]
fn every_check_has_its_refusal() {
    let world = World::new(TestChain::ward());
    let honest = world.header.clone();
    let seq = honest.seq;
    let cases: Vec<(&str, SignedRecord, VerifyError)> = vec![
        ("signed by a nurse", world.signed("nurse", |_| ()), world.unsigned(seq)),
        (
            "signed for another chain",
            SignedRecord::seal(
                &key("hub"),
                &ChainId::from_bytes([7; 32]),
                &world.chain.proposer().tail(ALARMS).unwrap().hash,
                honest.clone(),
            ),
            world.unsigned(seq),
        ),
        (
            "after another predecessor",
            SignedRecord::seal(
                &key("hub"),
                &world.chain.chain(),
                &wl_ledger::fixtures::hash("x"),
                honest.clone(),
            ),
            world.unsigned(seq),
        ),
        (
            "a gap",
            world.signed("hub", |header| header.seq = Seq(9)),
            VerifyError::Sequence { stream: ALARMS, expected: seq, got: Seq(9) },
        ),
        (
            "a repetition",
            world.signed("hub", |header| header.seq = Seq(0)),
            VerifyError::Sequence { stream: ALARMS, expected: seq, got: Seq(0) },
        ),
        (
            "an unknown stream",
            world.signed("hub", |header| header.stream = StreamId(99)),
            world.inadmissible(AdmissionError::UnknownStream(StreamId(99))),
        ),
        (
            "an unknown epoch",
            world.signed("hub", |header| header.epoch = Epoch(1)),
            world.inadmissible(AdmissionError::UnknownEpoch(ALARMS, Epoch(1))),
        ),
        (
            "from the future",
            world.signed("hub", |header| header.taken = world.chain.now.plus(MAX_FUTURE_MILLIS + 1)),
            world.inadmissible(AdmissionError::FromTheFuture(ALARMS, MAX_FUTURE_MILLIS + 1)),
        ),
        (
            "has seen what is to come",
            world.signed("hub", |header| header.seen = Height(world.height().0 + 1)),
            world.inadmissible(AdmissionError::SeenTooHigh(ALARMS)),
        ),
    ];
    for (what, record, expected) in cases {
        assert_eq!(world.refusal(&record), expected, "{what}");
    }
    let bytes = [world.signed("hub", |_| ()).bytes(), &[0]].concat();
    let source = RecordError::Malformed(CodecError::NotCanonical);
    let malformed = VerifyError::Record { height: world.height(), source };
    assert_eq!(world.offered(&bytes, world.before), Err(malformed));

    let mut chain = TestChain::ward();
    chain.must(&["admin"], Action::Revoke(key_id("hub"), RevocationReason::Lost));
    chain.next_block();
    let world = World::new(chain);
    let revoked = world.inadmissible(AdmissionError::AuthorNotInForce(ALARMS));
    assert_eq!(world.refusal(&world.signed("hub", |_| ())), revoked);
}
