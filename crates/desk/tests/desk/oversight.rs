//! The access log and the security events: written before anything is shown, told to those whom they concern, and to
//! nobody else.

use crate::station::*;
use crate::{gateway, ward};
use serde_json::Value;
use wl_desk::Desk;
use wl_desk::view::*;
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_seal::{NoticeContext, open_notice};
use wl_wire::access::AccessReceipt;

async fn patient_of(desk: &Desk) -> String {
    until("the ward", || async {
        desk.ward().await.ok()?.tiles.into_iter().find(|tile| tile.rate.text == "72")
    })
    .await
    .patient_id
}

/// The kinds of the records in the chain under a subject, with their sealed bodies.
fn notices(
    gateway: &gateway::TestGateway,
    kind: RecordKind,
) -> Vec<(wl_ledger::StreamId, wl_ledger::Seq, Vec<u8>)> {
    gateway.with(|ward| {
        let items = ward.blocks.iter().flat_map(|(_, items)| items.iter());
        items
            .filter_map(|served| {
                let record = wl_ledger::record::SignedRecord::parse(served.item.entry.bytes()).ok()?;
                let header = record.header().clone();
                let body = served.item.body.as_ref()?;
                (header.kind == kind).then(|| (header.stream, header.seq, body.ciphertext.clone()))
            })
            .collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_opening_reaches_the_privacy_officer_and_the_patients_hub() {
    let (folder, office) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (nurse, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let officer = colleague(office.path(), "Ruth Adeyemi", RoleView::PrivacyOfficer, &gateway).await;
    let patient = patient_of(&nurse).await;
    // The nurse's desk must know the officer before it seals.
    until("the officer is known", || async {
        let session = nurse.session().await?;
        let core = session.core().await;
        let known = core.state().members().any(|(_, member)| member.enrolment.name == "Ruth Adeyemi");
        known.then_some(())
    })
    .await;
    for _ in 0..3 {
        ok(nurse.patient(patient.clone()).await);
    }
    ok(nurse.trend(patient.clone(), 2).await);
    let session = nurse.session().await.unwrap();
    let store = session.core().await.store().unwrap();
    let waiting = store.waiting_openings().await.unwrap();
    assert_eq!(waiting.len(), 1, "the openings are durable before the views are answered");
    drop((store, session));
    // The stream of the receipts is opened while they are gathered; locking then sends them at once.
    until("the stream of the receipts", || async {
        let session = nurse.session().await?;
        let core = session.core().await;
        let subject = Subject::Access(wl_ledger::PatientId::from_hex(&patient)?);
        core.state().streams().any(|(_, stream)| stream.subject == subject).then_some(())
    })
    .await;
    ok(nurse.lock().await);
    let log = until("the receipts at the officer's desk", || async {
        let log = ok(officer.access_log(AccessQuery::default()).await);
        (!log.rows.is_empty()).then_some(log)
    })
    .await;
    let seen: Vec<_> = log.rows.iter().map(|row| (row.screen, row.person.as_str())).collect();
    assert_eq!(seen.len(), 2, "three drawings of a page are one opening");
    assert!(seen.contains(&(AccessScreen::Patient, "Ines Calder")));
    assert!(seen.contains(&(AccessScreen::Trend, "Ines Calder")));
    for row in &log.rows {
        assert!(row.patient_id == patient && row.role == Some(RoleView::Nurse));
        assert!(row.grounds == [AccessGround::Treatment] && row.reason.is_empty());
        assert!(row.categories.contains(&"vitals".to_owned()));
        assert!(row.name.text.is_empty(), "the officer is told no name that is not shared");
    }
    let receipt = log.rows[0].record_ref.clone();
    assert!(
        ok(officer.trust(receipt.clone()).await).seal == SealState::Sealed,
        "the receipt can be looked into"
    );
    ok(nurse.unlock(secret(PASSPHRASE)).await);
    let own = nurse.trust(receipt).await.err().map(|error| error.code);
    assert_eq!(own, Some(ErrorCode::NotFound), "those who are named in the log do not read it");
    // The patient's hub reads the same.
    let receipts = notices(&gateway, RecordKind::AccessReceipt);
    assert_eq!(receipts.len(), 1, "gathered into one receipt");
    let chain = gateway.with(|ward| ward.chain);
    let (stream, seq, sealed) = &receipts[0];
    let kind = RecordKind::AccessReceipt.code();
    let context = NoticeContext { chain, stream: *stream, seq: *seq, kind };
    let plain = open_notice(&ward::reading("hub"), &context, sealed).unwrap();
    assert_eq!(AccessReceipt::parse(&plain).unwrap().openings().len(), 2);
    // An administrator does not.
    assert!(open_notice(&ward::reading("admin"), &context, sealed).is_err());
    // Filters and files.
    let nobody = AccessQuery { person_id: Some("00".repeat(16)), ..AccessQuery::default() };
    assert!(ok(officer.access_log(nobody).await).rows.is_empty());
    let past = AccessQuery { to_ms: Some(1), ..AccessQuery::default() };
    assert!(ok(officer.access_log(past).await).rows.is_empty());
    let bad = AccessQuery { patient_id: Some("no id".into()), ..AccessQuery::default() };
    assert_eq!(officer.access_log(bad).await.err().map(|e| e.code), Some(ErrorCode::BadInput));
    let saved = ok(officer.export_access_log(AccessQuery::default(), AccessFormat::Fhir).await);
    check_bundle(&serde_json::from_slice(&std::fs::read(&saved.saved_as).unwrap()).unwrap(), 2);
    let saved = ok(officer.export_access_log(AccessQuery::default(), AccessFormat::Csv).await);
    assert_eq!(std::fs::read_to_string(&saved.saved_as).unwrap().lines().count(), 3);
    // The log survives a restart, and locked it says nothing.
    ok(officer.lock().await);
    let locked = officer.access_log(AccessQuery::default()).await;
    assert_eq!(locked.err().map(|e| e.code), Some(ErrorCode::Locked));
    ok(officer.unlock(secret(PASSPHRASE)).await);
    assert_eq!(ok(officer.access_log(AccessQuery::default()).await).rows.len(), 2);
    ok(officer.close().await);
    ok(nurse.close().await);
}

/// What FHIR R4 demands of a Bundle of AuditEvents: the elements with a minimum of one, their types and their codes.
fn check_bundle(bundle: &Value, entries: usize) {
    assert_eq!(bundle["resourceType"], "Bundle");
    assert_eq!(bundle["type"], "collection");
    assert_no_empty(bundle);
    let found = bundle["entry"].as_array().unwrap();
    assert_eq!(found.len(), entries);
    let mut addresses = std::collections::BTreeSet::new();
    for entry in found {
        let address = entry["fullUrl"].as_str().unwrap();
        assert!(address.starts_with("urn:uuid:") && address.len() == 45, "{address}");
        assert!(addresses.insert(address), "each entry has an address of its own");
        let event = &entry["resource"];
        let known = [
            "resourceType",
            "id",
            "type",
            "subtype",
            "action",
            "recorded",
            "outcome",
            "purposeOfEvent",
            "agent",
            "source",
            "entity",
        ];
        for name in event.as_object().unwrap().keys() {
            assert!(known.contains(&name.as_str()), "AuditEvent has no element {name}");
        }
        assert_eq!(event["resourceType"], "AuditEvent");
        let id = event["id"].as_str().unwrap();
        assert!(id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)));
        assert!(event["type"]["system"].is_string() && event["type"]["code"].is_string());
        assert!(["C", "R", "U", "D", "E"].contains(&event["action"].as_str().unwrap()));
        assert!(["0", "4", "8", "12"].contains(&event["outcome"].as_str().unwrap()));
        let recorded = event["recorded"].as_str().unwrap();
        assert!(recorded.len() == 24 && recorded.ends_with('Z'), "an instant with its zone: {recorded}");
        let agents = event["agent"].as_array().unwrap();
        assert!(!agents.is_empty() && agents.iter().all(|agent| agent["requestor"].is_boolean()));
        for agent in agents {
            assert!(
                agent["network"]["type"] == "1" && agent["policy"][0].as_str().unwrap().starts_with("urn:")
            );
        }
        assert!(event["source"]["observer"]["identifier"]["value"].is_string());
        for entity in event["entity"].as_array().unwrap() {
            // Rule sev-1: a name or a query, never both; here there is neither.
            assert!(entity.get("name").is_none() && entity.get("query").is_none());
            for detail in entity["detail"].as_array().unwrap() {
                assert!(detail["type"].is_string() && detail["valueString"].is_string());
            }
        }
    }
}

/// FHIR JSON has no empty text, list, object or null.
fn assert_no_empty(value: &Value) {
    match value {
        Value::Null => panic!("a null"),
        Value::String(text) => assert!(!text.is_empty(), "an empty text"),
        Value::Array(all) => {
            assert!(!all.is_empty(), "an empty list");
            all.iter().for_each(assert_no_empty);
        }
        Value::Object(all) => {
            assert!(!all.is_empty(), "an empty object");
            all.values().for_each(assert_no_empty);
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_opened_before_a_stop_is_told_after_it() {
    let (folder, office) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (nurse, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let patient = patient_of(&nurse).await;
    ok(nurse.close().await);
    // Offline, the opening waits in the database and the process ends.
    let offline = wl_desk::Settings { online: false, ..settings() };
    let nurse = ok(Desk::open(folder.path(), offline));
    ok(nurse.unlock(secret(PASSPHRASE)).await);
    ok(nurse.patient(patient.clone()).await);
    ok(nurse.close().await);
    assert!(notices(&gateway, RecordKind::AccessReceipt).is_empty());
    let officer = colleague(office.path(), "Ruth Adeyemi", RoleView::PrivacyOfficer, &gateway).await;
    let nurse = ok(Desk::open(folder.path(), settings()));
    ok(nurse.unlock(secret(PASSPHRASE)).await);
    let log = until("the receipt of before", || async {
        let log = ok(officer.access_log(AccessQuery::default()).await);
        (!log.rows.is_empty()).then_some(log)
    })
    .await;
    assert_eq!(log.rows.len(), 1);
    ok(nurse.close().await);
    ok(officer.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_cannot_write_the_log_keeps_records_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (nurse, _gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let patient = patient_of(&nurse).await;
    ok(nurse.close().await);
    let database = {
        let profile = wl_desk::profile::Profile::open(folder.path()).unwrap();
        let keys = profile.unlock(&wl_seal::Passphrase::new(PASSPHRASE.to_owned()).unwrap()).unwrap();
        connect(&profile.database(), keys.database().expose()).await
    };
    let nurse = ok(Desk::open(folder.path(), settings()));
    ok(nurse.unlock(secret(PASSPHRASE)).await);
    let mut database = database;
    let full = "CREATE TRIGGER full BEFORE INSERT ON openings BEGIN SELECT RAISE(FAIL, 'disk full'); END";
    sqlx::query(full).execute(&mut database).await.unwrap();
    let opened = [nurse.patient(patient.clone()).await.err(), nurse.trend(patient.clone(), 24).await.err()];
    for error in opened {
        let error = error.expect("the record stays closed");
        assert_eq!(error.code, ErrorCode::Storage);
        assert!(error.message.contains("could not be logged"), "{}", error.message);
    }
    sqlx::query("DROP TRIGGER full").execute(&mut database).await.unwrap();
    ok(nurse.patient(patient).await);
    ok(nurse.close().await);
}

/// A connection of the test's own, to make the desk's next write fail.
async fn connect(path: &std::path::Path, key: &[u8; 32]) -> sqlx::SqliteConnection {
    use sqlx::ConnectOptions as _;
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    sqlx::sqlite::SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", format!("\"x'{hex}'\""))
        .disable_statement_logging()
        .connect()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_privacy_officers_read_the_access_log_and_only_administrators_the_events() {
    let (folder, office) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (nurse, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let officer = colleague(office.path(), "Ruth Adeyemi", RoleView::PrivacyOfficer, &gateway).await;
    patient_of(&nurse).await;
    let code = |error: Option<UiError>| error.map(|error| error.code);
    let all = AccessQuery::default;
    assert_eq!(code(nurse.access_log(all()).await.err()), Some(ErrorCode::NotAllowed));
    let file = nurse.export_access_log(all(), AccessFormat::Csv).await.err();
    assert_eq!(code(file), Some(ErrorCode::NotAllowed));
    assert_eq!(code(nurse.security_events().await.err()), Some(ErrorCode::NotAllowed));
    until("the officer's role is verified", || async { officer.access_log(all()).await.ok() }).await;
    assert_eq!(code(officer.security_events().await.err()), Some(ErrorCode::NotAllowed));
    assert_eq!(code(officer.finish_security_event("1.0.0".into()).await.err()), Some(ErrorCode::NotAllowed));
    ok(nurse.close().await);
    ok(officer.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_unlocks_and_refused_commands_reach_the_administrator_counted() {
    let (folder, office) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (admin, gateway) = enrolled(office.path(), RoleView::Admin).await;
    let nurse = colleague(folder.path(), "Joy Mensah", RoleView::Nurse, &gateway).await;
    until("the nurse is enrolled", || async {
        nurse.session_state().await.ok().filter(|state| state.phase == SessionPhase::Open)
    })
    .await;
    ok(nurse.lock().await);
    for _ in 0..3 {
        assert!(nurse.unlock(secret("wrong passphrase")).await.is_err());
    }
    // Counted while the database is closed, in a file without a name; a stop loses nothing.
    let kept = std::fs::read(folder.path().join("noticed")).unwrap();
    assert!(!kept.windows(3).any(|bytes| bytes == b"Joy"));
    ok(nurse.close().await);
    let nurse = ok(Desk::open(folder.path(), settings()));
    ok(nurse.unlock(secret(PASSPHRASE)).await);
    assert!(!folder.path().join("noticed").exists());
    for _ in 0..5 {
        assert_eq!(nurse.create_team("Mine".into()).await.err().map(|e| e.code), Some(ErrorCode::NotAllowed));
    }
    let mut view = None;
    // Reports leave at most every ten seconds: each kind has its own patience.
    for (what, times) in [(SecurityWord::FailedUnlock, 3), (SecurityWord::RefusedCommand, 5)] {
        view = Some(
            until("the count at the administrator's desk", || async {
                let view = ok(admin.security_events().await);
                let told = view.rows.iter().filter(|row| row.what == what).map(|row| row.count);
                (told.sum::<u32>() == times).then_some(view)
            })
            .await,
        );
    }
    let view = view.unwrap();
    assert!(view.rows.iter().all(|row| row.person == "Joy Mensah" && !row.done));
    let id = view.rows[0].id.clone();
    let after = ok(admin.finish_security_event(id.clone()).await);
    assert_eq!(after.open + 1, view.open);
    assert!(after.rows.iter().any(|row| row.id == id && row.done));
    for bad in ["", "x", "1.2", "1.2.3.4"] {
        let error = admin.finish_security_event(bad.into()).await.err();
        assert_eq!(error.map(|e| e.code), Some(ErrorCode::BadInput), "{bad}");
    }
    ok(nurse.close().await);
    ok(admin.close().await);
}
