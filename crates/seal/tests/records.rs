//! Epochs, generations, records and alarm headers: what opens, and everything that must not.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use proptest::prelude::*;
use wl_ledger::{Category, ChainId, Epoch, Generation, Hash, PatientId, Seq, StreamId, UnixMillis};
use wl_seal::*;

fn generation_context() -> GenerationContext {
    GenerationContext {
        chain: ChainId::from_bytes([1; 32]),
        patient: PatientId::from_bytes([2; 16]),
        category: Category::Vitals,
        generation: Generation(3),
    }
}

fn epoch_context() -> EpochContext {
    EpochContext { generation: generation_context(), epoch: Epoch(4) }
}

fn record_context() -> RecordContext {
    RecordContext {
        chain: ChainId::from_bytes([1; 32]),
        patient: PatientId::from_bytes([2; 16]),
        category: Category::Vitals,
        stream: StreamId(5),
        seq: Seq(6),
        epoch: Epoch(4),
        kind: 0,
    }
}

fn other_generations() -> Vec<GenerationContext> {
    let base = generation_context();
    vec![
        GenerationContext { chain: ChainId::from_bytes([9; 32]), ..base },
        GenerationContext { patient: PatientId::from_bytes([9; 16]), ..base },
        GenerationContext { category: Category::Notes, ..base },
        GenerationContext { generation: Generation(4), ..base },
    ]
}

fn other_epochs() -> Vec<EpochContext> {
    let base = epoch_context();
    let mut all: Vec<_> =
        other_generations().into_iter().map(|generation| EpochContext { generation, ..base }).collect();
    all.push(EpochContext { epoch: Epoch(5), ..base });
    all
}

fn other_records() -> Vec<RecordContext> {
    let base = record_context();
    vec![
        RecordContext { chain: ChainId::from_bytes([9; 32]), ..base },
        RecordContext { patient: PatientId::from_bytes([9; 16]), ..base },
        RecordContext { category: Category::Alarms, ..base },
        RecordContext { stream: StreamId(6), ..base },
        RecordContext { seq: Seq(7), ..base },
        RecordContext { epoch: Epoch(5), ..base },
        RecordContext { kind: 1, ..base },
    ]
}

fn secret(byte: u8) -> EpochSecret {
    EpochSecret::from_bytes([byte; 32])
}

fn keys(byte: u8) -> EpochKeys {
    secret(byte).keys(&epoch_context()).unwrap()
}

#[test]
fn a_record_opens_in_its_place_and_in_no_other() {
    let keys = keys(7);
    let sealed = seal_record(keys.record_key(), &[8; 24], &record_context(), b"HR 72").unwrap();
    let opened = open_record(keys.record_key(), &record_context(), &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"HR 72");
    for context in other_records() {
        let refused = open_record(keys.record_key(), &context, &sealed).err();
        assert_eq!(refused, Some(SealError::Refused(Sealed::Record)), "{context:?}");
    }
}

#[test]
fn a_record_opens_under_no_other_key() {
    let sealed = seal_record(keys(7).record_key(), &[8; 24], &record_context(), b"HR 72").unwrap();
    let mut others: Vec<EpochKeys> =
        other_epochs().iter().map(|context| secret(7).keys(context).unwrap()).collect();
    others.push(keys(8));
    for other in others {
        let refused = open_record(other.record_key(), &record_context(), &sealed).err();
        assert_eq!(refused, Some(SealError::Refused(Sealed::Record)));
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let keys = keys(7);
    let sealed = seal_record(keys.record_key(), &[8; 24], &record_context(), b"SpO2 97").unwrap();
    for length in 0..sealed.len() {
        let refused = open_record(keys.record_key(), &record_context(), &sealed[..length]).err().unwrap();
        let expected = if length < 40 {
            SealError::Malformed(Sealed::Record)
        } else {
            SealError::Refused(Sealed::Record)
        };
        assert_eq!(refused, expected, "{length}");
    }
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = open_record(keys.record_key(), &record_context(), &changed).err();
        assert_eq!(refused, Some(SealError::Refused(Sealed::Record)), "bit {bit}");
    }
}

