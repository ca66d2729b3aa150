//! decode(encode(x)) = x, and encode(decode(b)) = b or b is refused; for every type, with arbitrary bytes and with valid
//! ones that were changed.

use std::fmt::Debug;

use proptest::prelude::*;
use wl_ledger::block::{Entry, LaneItem};
use wl_ledger::codec::{CodecError, decode, encode};
use wl_ledger::control::*;
use wl_ledger::cose::{Sign, Sign1};
use wl_ledger::fixtures::{Setup, TestChain, enrolment, key};
use wl_ledger::header::{Certificate, Header};
use wl_ledger::heartbeat::{Heartbeat, LostRecords, StreamTail};
use wl_ledger::record::{Body, RecordHeader, SignedRecord};
use wl_ledger::*;

const MAX: usize = 1 << 16;

/// What a reader makes of bytes: its value encoded again, or the refusal.
pub(crate) type Reader = fn(&[u8]) -> Result<Vec<u8>, CodecError>;

/// A type's name, its reader and valid examples.
pub(crate) type Row = (&'static str, Reader, Vec<Vec<u8>>);

fn plain<T>(bytes: &[u8]) -> Result<Vec<u8>, CodecError>
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq + Debug,
{
    let value: T = decode(bytes, MAX)?;
    let again = encode(&value);
    assert_eq!(decode::<T>(&again, MAX).as_ref(), Ok(&value));
    Ok(again)
}

/// Every type that is read from bytes, with valid examples.
fn readers() -> Vec<Row> {
    let ward = TestChain::ward();
    let (mut headers, mut certificates, mut controls, mut records, mut entries) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let two = TestChain::found(Setup { admins: 2, signers: 2, validators: 4 });
    for block in ward.blocks().iter().chain(two.blocks()) {
        headers.push(block.header.clone());
        certificates.push(block.certificate.clone());
        for entry in &block.entries {
            entries.push(encode(entry));
            match entry {
                Entry::Control(bytes) => controls.push(bytes.clone()),
                Entry::Record(bytes) => records.push(bytes.clone()),
            }
        }
    }
    let payloads = controls.iter().map(|bytes| Sign::parse(bytes, MAX).unwrap().payload).collect();
    let record_headers = records.iter().map(|bytes| Sign1::parse(bytes, MAX).unwrap().payload).collect();
    let tail = StreamTail { stream: StreamId(1), seq: Seq(300), hash: Hash::from_bytes([7; 32]) };
    let beat = Heartbeat {
        author: key("hub").id(),
        time: UnixMillis(-1),
        height: Height(u64::MAX),
        header: Hash::from_bytes([1; 32]),
        tails: vec![tail, StreamTail { stream: StreamId(u32::MAX), ..tail }],
        lost: Some(LostRecords { count: u64::MAX, first: UnixMillis(0), last: UnixMillis(i64::MAX) }),
    };
    let body = Body { salt: Hash::from_bytes([3; 32]), ciphertext: vec![9; 40] };
    let lane = ward.lane();
    let bare = LaneItem { certificate: None, controls: vec![], ..lane[0].clone() };
    vec![
        ("header", |b| Header::parse(b).map(|value| value.to_bytes()), headers),
        ("certificate", plain::<Certificate>, certificates),
        ("control", |b| SignedTransaction::parse(b).map(|signed| signed.bytes().to_vec()), controls.clone()),
        ("COSE_Sign", |b| Sign::parse(b, MAX).map(|value| value.to_bytes()), controls),
        ("COSE_Sign1", |b| Sign1::parse(b, MAX).map(|value| value.to_bytes()), records.clone()),
        (
            "record",
            |b| match SignedRecord::parse(b) {
                Ok(record) => Ok(record.bytes().to_vec()),
                Err(record::RecordError::Malformed(error)) => Err(error),
                Err(other) => panic!("{other:?} from parsing"),
            },
            records,
        ),
        ("transaction", plain::<Transaction>, payloads),
        ("record header", plain::<RecordHeader>, record_headers),
        ("entry", plain::<Entry>, entries),
        ("lane item", plain::<LaneItem>, lane.iter().chain([&bare]).map(encode).collect()),
        ("heartbeat", plain::<Heartbeat>, vec![encode(&beat)]),
        ("stream tail", plain::<StreamTail>, vec![encode(&tail)]),
        ("body", plain::<Body>, vec![encode(&body)]),
        ("enrolment request", plain::<ProvenEnrolment>, vec![encode(&enrolment("nurse", Role::Nurse))]),
        ("key id", plain::<KeyId>, vec![encode(&key("hub").id())]),
        ("hash", plain::<Hash>, vec![encode(&body.salt)]),
        ("height", plain::<Height>, [0, 23, 24, 255, 256, u64::MAX].map(|n| encode(&Height(n))).to_vec()),
        (
            "time",
            plain::<UnixMillis>,
            [i64::MIN, -25, -1, 0, i64::MAX].map(|n| encode(&UnixMillis(n))).to_vec(),
        ),
        ("category", plain::<Category>, Category::ALL.map(|category| encode(&category)).to_vec()),
        ("categories", plain::<Categories>, vec![encode(&Categories::all()), encode(&Categories::default())]),
    ]
}

#[test]
fn valid_bytes_come_back_and_every_prefix_and_extension_is_refused() {
    for (name, read, examples) in readers() {
        assert!(!examples.is_empty());
        for bytes in examples {
            assert_eq!(read(&bytes).as_ref(), Ok(&bytes), "{name}");
            for end in (0..bytes.len()).step_by(1 + bytes.len() / 200) {
                assert!(
                    matches!(read(&bytes[..end]), Err(CodecError::Malformed { at }) if at <= end),
                    "{name}, {end}"
                );
            }
            for more in [0x00, 0x40, 0xa0, 0xf6, 0xff] {
                let longer = [&bytes[..], &[more]].concat();
                assert_eq!(read(&longer), Err(CodecError::NotCanonical), "{name}");
            }
        }
    }
}

/// Writes one head of the encoding in a longer form than it needs, for each head there is.
#[test]
fn a_longer_form_is_never_accepted() {
    for (name, read, examples) in readers() {
        let bytes = &examples[0];
        let mut at = 0;
        while at < bytes.len() {
            let head = bytes[at];
            if head & 0x1f < 24 && head < 0xe0 {
                let longer = [&bytes[..at], &[head & 0xe0 | 0x18, head & 0x1f], &bytes[at + 1..]].concat();
                assert!(read(&longer).is_err(), "{name}: longer head at {at}");
            }
            at = next_head(bytes, at);
        }
    }
}

/// The offset of the head behind the one at `at`: strings are passed over, the inside of arrays and maps is not.
fn next_head(bytes: &[u8], at: usize) -> usize {
    let (major, info) = (bytes[at] >> 5, usize::from(bytes[at] & 0x1f));
    let extra = if info < 24 { 0 } else { 1 << (info - 24) };
    let argument = if extra == 0 {
        info
    } else {
        bytes[at + 1..at + 1 + extra].iter().fold(0, |n, b| n << 8 | usize::from(*b))
    };
    at + 1 + extra + if major == 2 || major == 3 { argument } else { 0 }
}

fn fewer(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fewer(256))]

    #[test]
    fn arbitrary_bytes_are_the_one_encoding_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for (name, read, _) in readers_once() {
            if let Ok(again) = read(&bytes) {
                prop_assert_eq!(&again, &bytes, "{}", name);
            }
        }
    }

    #[test]
    fn changed_bytes_are_the_one_encoding_or_refused(
        which in any::<prop::sample::Index>(), example in any::<prop::sample::Index>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..6),
    ) {
        let all = readers_once();
        let (name, read, examples) = which.get(all);
        let mut bytes = example.get(examples).clone();
        for (at, value, how) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = value,
                1 => bytes[at] ^= 1 << (value % 8),
                2 => bytes.insert(at, value),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(again) = read(&bytes) {
            prop_assert_eq!(&again, &bytes, "{}", name);
        }
    }

    #[test]
    fn any_header_comes_back(
        ids in any::<[[u8; 32]; 6]>(), height: u64, time: i64, entries in 0u32..=4096, version: u8, proposer: [u8; 16],
    ) {
        let hash = |index: usize| Hash::from_bytes(ids[index]);
        let header = Header {
            version, chain: ChainId::from_bytes(ids[0]), height: Height(height), time: UnixMillis(time),
            previous: hash(1), entries_root: hash(2), entries, history_root: hash(3), state_root: hash(4),
            validators: hash(5), next_validators: hash(0), proposer: KeyId::from_bytes(proposer),
        };
        prop_assert!(header.to_bytes().len() <= limits::MAX_HEADER_BYTES);
        prop_assert_eq!(Header::parse(&header.to_bytes()), Ok(header));
    }

    #[test]
    fn any_record_comes_back_within_its_bound(
        stream: u32, seq: u64, epoch: u32, taken: i64, seen: u64, commitment: [u8; 32], size: u32,
    ) {
        let header = RecordHeader {
            stream: StreamId(stream), seq: Seq(seq), epoch: Epoch(epoch), kind: record::RecordKind::Alarm,
            taken: UnixMillis(taken), seen: Height(seen), commitment: Hash::from_bytes(commitment), size,
        };
        let (chain, previous) = (ChainId::from_bytes([1; 32]), Hash::from_bytes([2; 32]));
        let sealed = SignedRecord::seal(&key("hub"), &chain, &previous, header.clone());
        let parsed = SignedRecord::parse(sealed.bytes()).unwrap();
        prop_assert_eq!(parsed.header(), &header);
        prop_assert_eq!(&parsed, &sealed);
        prop_assert_eq!(parsed.verify(&key("hub").public(), &chain, &previous), Ok(()));
    }
}

pub(crate) fn readers_once() -> &'static [Row] {
    static READERS: std::sync::OnceLock<Vec<Row>> = std::sync::OnceLock::new();
    READERS.get_or_init(readers)
}
