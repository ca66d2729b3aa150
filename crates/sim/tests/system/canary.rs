//! Nothing readable leaves the hub and the workstation: recognisable names, numbers and values are looked for in every
//! file, in the logs (of hub and workstation at their most talkative), and in the memory of the gateway's process.
#![cfg(target_os = "linux")]
use crate::common::device::{Device, heart_rate, report, row};
use crate::common::ledger::Ledger;
use crate::common::system::{STAY, System, drained};
use crate::common::{Station, ok, programs, until};
use secrecy::SecretString;
use std::collections::BTreeSet;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use wl_desk::Desk;
use wl_desk::view::{AccessFormat, AccessQuery, InboxTab, KeyProtection, ProtectAsk};
use wl_ledger::{Category, Role};
use wl_sim::hospital::now;

const DEVICE: &str = "02DE30FFFE00FF01";
/// In HL7 messages, in the identity record, or both.
const CANARIES: [&str; 7] = [
    "Quetzalfink",
    "Zoraida",
    "Fernweh",
    "MRN-CANARY-8191",
    "23.4567891",
    // Typed as passphrases.
    "Nachtigallenstrasse",
    "demo ward, nothing real",
];

/// How often any canary occurs, as UTF-8 or UTF-16, in upper, lower or its own case.
fn hits(bytes: &[u8]) -> usize {
    static FORMS: LazyLock<(BTreeSet<Vec<u8>>, [bool; 256])> = LazyLock::new(|| {
        let cases = |text: &str| [text.to_owned(), text.to_uppercase(), text.to_lowercase()];
        let forms = CANARIES.iter().flat_map(|canary| cases(canary)).flat_map(|text| {
            let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [text.into_bytes(), wide]
        });
        let forms: BTreeSet<Vec<u8>> = forms.collect();
        let mut starts = [false; 256];
        forms.iter().for_each(|form| starts[usize::from(form[0])] = true);
        (forms, starts)
    });
    let (forms, starts) = &*FORMS;
    let places = bytes.iter().enumerate().filter(|(_, byte)| starts[usize::from(**byte)]);
    places.map(|(at, _)| forms.iter().filter(|form| bytes[at..].starts_with(form)).count()).sum()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}

/// Every file of a folder holds no canary; at least these are among them.
fn check_folder(folder: &Path, among: &[&str]) -> u64 {
    let files = files(folder);
    for name in among {
        assert!(
            files.iter().any(|file| file.ends_with(name)),
            "{name} is not in the folder that is searched"
        );
    }
    let mut searched = 0;
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        assert_eq!(hits(&bytes), 0, "{} holds readable text", file.display());
        searched += bytes.len() as u64;
    }
    searched
}