#[test]
fn sizes_are_bounded_on_both_sides() {
    let keys = keys(7);
    let largest = vec![0x55; MAX_RECORD_PLAINTEXT];
    let sealed = seal_record(keys.record_key(), &[8; 24], &record_context(), &largest).unwrap();
    assert_eq!(open_record(keys.record_key(), &record_context(), &sealed).unwrap().len(), largest.len());
    let too_large = vec![0x55; MAX_RECORD_PLAINTEXT + 1];
    let refused = seal_record(keys.record_key(), &[8; 24], &record_context(), &too_large);
    assert!(matches!(refused, Err(SealError::TooLarge { what: Sealed::Record, .. })));
    let refused = open_record(keys.record_key(), &record_context(), &vec![0; sealed.len() + 1]);
    assert!(matches!(refused, Err(SealError::TooLarge { what: Sealed::Record, .. })));
}

#[test]
fn lengths_do_not_tell_a_respiratory_rate_above_23_from_one_below() {
    let keys = keys(7);
    let lengths = [vec![23u8; 20], vec![23u8; 26], vec![]].map(|plaintext| {
        seal_record(keys.record_key(), &[8; 24], &record_context(), &plaintext).unwrap().len()
    });
    assert_eq!(lengths, [72, 72, 72]);
}

#[test]
fn a_reader_gets_keys_only_if_both_published_values_fit() {
    let context = epoch_context();
    let (honest, other) = (secret(7), secret(8));
    let recipient = keys(7).recipient().as_str().to_owned();
    let commitment = honest.commitment(&context);
    assert!(honest.checked_keys(&context, &recipient, &commitment).is_ok());
    // The hub gives one reader another secret than the ledger says.
    assert_eq!(other.checked_keys(&context, &recipient, &commitment).err(), Some(SealError::EpochCommitment));
    // The hub publishes a recipient of its own beside an honest commitment.
    let foreign = keys(8).recipient().as_str().to_owned();
    for wrong in [foreign.as_str(), "", &recipient.to_uppercase(), &format!("{recipient} ")] {
        let refused = honest.checked_keys(&context, wrong, &commitment).err();
        assert_eq!(refused, Some(SealError::EpochRecipient), "{wrong}");
    }
    for moved in other_epochs() {
        let refused = honest.checked_keys(&moved, &recipient, &commitment).err();
        assert_eq!(refused, Some(SealError::EpochCommitment), "{moved:?}");
    }
}

#[test]
fn two_readers_who_pass_the_check_read_the_same() {
    let context = epoch_context();
    let made = secret(7);
    let (recipient, commitment) = (keys(7).recipient().as_str().to_owned(), made.commitment(&context));
    let generation = GenerationSecret::from_bytes([6; 32]);
    let wrapped = generation.wrap_epoch(&context, &made, &[1; 24]).unwrap();
    let document = seal_document(keys(7).recipient(), &record_context(), b"report").unwrap();
    let record = seal_record(keys(7).record_key(), &[2; 24], &record_context(), b"frame").unwrap();
    for _reader in 0..2 {
        let secret = generation.unwrap_epoch(&context, &wrapped).unwrap();
        let keys = secret.checked_keys(&context, &recipient, &commitment).unwrap();
        assert_eq!(open_document(&keys, &record_context(), &document).unwrap().as_slice(), b"report");
        assert_eq!(open_record(keys.record_key(), &record_context(), &record).unwrap().as_slice(), b"frame");
    }
}

#[test]
fn an_epoch_unwraps_under_its_generation_and_place_only() {
    let (generation, context) = (GenerationSecret::from_bytes([6; 32]), epoch_context());
    let wrapped = generation.wrap_epoch(&context, &secret(7), &[1; 24]).unwrap();
    assert_eq!(wrapped.len(), 72);
    assert_eq!(generation.unwrap_epoch(&context, &wrapped).unwrap().expose(), &[7; 32]);
    let stranger = GenerationSecret::from_bytes([5; 32]);
    let refused = Some(SealError::Refused(Sealed::WrappedEpoch));
    assert_eq!(stranger.unwrap_epoch(&context, &wrapped).err(), refused);
    for moved in other_epochs() {
        assert_eq!(generation.unwrap_epoch(&moved, &wrapped).err(), refused, "{moved:?}");
    }
    for length in [0, 40, 71, 73, 1 << 20] {
        let mut cut = wrapped.clone();
        cut.resize(length, 0);
        let refused = generation.unwrap_epoch(&context, &cut).err();
        assert_eq!(refused, Some(SealError::Malformed(Sealed::WrappedEpoch)), "{length}");
    }
}

