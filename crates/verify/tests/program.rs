//! The program judges the golden files as they say, and tells what, where and why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use wl_ledger::evidence::{Evidence, Run, Statement};
use wl_ledger::fixtures::{Content, TestChain, hash, key, key_id};
use wl_ledger::header::{Certificate, Header, header_id};
use wl_ledger::{Seq, StreamId};

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors")
}

fn run(arguments: &[&str], files: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wardlight-verify")).args(arguments).args(files).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn every_golden_file_ends_with_its_exit_code() {
    let mut seen = [0; 3];
    for entry in std::fs::read_dir(vectors()).unwrap() {
        let file = entry.unwrap().path();
        let is_archive = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("archive-"));
        if !is_archive || file.extension().is_none_or(|extension| extension != "bin") {
            continue;
        }
        let said = std::fs::read_to_string(file.with_extension("json")).unwrap();
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let verdict = said["verdict"].as_str().unwrap();
        let code = ["valid", "invalid", "incomplete"].iter().position(|word| *word == verdict).unwrap();
        let output = run(&["--json"], &[&file]);
        let found: serde_json::Value = serde_json::from_str(&text(&output)).unwrap();
        assert_eq!(output.status.code(), Some(code as i32), "{}: {found}", file.display());
        assert_eq!(found["verdict"], said["verdict"]);
        seen[code] += 1;
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn every_golden_bundle_of_evidence_convicts_whom_it_says_and_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let said = std::fs::read_to_string(vectors().join("checkpoint.json")).unwrap();
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    for case in said["evidence"].as_array().unwrap() {
        let file = folder.path().join("bundle.wlevidence");
        let hex = case["bytes"].as_str().unwrap();
        let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
        std::fs::write(&file, bytes.collect::<Vec<u8>>()).unwrap();
        let output = run(&["--json"], &[&file]);
        let found: serde_json::Value = serde_json::from_str(&text(&output)).unwrap();
        let convicts = case.get("error").is_none();
        assert_eq!(output.status.code(), Some(if convicts { 0 } else { 1 }), "{}", case["what"]);
        assert_eq!(
            (&found["at"], &found["signers"]),
            (&case["verdict"], &case["signers"]),
            "{}",
            case["what"]
        );
        assert_eq!(found["findings"].as_array().unwrap().is_empty(), convicts, "{}", case["what"]);
    }
}

#[test]
fn the_worst_file_decides_and_what_cannot_be_read_is_said() {
    let file = |name: &str| vectors().join(name);
    let (valid, invalid, incomplete) =
        (file("archive-small.bin"), file("archive-forged-body.bin"), file("archive-no-bodies.bin"));
    let missing = file("no such file");
    let table: [(&[&Path], i32); 5] = [
        (&[&valid, &valid], 0),
        (&[&valid, &incomplete], 2),
        (&[&incomplete, &invalid, &valid], 1),
        (&[&valid, &missing], 3),
        (&[&missing, &invalid], 1),
    ];
    for (files, code) in table {
        assert_eq!(run(&[], files).status.code(), Some(code), "{files:?}");
    }
    assert_eq!(run(&["--chain", "12"], &[&valid]).status.code(), Some(3));
    assert_eq!(run(&[], &[]).status.code(), Some(3));
}

#[test]
fn it_says_in_words_what_was_found_and_what_was_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let chain = TestChain::small();
    let (archive, proof) = (folder.path().join("a"), folder.path().join("p"));
    std::fs::write(&archive, chain.archive(Content::ALL)).unwrap();
    std::fs::write(&proof, chain.proof(StreamId(0), Seq(0), Some(key_id("nurse")), true)).unwrap();

    let told = text(&run(&[], &[&archive]));
    assert!(told.contains("VALID") && told.contains("Only the genesis in the file is trusted"), "{told}");
    let chain_id = chain.chain().to_string();
    let told = text(&run(&["--chain", &chain_id], &[&archive, &proof]));
    assert!(!told.contains("Only the genesis"), "{told}");
    for words in ["Signed by: hub (Hub)", "May be read by: nurse (Nurse)", "(a demo"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    let head = format!("9:{}", "00".repeat(32));
    let told = run(&["--head", &head], &[&archive]);
    assert_eq!(told.status.code(), Some(2));
    assert!(text(&told).contains("the file ends before height 9"), "{}", text(&told));
    let forged = vectors().join("archive-forged-grant.bin");
    let told = text(&run(&[], &[&forged]));
    assert!(told.contains("INVALID at block 3") && told.contains("no agreement"), "{told}");
}

/// Two headers that the gateway certified at one height.
fn bundle(chain: &TestChain) -> Vec<u8> {
    let item = chain.lane().pop().unwrap();
    let mut header = Header::parse(&item.header).unwrap();
    header.entries_root = hash("another block");
    let bytes = header.to_bytes();
    let certificate =
        Certificate::sign(&[&key("gateway")], &chain.chain(), header.height, 0, &header_id(&bytes));
    let run = |header: Vec<u8>, certificate: Vec<u8>| {
        Statement::Headers(Run {
            headers: vec![header.into()],
            certificate: certificate.into(),
            frontier: None,
        })
    };
    let genesis = chain.setup().genesis().bytes().to_vec();
    let one = run(item.header, item.certificate.unwrap().to_vec());
    Evidence::of(&genesis, one, run(bytes, certificate.to_bytes())).to_bytes()
}

#[test]
fn evidence_names_who_signed_both() {
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("e.wlevidence"), folder.path().join("o.wlevidence"));
    let chain = TestChain::small();
    let mut bytes = bundle(&chain);
    std::fs::write(&file, &bytes).unwrap();
    let chain_id = chain.chain().to_string();
    let output = run(&["--chain", &chain_id], &[&file]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let culprit = format!("Vouched for both: validator {}", key_id("gateway"));
    assert!(text(&output).contains(&culprit) && text(&output).contains("two headers at height 2"));
    assert_eq!(run(&["--chain", &"07".repeat(32)], &[&file]).status.code(), Some(1));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&other, &bytes).unwrap();
    assert_eq!(run(&[], &[&other]).status.code(), Some(1));
}