/// All memory of a process that can be read: heap, stacks, files in memory.
fn check_memory(process: u32) -> u64 {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut searched = 0;
    for line in maps.lines() {
        let mut parts = line.split(' ');
        let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
        let special = line.ends_with("[vvar]") || line.ends_with("[vsyscall]");
        if !rights.starts_with("rw") || special {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut at = from;
        while at < to {
            // Pieces overlap, so that no canary hides at a border.
            let mut piece = vec![0; usize::try_from((to - at).min(4 << 20)).unwrap()];
            memory.seek(SeekFrom::Start(at)).unwrap();
            let Ok(()) = memory.read_exact(&mut piece) else { break };
            assert_eq!(hits(&piece), 0, "the gateway's memory holds readable text at {at:x}");
            searched += piece.len() as u64;
            at += (piece.len() as u64).saturating_sub(64).max(1);
            if to - at <= 64 {
                break;
            }
        }
    }
    searched
}

/// Every command of the desk, with names, numbers and free text in what is typed, refused ones included; files that are
/// handed out on purpose are not among them.
async fn every_screen(desk: &Desk, patient: wl_ledger::PatientId) {
    let (id, typed) = (patient.to_string(), || CANARIES[0].to_owned());
    let page = ok(desk.patient(id.clone()).await);
    for hours in [2, 24] {
        ok(desk.trend(id.clone(), hours).await);
    }
    for tab in [InboxTab::Active, InboxTab::Unacknowledged, InboxTab::Mine, InboxTab::History] {
        ok(desk.inbox(tab).await);
    }
    if let Some(record) = page.record_ref {
        ok(desk.trust(record).await);
    }
    ok(desk.settings().await);
    ok(desk.set_lock_minutes(7).await);
    ok(desk.active().await);
    let _answers = (
        desk.acknowledge(typed()).await.err(),
        desk.trust(typed()).await.err(),
        desk.patient(typed()).await.err(),
        desk.enrol_preview(typed()).await.err(),
        desk.enrol_check(typed(), typed()).await.err(),
        desk.enrol(typed(), typed(), vec![typed()]).await.err(),
        desk.revoke(typed(), typed()).await.err(),
        desk.create_team(typed()).await.err(),
        desk.patient_preview(typed()).await.err(),
        desk.register_patient(typed()).await.err(),
        desk.register_device(typed(), None).await.err(),
        desk.access_log(AccessQuery { patient_id: Some(typed()), ..AccessQuery::default() }).await.err(),
        desk.export_access_log(AccessQuery::default(), AccessFormat::Csv).await.err(),
        desk.security_events().await.err(),
        desk.finish_security_event(typed()).await.err(),
        desk.erasures().await.err(),
    );
    ok(desk.lock().await);
    for wrong in ["Nachtigallenstrasse", "nachtigallenstrasse 12"] {
        assert!(desk.unlock(SecretString::from(wrong)).await.is_err());
    }
    ok(desk.unlock(SecretString::from(wl_sim::hospital::PASSPHRASE)).await);
    let by_keychain = ProtectAsk { by: KeyProtection::Keychain, module: String::new(), label: String::new() };
    assert!(desk.protect(SecretString::from("Nachtigallenstrasse"), None, by_keychain).await.is_err());
    until(Duration::from_secs(20), "the ward is open again", || async {
        serde_json::to_string(&ok(desk.ward().await)).unwrap().contains("Quetzalfink")
    })
    .await;
    ok(desk.patient(id).await);
}

/// Ends the desk's own program with SIGABRT while it works, as a fault would, and searches what it leaves: its profile,
/// its home, temporary files, working directory, standard error. Its standard output is an export and not searched.
async fn abort_in_the_middle(directory: &Path, profile: &Path) -> u64 {
    let place = directory.join("crash");
    for folder in ["home", "tmp", "work"] {
        std::fs::create_dir_all(place.join(folder)).unwrap();
    }
    let words = directory.join("words.txt");
    std::fs::write(&words, wl_sim::hospital::PASSPHRASE).unwrap();
    let mut aborted = 0;
    for pause in [60u64, 150, 300, 600, 1200] {
        let mut desk = programs::command("wardlight-desk")
            .args(["--sync", "--passphrase-file"])
            .arg(&words)
            .arg("--profile")
            .arg(profile)
            .args(["readings", "--csv"])
            .env("HOME", place.join("home"))
            .env("TMPDIR", place.join("tmp"))
            .env("RUST_BACKTRACE", "full")
            .current_dir(place.join("work"))
            .stdout(std::process::Stdio::null())
            .stderr(programs::log(&place.join("stderr.txt")))
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(pause)).await;
        if let Some(process) = desk.id() {
            let signal = std::process::Command::new("kill").args(["-ABRT", &process.to_string()]).status();
            aborted += u32::from(signal.unwrap().success());
        }
        desk.wait().await.unwrap();
    }
    assert!(aborted > 0, "it was running when it was ended");
    let files = files(&place);
    assert!(files.iter().all(|file| !file.file_name().unwrap().to_string_lossy().contains("core")));
    check_folder(&place, &["stderr.log"]) + check_folder(profile, &["desk.db", "throttle"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_values_are_readable_nowhere_but_where_they_belong() {
    assert_eq!(hits(b"a zoraida b FERNWEH"), 2, "the search finds what it looks for");
    programs::build();
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    system.stop_gateway().await;
    // Hub and workstation run here and say all they can; the gateway is a process of its own.
    let own_log = directory.path().join("own.txt");
    let own = programs::log(&own_log);
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(own).init();
    let logs = directory.path().join("gateway.txt");
    let mut gateway = programs::command("wardlight-gateway")
        .args(["run", "--listen", &system.gateway_address.to_string(), "--dir"])
        .arg(system.gateway_directory())
        .stdout(std::process::Stdio::piped())
        .stderr(programs::log(&logs))
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(gateway.stdout.take().unwrap()).lines();
    assert!(lines.next_line().await.unwrap().unwrap().starts_with("listening"));

    let hub = system.start_hub().await;
    let patient = system.admit_as(&hub, "Quetzalfink", CANARIES[3], DEVICE, &STAY).await;
    let mut device = Device::new(hub.address());
    for number in 0..60 {
        let taken = now().plus(-6_000 + number * 50);
        let rows = [heart_rate("71"), row("150344^MDC_TEMP^MDC", "23.4567891", "268192^MDC_DIM_DEGC^MDC")];
        device.must(&report(DEVICE, Some(CANARIES[3]), &format!("K{number}"), taken, &rows)).await;
    }
    // Quarantined and unknown messages hold names too.
    let bad = report(DEVICE, Some("MRN-CANARY-8191X"), "KX", now(), &[heart_rate("71")]);
    assert!(device.send(&bad).await.unwrap().contains("MSA|AE"));
    device.must(&report(DEVICE, None, "KU", now(), &[row("579^PRIVATE^99X", "Fernweh", "")])).await;
    drained(&hub).await;
    let ledger = Ledger::read(&station.client(&system.answer), &system.answer).await;
    assert_eq!(ledger.about(patient, Category::Vitals, wl_ledger::record::RecordKind::Frame), 60);

    let desk = station.enter(&system.answer).await;
    until(Duration::from_secs(20), "the workstation shows the canaries", || async {
        let view = serde_json::to_string(&ok(desk.ward().await)).unwrap();
        view.contains("Quetzalfink")
    })
    .await;
    every_screen(&desk, patient).await;
    let memory = check_memory(gateway.id().unwrap());
    let mut disk = check_folder(&system.gateway_directory(), &["gateway.db", "gateway.db-wal"]);
    disk += check_folder(&system.hub_directory(), &["hub.db", "hub.db-wal", "vault.age"]);
    disk += check_folder(station.directory(), &["desk.db", "desk.db-wal"]);
    ok(desk.close().await);
    disk += abort_in_the_middle(directory.path(), station.directory()).await;
    hub.stop().await;
    disk += check_folder(station.directory(), &["desk.db"]);
    disk += check_folder(&system.hub_directory(), &["hub.db"]);
    gateway.kill().await.unwrap();
    let log = programs::logged(&logs) + &programs::logged(&own_log);
    assert!(log.contains("TRACE") || log.contains("DEBUG"), "the log is at its most talkative");
    assert_eq!(hits(log.as_bytes()), 0, "a log holds readable text");
    println!("searched {disk} bytes of files, {memory} bytes of memory, {} bytes of log: nothing", log.len());
    assert!(memory > 1 << 20 && disk > 1 << 18);
}
