//! `docs/spec/vectors/notices.json`: bodies of access receipts, security reports and identity records. Written when
//! `WL_BLESS=1` is set, otherwise compared, and read back.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use std::path::PathBuf;
use wl_ledger::codec::CodecError;
use wl_ledger::control::Categories;
use wl_ledger::{AgreementId, Category, Hash, Height, KeyId, PatientId, StreamId, UnixMillis};
use wl_wire::access::{AccessReceipt, Opening, Reason, Screen};
use wl_wire::identity::Identity;
use wl_wire::security::{SecurityEvent, SecurityKind, SecurityReport};

/// What a parser says: the bytes it would write, or why it refuses.
type Parsed = Result<Vec<u8>, CodecError>;

/// A kind of body by its name, and what reads it.
type Parser = (&'static str, fn(&[u8]) -> Parsed);

const PARSERS: [Parser; 3] = [
    ("access receipt", |bytes| AccessReceipt::parse(bytes).map(|receipt| receipt.to_bytes())),
    ("security report", |bytes| SecurityReport::parse(bytes).map(|report| report.to_bytes())),
    ("identity", |bytes| Identity::parse(bytes).map(|identity| identity.to_bytes())),
];

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/notices.json")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn receipt() -> AccessReceipt {
    let at = UnixMillis(1_768_449_600_000);
    let looked = Opening {
        at,
        screen: Screen::Patient,
        categories: Categories::of(&[Category::Vitals, Category::Alarms, Category::Identity]),
        agreements: vec![AgreementId::from_bytes([1; 16]), AgreementId::from_bytes([2; 16])],
        reason: None,
    };
    let broken = Opening {
        at: UnixMillis(at.0 + 12_000),
        screen: Screen::BreakGlass,
        agreements: Vec::new(),
        reason: Some(Reason { salt: Hash::from_bytes([3; 32]), text: "Bewusstlos, niemand da".into() }),
        ..looked.clone()
    };
    AccessReceipt::new(PatientId::from_bytes([7; 16]), vec![looked, broken]).unwrap()
}

fn report() -> SecurityReport {
    let at = UnixMillis(1_768_449_600_000);
    let guessed = SecurityEvent {
        last: UnixMillis(at.0 + 120_000),
        count: 23,
        ..SecurityEvent::once(SecurityKind::FailedUnlock, at)
    };
    let places = SecurityKind::ALL.into_iter().skip(1).map(|kind| SecurityEvent {
        key: Some(KeyId::from_bytes([9; 16])),
        height: Some(Height(40_217)),
        stream: Some(StreamId(12)),
        ..SecurityEvent::once(kind, at)
    });
    SecurityReport::new(std::iter::once(guessed).chain(places).collect()).unwrap()
}

fn identity() -> Identity {
    Identity {
        name: "Åsa Ólafsdóttir".into(),
        mrn: "MRN-1".into(),
        birth_date: "1950-02-28".into(),
        bed: "7".into(),
        ward: "4B".into(),
    }
}

/// One body out of each good one by a change that must be seen, with what it breaks.
fn damaged(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let longer = [good, &[0]].concat();
    let shorter = good[..good.len() - 1].to_vec();
    // The map says that it holds one pair more than it does.
    let mut promised = good.to_vec();
    promised[0] += 1;
    // The same head in a byte more than it needs.
    let wide = [&[0xb8, good[0] & 0x1f], &good[1..]].concat();
    let endless = [&[0xbf], &good[1..], &[0xff]].concat();
    vec![
        ("a byte follows", longer),
        ("the last byte is missing", shorter),
        ("a pair is missing", promised),
        ("not the shortest head", wide),
        ("a map without a length", endless),
    ]
}

