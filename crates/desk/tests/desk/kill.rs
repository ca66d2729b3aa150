//! kill -9 while it fetches, verifies, opens and stores: nothing unverified is ever visible, nothing is doubled, and
//! what was acknowledged to a person reaches the ledger once. `WL_KILLS=100` for more rounds.

use crate::gateway::TestGateway;
use crate::ward::*;
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wl_desk::view::{InboxTab, RoleView};
use wl_desk::{Desk, Settings};
use wl_ledger::Role;
use wl_ledger::block::Entry;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_seal::WorkFactor;
use wl_vitals::Parameter;
use wl_vitals::alarm::AlarmEvent;
use wl_wire::enrolment;

const PASSPHRASE: &str = "correct horse battery";
const FRAMES: i32 = 240;
/// Frames that arrive with every round, so that there is always something under way.
const MORE: i32 = 40;

fn offline() -> Settings {
    Settings { work: WorkFactor::new(4).unwrap(), online: false, ..Settings::default() }
}

async fn lines(profile: &Path, passphrase: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let args = [
        "wardlight",
        "--profile",
        profile.to_str().unwrap(),
        "--passphrase-file",
        passphrase.to_str().unwrap(),
        "readings",
        "--csv",
    ];
    wl_desk::cli::run(args.iter().map(Into::into), &mut out).await.unwrap();
    String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_loses_and_doubles_nothing() {
    let kills: u64 = std::env::var("WL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let folder = tempfile::tempdir().unwrap();
    let (profile, passphrase) = (folder.path().join("profile"), folder.path().join("passphrase"));
    std::fs::write(&passphrase, PASSPHRASE).unwrap();
    let desk = Desk::open(&profile, Settings { online: true, ..offline() }).map_err(|e| e.message).unwrap();
    let secret = || SecretString::from(PASSPHRASE.to_owned());
    desk.create_keys("Ines Calder".into(), RoleView::Nurse, secret()).await.map_err(|e| e.message).unwrap();
    let person =
        enrolment::read_request(&desk.enrolment_request().await.map_err(|e| e.message).unwrap().text)
            .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let now = wl_desk::edge::now();
    let mut ward =
        TestWard::found(now, request("admin", Role::Admin), &listener.local_addr().unwrap().to_string());
    ward.admit(&person, None);
    ward.alarm(&AlarmEvent::Raised(spo2_alarm(ward.patient, now)));
    ward.cut();
    let answer = enrolment::write_answer(&ward.answer());
    let (gateway, _task) = TestGateway::start(listener, ward);

    // One acknowledgement is made, durably, and the workstation dies before it is sent.
    desk.load_enrolment(answer).await.map_err(|e| e.message).unwrap();
    desk.unlock(secret()).await.map_err(|e| e.message).unwrap();
    let alarm = loop {
        let view = desk.inbox(InboxTab::Active).await.map_err(|e| e.message).unwrap();
        if let Some(row) = view.rows.into_iter().next() {
            break row.alarm_id;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    desk.close().await.map_err(|e| e.message).unwrap();
    let desk = Desk::open(&profile, offline()).map_err(|e| e.message).unwrap();
    desk.unlock(secret()).await.map_err(|e| e.message).unwrap();
    desk.acknowledge(alarm).await.map_err(|e| e.message).unwrap();
    desk.close().await.map_err(|e| e.message).unwrap();

    gateway.with(|ward| {
        for at in 0..FRAMES {
            let taken = now.plus(i64::from(at - FRAMES) * 1000);
            ward.frame(vec![
                measured(Parameter::HeartRate, 60 + at % 40, 0, taken),
                measured(Parameter::Spo2, 90 + at % 10, 0, taken),
            ]);
            ward.cut();
        }
    });
    // How long one undisturbed run takes here, so that the kills fall into all of it on a fast machine and a slow one.
    let begun = std::time::Instant::now();
    lines(&profile, &passphrase).await;
    let span = u64::try_from(begun.elapsed().as_millis()).unwrap().max(100);
    println!("kills within {span} ms of the start of each run");
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let (mut most, mut cut_short) = (0, 0);
    for round in 0..kills {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        gateway.with(|ward| {
            for at in 0..MORE {
                let taken = now.plus(i64::try_from(round).unwrap() * 60_000 + i64::from(at) * 1000);
                ward.now = ward.now.max(taken);
                ward.frame(vec![measured(Parameter::HeartRate, 100 + at, 0, taken)]);
                ward.cut();
            }
        });
        let mut child = Command::new(env!("CARGO_BIN_EXE_wardlight-desk"))
            .args([
                "--profile".as_ref(),
                profile.as_os_str(),
                "--passphrase-file".as_ref(),
                passphrase.as_os_str(),
            ])
            .args(["--sync", "status", "--json"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From before the vault is open to after everything is stored.
        tokio::time::sleep(Duration::from_millis(seed % (span * 2))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let found = lines(&profile, &passphrase).await;
        let unique: BTreeSet<&String> = found.iter().collect();
        assert_eq!(unique.len(), found.len(), "round {round}: a reading is there twice");
        assert!(found.len() >= most, "round {round}: a reading that was shown is gone");
        let held = usize::try_from(FRAMES).unwrap() * 2
            + usize::try_from(round + 1).unwrap() * usize::try_from(MORE).unwrap();
        cut_short += usize::from(found.len() < held);
        most = found.len();
    }
    // Left alone, it completes.
    let done = Command::new(env!("CARGO_BIN_EXE_wardlight-desk"))
        .args([
            "--profile".as_ref(),
            profile.as_os_str(),
            "--passphrase-file".as_ref(),
            passphrase.as_os_str(),
        ])
        .args(["--sync", "status", "--json"])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let status: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(status["evidence"], serde_json::json!([]), "a crash is no evidence against anybody");
    assert_eq!(status["complete"], serde_json::json!(true));
    let all = usize::try_from(FRAMES).unwrap() * 2
        + usize::try_from(kills).unwrap() * usize::try_from(MORE).unwrap();
    assert_eq!(lines(&profile, &passphrase).await.len(), all);
    assert!(cut_short > 0, "every run was complete before its kill: the loop proves nothing on this machine");

    // The acknowledgement arrives once, however often its sender was killed.
    let desk = Desk::open(&profile, Settings { online: true, ..offline() }).map_err(|e| e.message).unwrap();
    desk.unlock(secret()).await.map_err(|e| e.message).unwrap();
    for _ in 0..400 {
        let mine = desk.inbox(InboxTab::Mine).await.map_err(|e| e.message).unwrap();
        if mine
            .rows
            .iter()
            .any(|row| matches!(row.work, wl_desk::view::AlarmWork::Acknowledged { by_me: true, .. }))
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    desk.close().await.map_err(|e| e.message).unwrap();
    let acknowledgements = gateway.with(|ward| {
        let entries = ward.blocks.iter().flat_map(|(_, items)| items);
        let records = entries.filter_map(|served| match &served.item.entry {
            Entry::Record(bytes) => SignedRecord::parse(bytes).ok(),
            Entry::Control(_) => None,
        });
        records.filter(|record| record.header().kind == RecordKind::Acknowledgement).count()
    });
    assert_eq!(acknowledgements, 1);
}
