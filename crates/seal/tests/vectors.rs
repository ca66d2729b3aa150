//! The committed vectors of `docs/spec/seal.md`. To write them again after a change of format, run
//! with `WARDLIGHT_WRITE_VECTORS=1` and explain the change in the specification.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::path::PathBuf;

use age::secrecy::ExposeSecret;
use serde_json::{Value, json};
use wl_ledger::{Category, ChainId, Epoch, Generation, PatientId, Seq, StreamId, UnixMillis};
use wl_seal::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap().as_bytes();
    text.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/seal.json")
}

fn generation_context() -> GenerationContext {
    GenerationContext {
        chain: ChainId::from_bytes([0x11; 32]),
        patient: PatientId::from_bytes([0x22; 16]),
        category: Category::Alarms,
        generation: Generation(3),
    }
}

fn epoch_context() -> EpochContext {
    EpochContext { generation: generation_context(), epoch: Epoch(4) }
}

fn record_context() -> RecordContext {
    RecordContext {
        chain: ChainId::from_bytes([0x11; 32]),
        patient: PatientId::from_bytes([0x22; 16]),
        category: Category::Alarms,
        stream: StreamId(0x0102_0304),
        seq: Seq(0x0506_0708_090a_0b0c),
        epoch: Epoch(4),
        kind: 2,
    }
}

fn alarm_context() -> AlarmContext {
    AlarmContext { chain: ChainId::from_bytes([0x11; 32]), stream: StreamId(0x0102_0304), seq: Seq(9) }
}

fn made() -> Value {
    let (generation, epoch) = (GenerationSecret::from_bytes([0x33; 32]), EpochSecret::from_bytes([0x44; 32]));
    let keys = epoch.keys(&epoch_context()).unwrap();
    let (lock, nonce) = (LockKey::from_bytes([0x66; 32]), [0x55; 24]);
    let plaintext = b"HR 72".as_slice();
    let record = seal_record(keys.record_key(), &nonce, &record_context(), plaintext).unwrap();
    let header =
        AlarmHeader { priority: 3, bed: BedAlias::new("12").unwrap(), raised: UnixMillis(1_800_000_000_000) };
    let document = {
        // The age file around it is random; its plaintext is not.
        let sealed = seal_document(keys.recipient(), &record_context(), plaintext).unwrap();
        let identity: age::x25519::Identity =
            keys.identity().to_age_string().expose_secret().parse().unwrap();
        age::decrypt(&identity, &sealed).unwrap()
    };
    json!({
        "context": {
            "chain": hex(&[0x11; 32]), "patient": hex(&[0x22; 16]), "category": 2, "generation": 3, "epoch": 4,
            "stream": 0x0102_0304, "seq": "0506070809 0a0b0c".replace(' ', ""), "kind": 2, "nonce": hex(&nonce),
        },
        "generation": { "secret": hex(&[0x33; 32]), "commitment": generation.commitment(&generation_context()).to_string() },
        "epoch": {
            "secret": hex(&[0x44; 32]),
            "commitment": epoch.commitment(&epoch_context()).to_string(),
            "recipient": keys.recipient().as_str(),
            "record_key": hex(keys.record_key().expose()),
            "wrapped": hex(&generation.wrap_epoch(&epoch_context(), &epoch, &nonce).unwrap()),
        },
        "record": { "plaintext": hex(plaintext), "sealed": hex(&record) },
        "document": { "inside": String::from_utf8(document).unwrap() },
        "alarm_header": {
            "key": hex(&[0x66; 32]), "seq": 9, "priority": 3, "bed": "12", "raised": 1_800_000_000_000_i64,
            "sealed": hex(&seal_alarm_header(&lock, &nonce, &alarm_context(), &header).unwrap()),
        },
        "refused": refused(&record),
    })
}

fn refused(record: &[u8]) -> Value {
    let mut flipped = record.to_vec();
    flipped[30] ^= 1;
    json!([
        { "why": "shorter than nonce and tag", "sealed": hex(&record[..39]) },
        { "why": "truncated", "sealed": hex(&record[..record.len() - 1]) },
        { "why": "one bit changed", "sealed": hex(&flipped) },
        { "why": "one byte more", "sealed": hex(&[record, &[0]].concat()) },
    ])
}

#[test]
fn the_committed_vectors_hold() {
    let made = made();
    if std::env::var_os("WARDLIGHT_WRITE_VECTORS").is_some() {
        std::fs::write(path(), format!("{}\n", serde_json::to_string_pretty(&made).unwrap())).unwrap();
    }
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(path()).unwrap()).unwrap();
    assert_eq!(made, committed);
}

#[test]
fn the_committed_ciphertexts_open_and_the_malformed_do_not() {
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(path()).unwrap()).unwrap();
    let generation = GenerationSecret::from_bytes([0x33; 32]);
    let wrapped = bytes(&committed["epoch"]["wrapped"]);
    let epoch = generation.unwrap_epoch(&epoch_context(), &wrapped).unwrap();
    let commitment = wl_ledger::Hash::from_hex(committed["epoch"]["commitment"].as_str().unwrap()).unwrap();
    let recipient = committed["epoch"]["recipient"].as_str().unwrap();
    let keys = epoch.checked_keys(&epoch_context(), recipient, &commitment).unwrap();
    let sealed = bytes(&committed["record"]["sealed"]);
    let opened = open_record(keys.record_key(), &record_context(), &sealed).unwrap();
    assert_eq!(opened.as_slice(), b"HR 72");
    for case in committed["refused"].as_array().unwrap() {
        let opened = open_record(keys.record_key(), &record_context(), &bytes(&case["sealed"]));
        assert!(opened.is_err(), "{}", case["why"]);
    }
    let lock = LockKey::from_bytes([0x66; 32]);
    let header = bytes(&committed["alarm_header"]["sealed"]);
    assert_eq!(open_alarm_header(&lock, &alarm_context(), &header).unwrap().bed.as_str(), "12");
}

/// docs/spec/seal.md and docs/spec/backup.md: other implementations refuse at the same sizes.
#[test]
fn bounds_and_messages_are_those_of_the_pages() {
    assert_eq!(document::MAX_DOCUMENT_BYTES, 8_388_608);
    assert_eq!(document::MAX_DOCUMENT_PLAINTEXT, 8_372_224);
    assert_eq!((notice::MAX_NOTICE_PLAINTEXT, notice::MAX_NOTICE_BYTES), (65_536, 98_304));
    assert_eq!(backup::MAX_BACKUP_BYTES, 67_108_864);
    let table = [
        (SealError::Malformed(Sealed::Envelope), "key envelope is malformed"),
        (SealError::Malformed(Sealed::WrappedEpoch), "wrapped epoch is malformed"),
        (SealError::TooLarge { what: Sealed::Notice, limit: 2, got: 3 }, "notice has 3 bytes, allowed are 2"),
    ];
    for (error, message) in table {
        assert_eq!(error.to_string(), message);
    }
}