fn kind(name: &str, good: &[u8], special: &[(&'static str, Vec<u8>)]) -> Value {
    let parse = PARSERS.iter().find(|(known, _)| *known == name).unwrap().1;
    let refused: Vec<Value> = damaged(good)
        .into_iter()
        .chain(special.iter().cloned())
        .map(|(why, bytes)| {
            let error = parse(&bytes).expect_err(why);
            json!({"why": why, "bytes": hex(&bytes), "error": error.to_string()})
        })
        .collect();
    json!({"kind": name, "accepted": [hex(good)], "refused": refused})
}

/// The bytes with one run of them in place of another of the same length; the run must stand there once.
fn swapped(good: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let places: Vec<usize> =
        (0..=good.len() - from.len()).filter(|at| good[*at..].starts_with(from)).collect();
    assert_eq!((places.len(), from.len()), (1, to.len()), "{from:02x?}");
    let mut bytes = good.to_vec();
    bytes[places[0]..places[0] + to.len()].copy_from_slice(to);
    bytes
}

fn vectors() -> Value {
    let (receipt, report, identity) = (receipt().to_bytes(), report().to_bytes(), identity().to_bytes());
    let no_openings = [&receipt[..receipt.iter().position(|byte| *byte == 0x82).unwrap()], &[0x80]].concat();
    let agreements = [&[0x82, 0x50], &[1; 16][..], &[0x50], &[2; 16]].concat();
    let reversed = [&[0x82, 0x50], &[2; 16][..], &[0x50], &[1; 16]].concat();
    let receipts = [
        ("version 2", swapped(&receipt, &[0xa3, 0, 1], &[0xa3, 0, 2])),
        ("no openings", no_openings),
        ("agreements do not ascend", swapped(&receipt, &agreements, &reversed)),
        ("a control character in the reason", swapped(&receipt, b"los, ", b"los,\n")),
    ];
    let counted = [&[0x03, 0x17][..], &[0xa7]].concat();
    let nothing = [&[0x03, 0x00][..], &[0xa7]].concat();
    let reports = [
        ("version 2", swapped(&report, &[0xa2, 0, 1], &[0xa2, 0, 2])),
        ("nothing was counted", swapped(&report, &counted, &nothing)),
        ("no events", vec![0xa2, 0, 1, 1, 0x80]),
    ];
    let identities = [
        ("a control character in the bed", swapped(&identity, &[3, 0x61, b'7'], &[3, 0x61, 7])),
        (
            "a name that turns the direction of what follows",
            swapped(&identity, "Å".as_bytes(), "\u{061c}".as_bytes()),
        ),
        ("not UTF-8", swapped(&identity, "Å".as_bytes(), &[0xc3, 0x28])),
    ];
    json!({
        "about": "Bytes are hexadecimal, as they stand inside their age files. Each of `accepted` decodes and encodes to the \
            same bytes; each of `refused` must be refused.",
        "kinds": [
            kind("access receipt", &receipt, &receipts),
            kind("security report", &report, &reports),
            kind("identity", &identity, &identities),
        ],
    })
}

#[test]
fn the_file_holds_what_we_compute_and_what_it_says() {
    let expected = vectors();
    if std::env::var_os("WL_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(file(), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
    }
    let found: Value = serde_json::from_str(&std::fs::read_to_string(file()).unwrap()).unwrap();
    assert_eq!(found, expected, "set WL_BLESS=1 to write the file anew, then read its difference");
    for kind in found["kinds"].as_array().unwrap() {
        let parse = PARSERS.iter().find(|(name, _)| kind["kind"] == *name).unwrap().1;
        for accepted in kind["accepted"].as_array().unwrap() {
            let bytes = unhex(accepted.as_str().unwrap());
            assert_eq!(parse(&bytes).unwrap(), bytes, "{}", kind["kind"]);
        }
        for refused in kind["refused"].as_array().unwrap() {
            let error = parse(&unhex(refused["bytes"].as_str().unwrap())).unwrap_err();
            assert_eq!(error.to_string(), refused["error"].as_str().unwrap(), "{}", refused["why"]);
        }
    }
}
