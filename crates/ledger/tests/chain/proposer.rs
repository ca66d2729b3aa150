//! What a gateway refuses before it orders anything, and that a refusal leaves the block being built as it was.

use wl_ledger::block::Entry;
use wl_ledger::codec::CodecError;
use wl_ledger::control::{Action, chain_id};
use wl_ledger::fixtures::{START, Setup, TestChain, hash, key, team_id};
use wl_ledger::keys::KeyError;
use wl_ledger::limits::{MAX_CONTROL_BYTES, MAX_ENTRIES, MAX_FUTURE_MILLIS, MAX_RECORD_BYTES};
use wl_ledger::propose::{OfferError, Proposer};
use wl_ledger::record::{Body, RecordError, RecordKind, SignedRecord};
use wl_ledger::state::{AdmissionError, StateError};
use wl_ledger::{Epoch, Seq, StreamId, UnixMillis};

const VITALS: StreamId = StreamId(0);

fn record_of(chain: &TestChain) -> (SignedRecord, Body) {
    chain.draft("hub", VITALS, RecordKind::Frame, b"frame")
}

fn entry(record: &SignedRecord) -> Entry {
    Entry::Record(record.bytes().to_vec())
}

/// Offers, and where that is refused compares everything that can be seen of the proposer.
fn refusal(chain: &mut TestChain, entry: Entry, body: Option<&Body>) -> OfferError {
    let seen = |chain: &TestChain| {
        let proposer = chain.proposer();
        let tails: Vec<_> = chain.state().streams().map(|(id, _)| proposer.tail(*id).copied()).collect();
        (proposer.tip(), proposer.pending(), chain.state().root(), tails)
    };
    let before = seen(chain);
    let error = chain.offer(entry, body).unwrap_err();
    assert_eq!(seen(chain), before, "{error:?}");
    error
}

#[test]
fn records_are_judged_before_they_are_ordered() {
    let mut chain = TestChain::ward();
    let (record, body) = record_of(&chain);
    let (stream, seq) = (VITALS, record.header().seq);
    assert_eq!(refusal(&mut chain, entry(&record), None), OfferError::BodyMissing);
    let mut other = body.clone();
    other.salt = hash("other");
    let commitment = OfferError::Record(RecordError::Commitment { stream, seq });
    assert_eq!(refusal(&mut chain, entry(&record), Some(&other)), commitment);
    other = Body { ciphertext: b"frames".to_vec(), ..body.clone() };
    let size = OfferError::Record(RecordError::Size { stream, seq, signed: 5, got: 6 });
    assert_eq!(refusal(&mut chain, entry(&record), Some(&other)), size);

    let previous = chain.proposer().tail(VITALS).unwrap().hash;
    let id = chain.chain();
    let resealed = |name: &str, change: fn(&mut wl_ledger::record::RecordHeader)| {
        let mut header = record.header().clone();
        change(&mut header);
        entry(&SignedRecord::seal(&key(name), &id, &previous, header))
    };
    let signature = RecordError::Signature { stream, seq, source: KeyError::BadSignature };
    let cases = [
        (resealed("nurse", |_| ()), OfferError::Record(signature)),
        (
            resealed("hub", |header| header.seq = Seq(99)),
            OfferError::Sequence { stream, expected: seq, got: Seq(99) },
        ),
        (
            resealed("hub", |header| header.epoch = Epoch(1)),
            OfferError::Admission(AdmissionError::UnknownEpoch(stream, Epoch(1))),
        ),
        (Entry::Record(vec![0]), OfferError::Record(RecordError::Malformed(CodecError::Malformed { at: 0 }))),
        (Entry::Record(vec![0; MAX_RECORD_BYTES + 1]), OfferError::TooLarge),
    ];
    for (offered, expected) in cases {
        let got = refusal(&mut chain, offered, Some(&body));
        match (&got, &expected) {
            (
                OfferError::Record(RecordError::Malformed(CodecError::Malformed { .. })),
                OfferError::Record(RecordError::Malformed(CodecError::Malformed { .. })),
            ) => {}
            _ => assert_eq!(got, expected),
        }
    }
    assert_eq!(chain.offer(entry(&record), Some(&body)), Ok(()));
    let again = OfferError::Sequence { stream, expected: Seq(seq.0 + 1), got: seq };
    assert_eq!(refusal(&mut chain, entry(&record), Some(&body)), again, "a record that was taken already");
}

