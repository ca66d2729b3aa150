//! `docs/spec/vectors/encoding.json`: values of each small kind, objects of each kind, and bytes that must be refused.
//! Written when `WL_BLESS=1` is set, otherwise compared, and in either case read back and judged.

use std::path::PathBuf;

use serde_json::{Value, json};
use wl_ledger::codec::CodecError;
use wl_ledger::fixtures::{TestChain, key};
use wl_ledger::heartbeat::{LostRecords, verify_heartbeat};
use wl_ledger::{ChainId, UnixMillis};

use crate::codec::{Row, readers_once};

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/encoding.json")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn verdict(outcome: &Result<Vec<u8>, CodecError>) -> &'static str {
    match outcome {
        Ok(_) => "accepted",
        Err(CodecError::TooLarge { .. }) => "TooLarge",
        Err(CodecError::Malformed { .. }) => "Malformed",
        Err(CodecError::NotCanonical) => "NotCanonical",
        Err(CodecError::OutOfBounds { .. }) => "OutOfBounds",
    }
}

/// The ways in which the bytes of a value may be spoilt and stay close to it.
fn spoilt(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let first = bytes[0];
    let mut cases = vec![
        ("empty", vec![]),
        ("cut off", bytes[..bytes.len() - 1].to_vec()),
        ("trailing byte", [bytes, &[0]].concat()),
        ("a break in its place", vec![0xff]),
        ("tagged", [&[0xc1], bytes].concat()),
    ];
    if first & 0x1f < 24 {
        cases.push(("longer head", [&[first & 0xe0 | 0x18, first & 0x1f], &bytes[1..]].concat()));
    }
    if matches!(first >> 5, 2..=5) {
        cases.push(("indefinite length", [&[first & 0xe0 | 0x1f], &bytes[1..], &[0xff]].concat()));
    }
    if first >> 5 == 5 && first & 0x1f < 22 {
        // A pair under a key that no structure knows.
        cases.push(("unknown key", [&[first + 1], &bytes[1..], &[0x18, 0x63, 0x00]].concat()));
    }
    cases
}

fn kinds() -> Vec<Value> {
    let kind = |(name, read, examples): &Row| {
        let accepted: Vec<String> = examples.iter().take(6).map(|bytes| hex(bytes)).collect();
        let refused: Vec<Value> = spoilt(&examples[0])
            .into_iter()
            .map(|(what, bytes)| json!({"what": what, "bytes": hex(&bytes), "error": verdict(&read(&bytes))}))
            .collect();
        json!({"kind": name, "accepted": accepted, "refused": refused})
    };
    readers_once().iter().map(kind).collect()
}

/// A hub's heartbeat on the chain of `chain.json`'s first blocks.
fn heartbeat(lost: Option<LostRecords>) -> Value {
    let ward = TestChain::ward();
    let (height, header, _) = ward.proposer().tip().unwrap();
    let tails = ward.state().streams().filter(|(_, stream)| stream.author == key("hub").id());
    let tails = tails.filter_map(|(id, _)| {
        let tail = ward.proposer().tail(*id)?;
        Some(wl_ledger::heartbeat::StreamTail { stream: *id, seq: tail.seq, hash: tail.hash })
    });
    let beat = wl_ledger::heartbeat::Heartbeat {
        author: key("hub").id(),
        time: ward.now,
        height,
        header,
        tails: tails.collect(),
        lost,
    };
    json!({
        "chain_id": ward.chain().to_string(),
        "public": hex(key("hub").public().as_bytes()),
        "bytes": hex(&beat.seal(&key("hub"), &ward.chain())),
    })
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let expected = json!({
        "about": "Bytes are hexadecimal. Each of `accepted` decodes and encodes to the same bytes; each of `refused` must be \
            refused with its error. Both heartbeats verify with this key for this chain.",
        "kinds": kinds(),
        "heartbeat": heartbeat(None),
        "heartbeat_with_lost_records": heartbeat(Some(LostRecords {
            count: 2,
            first: UnixMillis(1_768_003_201_000),
            last: UnixMillis(1_768_003_202_000),
        })),
    });
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(file(), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(found, expected, "set WL_BLESS=1 to write the file anew, then read its difference");

    for (kind, (name, read, _)) in found["kinds"].as_array().unwrap().iter().zip(readers_once()) {
        for bytes in kind["accepted"].as_array().unwrap() {
            assert_eq!(read(&unhex(bytes)), Ok(unhex(bytes)), "{name}");
        }
        for case in kind["refused"].as_array().unwrap() {
            let outcome = read(&unhex(&case["bytes"]));
            assert!(outcome.is_err(), "{name}: {case}");
            assert_eq!(json!(verdict(&outcome)), case["error"], "{name}: {case}");
        }
    }
    for (name, lost) in [("heartbeat", 0), ("heartbeat_with_lost_records", 2)] {
        let beat = &found[name];
        let chain = ChainId::from_hex(beat["chain_id"].as_str().unwrap()).unwrap();
        let verified =
            verify_heartbeat(&unhex(&beat["bytes"]), &chain, |_| Some(key("hub").public())).unwrap();
        assert_eq!(verified.get().tails.len(), 3);
        assert_eq!(verified.get().lost.map_or(0, |lost| lost.count), lost);
    }
}