#[test]
fn commitments_differ_by_secret_place_and_purpose() {
    let mut seen: Vec<Hash> =
        vec![secret(7).commitment(&epoch_context()), secret(8).commitment(&epoch_context())];
    seen.extend(other_epochs().iter().map(|context| secret(7).commitment(context)));
    let generation = GenerationSecret::from_bytes([7; 32]);
    seen.push(generation.commitment(&generation_context()));
    seen.extend(other_generations().iter().map(|context| generation.commitment(context)));
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), count);
}

fn alarm_context() -> AlarmContext {
    AlarmContext { chain: ChainId::from_bytes([1; 32]), stream: StreamId(5), seq: Seq(6) }
}

fn header(bed: &str) -> AlarmHeader {
    AlarmHeader { priority: 3, bed: BedAlias::new(bed).unwrap(), raised: UnixMillis(1_700_000_000_000) }
}

#[test]
fn an_alarm_header_opens_for_its_alarm_and_key_only() {
    let key = LockKey::from_bytes([4; 32]);
    for bed in ["7", "Bett 12 Süd", "abcdefghijklmnopqrstuvwx"] {
        let sealed = seal_alarm_header(&key, &[3; 24], &alarm_context(), &header(bed)).unwrap();
        assert_eq!(sealed.len(), alarm::SEALED_ALARM_HEADER_BYTES);
        assert!(open_alarm_header(&key, &alarm_context(), &sealed).unwrap() == header(bed));
        let others = [
            AlarmContext { chain: ChainId::from_bytes([9; 32]), ..alarm_context() },
            AlarmContext { stream: StreamId(6), ..alarm_context() },
            AlarmContext { seq: Seq(7), ..alarm_context() },
        ];
        let refused = Some(SealError::Refused(Sealed::AlarmHeader));
        for other in others {
            assert_eq!(open_alarm_header(&key, &other, &sealed).err(), refused);
        }
        let stranger = LockKey::from_bytes([5; 32]);
        assert_eq!(open_alarm_header(&stranger, &alarm_context(), &sealed).err(), refused);
        for length in 0..sealed.len() {
            let refused = open_alarm_header(&key, &alarm_context(), &sealed[..length]).err();
            assert_eq!(refused, Some(SealError::Malformed(Sealed::AlarmHeader)));
        }
    }
}

#[test]
fn bed_aliases_are_bounded() {
    assert_eq!(BedAlias::new("Bett 12").unwrap().to_string(), "Bett 12");
    for wrong in ["", "abcdefghijklmnopqrstuvwxy", "bed\n7", "bed\u{7}"] {
        assert!(BedAlias::new(wrong).is_err(), "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn any_plaintext_comes_back(
        plaintext in proptest::collection::vec(any::<u8>(), 0..5000),
        key in any::<[u8; 32]>(),
        nonce in any::<[u8; 24]>(),
        seq in any::<u64>(),
        kind in any::<u8>(),
    ) {
        let key = RecordKey::from_bytes(key);
        let context = RecordContext { seq: Seq(seq), kind, ..record_context() };
        let sealed = seal_record(&key, &nonce, &context, &plaintext).unwrap();
        let opened = open_record(&key, &context, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plaintext.as_slice());
    }

    #[test]
    fn hostile_bytes_are_refused_quietly(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let generation = GenerationSecret::from_bytes([6; 32]);
        prop_assert!(open_record(keys(7).record_key(), &record_context(), &bytes).is_err());
        prop_assert!(generation.unwrap_epoch(&epoch_context(), &bytes).is_err());
        prop_assert!(open_alarm_header(&LockKey::from_bytes([1; 32]), &alarm_context(), &bytes).is_err());
    }
}