#[test]
fn controls_lead_and_are_judged() {
    let mut chain = TestChain::ward();
    let team = |name: &str| Action::CreateTeam(team_id(name), name.to_owned());
    let permitted = chain.sign(&["admin"], team("night"));
    let forbidden = chain.sign(&["nurse"], team("night"));
    let control = |signed: &wl_ledger::control::SignedTransaction| Entry::Control(signed.bytes().to_vec());
    assert_eq!(refusal(&mut chain, control(&forbidden), None), OfferError::Control(StateError::NotPermitted));
    let broken = [permitted.bytes(), &[0]].concat();
    assert_eq!(
        refusal(&mut chain, Entry::Control(broken), None),
        OfferError::ControlMalformed(CodecError::NotCanonical)
    );
    let huge = Entry::Control(vec![0; MAX_CONTROL_BYTES + 1]);
    assert_eq!(refusal(&mut chain, huge, None), OfferError::TooLarge);

    // Behind a record the block must be cut first; the fixture does so and offers again.
    let (record, body) = record_of(&chain);
    let mut proposer = Proposer::resume(chain.chain(), &chain.lane(), tails(&chain)).unwrap();
    proposer.offer(entry(&record), Some(&body), chain.now).unwrap();
    assert_eq!(proposer.offer(control(&permitted), None, chain.now), Err(OfferError::CutFirst));
    assert_eq!(proposer.pending(), 1);
    assert_eq!(proposer.cut(&key("gateway")).unwrap().entries, [entry(&record)]);
    assert_eq!(proposer.cut(&key("gateway")), None, "nothing is pending");
    assert_eq!(proposer.offer(control(&permitted), None, chain.now), Ok(()));
}

fn tails(chain: &TestChain) -> Vec<(StreamId, wl_ledger::propose::Tail)> {
    let ids = chain.state().streams().map(|(id, _)| *id);
    ids.filter_map(|id| Some((id, *chain.proposer().tail(id)?))).collect()
}

#[test]
fn a_block_holds_no_more_than_its_bound() {
    let mut chain = TestChain::ward();
    let (mut record, body) = record_of(&chain);
    let mut proposer = Proposer::resume(chain.chain(), &chain.lane(), tails(&chain)).unwrap();
    for _ in 0..MAX_ENTRIES {
        assert_eq!(proposer.offer(entry(&record), Some(&body), chain.now), Ok(()));
        let mut header = record.header().clone();
        header.seq = header.seq.next().unwrap();
        record = SignedRecord::seal(&key("hub"), &chain.chain(), &record.hash(), header);
    }
    assert_eq!(proposer.offer(entry(&record), Some(&body), chain.now), Err(OfferError::CutFirst));
    let block = proposer.cut(&key("gateway")).unwrap();
    assert_eq!(block.entries.len(), MAX_ENTRIES);
    let mut verifier = chain.verifier();
    verifier.advance(&[block.lane_item()]).unwrap();
    assert!(verifier.tip().unwrap().admit(block.entries).is_ok());
    chain.next_block();
}

#[test]
fn only_its_own_genesis_founds_a_chain() {
    let (own, other) = (Setup::default().genesis(), Setup { admins: 2, ..Setup::default() }.genesis());
    let mut proposer = Proposer::new(chain_id(&own));
    let offer =
        |proposer: &mut Proposer, bytes: &[u8]| proposer.offer(Entry::Control(bytes.to_vec()), None, START);
    assert_eq!(offer(&mut proposer, other.bytes()), Err(OfferError::OtherGenesis));
    let early = TestChain::ward().sign(&["admin"], Action::CreateTeam(team_id("x"), "x".to_owned()));
    assert_eq!(offer(&mut proposer, early.bytes()), Err(OfferError::Control(StateError::NotFounded)));
    assert_eq!(
        (proposer.state().chain(), proposer.pending(), proposer.cut(&key("gateway"))),
        (None, 0, None)
    );
    assert_eq!(offer(&mut proposer, own.bytes()), Ok(()));
    assert_eq!(offer(&mut proposer, own.bytes()), Err(OfferError::Control(StateError::AlreadyFounded)));
}

#[test]
fn block_time_never_goes_back_and_a_clock_that_does_is_refused() {
    let mut chain = TestChain::ward();
    let (_, _, newest) = chain.proposer().tip().unwrap();
    let rows: [(i64, Result<i64, i64>); 5] = [
        (5, Ok(5)),
        (0, Ok(0)),
        (-1, Ok(0)),
        (-MAX_FUTURE_MILLIS, Ok(0)),
        (-MAX_FUTURE_MILLIS - 1, Err(MAX_FUTURE_MILLIS + 1)),
    ];
    for (clock, expected) in rows {
        let mut proposer = Proposer::resume(chain.chain(), &chain.lane(), tails(&chain)).unwrap();
        let team = chain.sign(&["admin"], Action::CreateTeam(team_id("x"), "x".to_owned()));
        let offered = proposer.offer(Entry::Control(team.bytes().to_vec()), None, newest.plus(clock));
        let time = proposer
            .cut(&key("gateway"))
            .map(|block| wl_ledger::header::Header::parse(&block.header).unwrap().time.since(newest));
        match expected {
            Ok(ahead) => assert_eq!((offered, time), (Ok(()), Some(ahead)), "{clock}"),
            Err(behind) => {
                assert_eq!((offered, time), (Err(OfferError::ClockBackwards(behind)), None), "{clock}");
            }
        }
    }
    chain.now = UnixMillis(i64::MIN);
    let (record, body) = record_of(&chain);
    let far = refusal(&mut chain, entry(&record), Some(&body));
    assert!(matches!(far, OfferError::ClockBackwards(_)), "{far:?}");
}
