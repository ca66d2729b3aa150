//! The commands as an operator types them.

use std::process::{Command, Output};
use wl_ledger::Role;
use wl_ledger::fixtures;
use wl_wire::enrolment::{read_answer, write_request};

fn gateway(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wardlight-gateway")).args(arguments).output().expect("it runs")
}

#[test]
fn a_chain_is_founded_once_and_its_state_can_be_read() {
    let place = tempfile::tempdir().expect("a directory");
    let path = |name: &str| place.path().join(name).to_str().expect("a path").to_owned();
    let (dir, admin, nurse) = (path("gateway"), path("admin.txt"), path("nurse.txt"));
    std::fs::write(&admin, write_request(&fixtures::enrolment("admin", Role::Admin))).expect("a request");
    std::fs::write(&nurse, write_request(&fixtures::enrolment("nurse", Role::Nurse))).expect("a request");
    let init = |request: &str, more: &[&str]| {
        let fixed = ["init", "--dir", &dir, "--hospital", "St. Example", "--address", "gateway.example:7443"];
        gateway(&[fixed.as_slice(), &["--admin", request], more].concat())
    };
    // (request, more arguments, what the message says); none of them leaves a gateway behind.
    let table = [
        (nurse.as_str(), ["--single-administrator"].as_slice(), "genesis is refused"),
        (admin.as_str(), &[], "two administrators"),
        (dir.as_str(), &[], "enrolment request"),
    ];
    for (request, more, expected) in table {
        let output = init(request, more);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && message.contains(expected), "{expected}: {message}");
    }
    assert!(!gateway(&["status", "--dir", &dir]).status.success());

    let output = init(&admin, &["--demo"]);
    assert!(output.status.success(), "{output:?}");
    let text = std::fs::read_to_string(path("gateway/answer.txt")).expect("an answer");
    let answer = read_answer(&text).expect("a well-formed answer");
    assert_eq!((answer.hospital.as_str(), answer.demo), ("St. Example", true));
    assert_eq!(answer.validators.len(), 1);
    let again = init(&admin, &["--single-administrator"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("holds a gateway already"), "{again:?}");

    let status = gateway(&["status", "--dir", &dir]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).expect("JSON");
    assert_eq!(status["chain"], answer.chain.to_string());
    assert_eq!(status["height"], 0);
    assert_eq!(status["header"], answer.trusted_header.to_string());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_init_writes() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = tempfile::tempdir().expect("a directory");
    let admin = place.path().join("admin.txt");
    std::fs::write(&admin, write_request(&fixtures::enrolment("admin", Role::Admin))).expect("a request");
    let dir = place.path().join("gateway");
    let (dir_text, admin) = (dir.to_str().expect("a path"), admin.to_str().expect("a path"));
    let output = gateway(&[
        "init",
        "--dir",
        dir_text,
        "--hospital",
        "H",
        "--address",
        "g:1",
        "--admin",
        admin,
        "--single-administrator",
    ]);
    assert!(output.status.success(), "{output:?}");
    for name in ["", "gateway.keys"] {
        let mode = std::fs::metadata(dir.join(name)).expect("made").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}
