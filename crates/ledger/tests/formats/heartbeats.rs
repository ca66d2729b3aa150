//! Heartbeats: author, chain, order and number of tails.

use wl_ledger::codec::CodecError;
use wl_ledger::cose::Sign1;
use wl_ledger::fixtures::{hash, key, key_id};
use wl_ledger::heartbeat::{
    Heartbeat, HeartbeatError, LostRecords, MAX_HEARTBEAT_BYTES, StreamTail, verify_heartbeat,
};
use wl_ledger::keys::{KeyError, PublicKey};
use wl_ledger::limits::MAX_HEARTBEAT_STREAMS;
use wl_ledger::{ChainId, Height, KeyId, Seq, StreamId, UnixMillis};

const CHAIN: ChainId = ChainId::from_bytes([7; 32]);

fn tail(stream: u32) -> StreamTail {
    StreamTail { stream: StreamId(stream), seq: Seq(u64::MAX), hash: hash("tail") }
}

fn beat(tails: Vec<StreamTail>) -> Heartbeat {
    Heartbeat {
        author: key_id("hub"),
        time: UnixMillis(i64::MAX),
        height: Height(u64::MAX),
        header: hash("header"),
        tails,
        lost: None,
    }
}

fn known(id: &KeyId) -> Option<PublicKey> {
    (*id == key_id("hub")).then(|| key("hub").public())
}

fn verified(bytes: &[u8]) -> Result<Heartbeat, HeartbeatError> {
    verify_heartbeat(bytes, &CHAIN, known).map(|beat| beat.get().clone())
}

#[test]
fn what_the_author_signed_for_this_chain_passes() {
    for streams in [vec![], vec![0], vec![3, 4, u32::MAX]] {
        let beat = beat(streams.into_iter().map(tail).collect());
        assert_eq!(verified(&beat.seal(&key("hub"), &CHAIN)), Ok(beat));
    }
    let most = u32::try_from(MAX_HEARTBEAT_STREAMS).unwrap();
    let largest = beat((u32::MAX - most + 1..=u32::MAX).map(tail).collect());
    let bytes = largest.seal(&key("hub"), &CHAIN);
    assert!(bytes.len() <= MAX_HEARTBEAT_BYTES, "{} bytes", bytes.len());
    assert_eq!(verified(&bytes), Ok(largest));
}

#[test]
fn everything_else_is_refused() {
    let bad = || Err(HeartbeatError::Signature(key_id("hub"), KeyError::BadSignature));
    let malformed = |error| Err(HeartbeatError::Malformed(error));
    let honest = beat(vec![tail(1), tail(2)]);
    assert_eq!(verified(&honest.seal(&key("nurse"), &CHAIN)), bad(), "signed by another");
    assert_eq!(verified(&honest.seal(&key("hub"), &ChainId::from_bytes([8; 32]))), bad(), "another chain");
    let stranger = Heartbeat { author: key_id("nurse"), ..honest.clone() };
    assert_eq!(
        verified(&stranger.seal(&key("nurse"), &CHAIN)),
        Err(HeartbeatError::UnknownAuthor(key_id("nurse")))
    );
    let borrowed = Heartbeat { author: key_id("hub"), ..stranger };
    assert_eq!(verified(&borrowed.seal(&key("nurse"), &CHAIN)), bad(), "in another's name");
    for streams in [vec![2, 1], vec![1, 1], vec![1, 3, 2]] {
        let unsorted = beat(streams.iter().copied().map(tail).collect());
        let refused = verified(&unsorted.seal(&key("hub"), &CHAIN));
        assert_eq!(refused, malformed(CodecError::OutOfBounds { field: "tails" }), "{streams:?}");
    }
    let many = u32::try_from(MAX_HEARTBEAT_STREAMS).unwrap() + 1;
    let refused = verified(&beat((0..many).map(tail).collect()).seal(&key("hub"), &CHAIN));
    assert_eq!(refused, malformed(CodecError::OutOfBounds { field: "tails" }));
    let lost = |count, first, last| Heartbeat {
        lost: Some(LostRecords { count, first: UnixMillis(first), last: UnixMillis(last) }),
        ..honest.clone()
    };
    let told = lost(2, 5, 5);
    assert_eq!(verified(&told.seal(&key("hub"), &CHAIN)), Ok(told));
    for nothing in [lost(0, 5, 5), lost(2, 5, 4)] {
        let refused = verified(&nothing.seal(&key("hub"), &CHAIN));
        assert_eq!(refused, malformed(CodecError::OutOfBounds { field: "lost" }), "{nothing:?}");
    }
    let huge = vec![0; MAX_HEARTBEAT_BYTES + 1];
    let too_large = CodecError::TooLarge { len: huge.len(), max: MAX_HEARTBEAT_BYTES };
    assert_eq!(verified(&huge), malformed(too_large));

    let sealed = honest.seal(&key("hub"), &CHAIN);
    assert_eq!(verified(&[&sealed[..], &[0]].concat()), malformed(CodecError::NotCanonical));
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(verified(&changed).is_err(), "bit {bit}");
    }
    // A payload of the right signature that was replaced.
    let mut cose = Sign1::parse(&sealed, MAX_HEARTBEAT_BYTES).unwrap();
    cose.payload = wl_ledger::codec::encode(&beat(vec![]));
    assert_eq!(verified(&cose.to_bytes()), bad());
}
