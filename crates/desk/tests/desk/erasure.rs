//! Erasure at the desk: what was ordered goes, with what was opened of it and with the log of the database, and is told
//! apart from what is only missing.

use crate::gateway::TestGateway;
use crate::station::*;
use crate::ward;
use std::path::Path;
use wl_desk::view::*;
use wl_desk::{Desk, Settings};
use wl_ledger::control::{Action, Categories, EraseBasis, EraseOrder, EraseScope};
use wl_ledger::{Category, EraseId, Height, KeyId, Seq, StreamId};
use wl_vitals::Parameter as Measured;

const ORDER: [u8; 16] = [0xE5; 16];

async fn shown(desk: &Desk) -> TileView {
    until("the ward", || async {
        desk.ward().await.ok()?.tiles.into_iter().find(|tile| tile.rate.text == "72")
    })
    .await
}

/// The patient orders what is erased, up to the newest block.
fn order(gateway: &TestGateway, scope: EraseScope) {
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        ward.cut();
        let (id, patient, up_to) = (EraseId::from_bytes(ORDER), ward.patient, ward.tip());
        let order = EraseOrder { id, patient, scope, basis: EraseBasis::PatientRequest, up_to };
        ward.control("patient", Action::Erase(order));
    });
}

fn all_of(categories: &[Category]) -> EraseScope {
    EraseScope::Categories(Categories::of(categories))
}

/// What this key said it erased, once the chain holds it.
async fn receipt(gateway: &TestGateway, key: KeyId) -> wl_ledger::control::EraseReceipt {
    until("the receipt on the ledger", || async {
        gateway.with(|ward| {
            let order = EraseId::from_bytes(ORDER);
            let mut erased = ward.state().erased(&order);
            erased.find(|(of, _)| **of == key).map(|(_, erased)| erased.receipt)
        })
    })
    .await
}

async fn me(desk: &Desk) -> KeyId {
    KeyId::from_hex(&ok(desk.session_state().await).user.unwrap().key_id).unwrap()
}

/// Every cell of every table of a closed profile, decrypted.
async fn dump(folder: &Path) -> Vec<(String, Vec<u8>)> {
    use sqlx::{ConnectOptions as _, Row as _};
    let profile = wl_desk::profile::Profile::open(folder).unwrap();
    let keys = profile.unlock(&wl_seal::Passphrase::new(PASSPHRASE.to_owned()).unwrap()).unwrap();
    let hex: String = keys.database().expose().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut database = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(profile.database())
        .pragma("key", format!("\"x'{hex}'\""))
        .disable_statement_logging()
        .connect()
        .await
        .unwrap();
    let tables: Vec<(String,)> = sqlx::query_as("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut database)
        .await
        .unwrap();
    let mut cells = Vec::new();
    for (table,) in tables {
        let all = sqlx::AssertSqlSafe(format!("SELECT * FROM \"{table}\""));
        for row in sqlx::query(all).fetch_all(&mut database).await.unwrap() {
            for at in 0..row.len() {
                let bytes = row.try_get_unchecked::<Vec<u8>, _>(at).unwrap_or_default();
                cells.push((table.clone(), bytes));
            }
        }
    }
    cells
}

fn holds(cells: &[(String, Vec<u8>)], wanted: &[u8]) -> Vec<String> {
    let holding = cells.iter().filter(|(_, cell)| cell.windows(wanted.len()).any(|part| part == wanted));
    holding.map(|(table, _)| table.clone()).collect()
}

/// The ciphertext of the first record of a stream.
fn ciphertext(gateway: &TestGateway, stream: u32) -> Vec<u8> {
    gateway.with(|ward| {
        let mut items = ward.blocks.iter().flat_map(|(_, items)| items.iter());
        items
            .find_map(|served| {
                let record = wl_ledger::record::SignedRecord::parse(served.item.entry.bytes()).ok()?;
                (record.header().stream == StreamId(stream)).then(|| served.item.body.clone())?
            })
            .unwrap()
            .ciphertext
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn whole_categories_go_with_all_that_was_opened_of_them_and_are_receipted() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let tile = shown(&desk).await;
    let (vitals, identity) = (ciphertext(&gateway, 0), ciphertext(&gateway, 2));
    let session = desk.session().await.unwrap();
    session.core().await.flush(wl_desk::edge::now()).await.unwrap();
    drop(session);
    let record = ok(desk.patient(tile.patient_id.clone()).await).record_ref.unwrap();
    let trust = ok(desk.trust(record.clone()).await);
    assert!(trust.seal == SealState::Sealed);
    order(&gateway, all_of(&[Category::Vitals, Category::Identity]));
    let receipt = receipt(&gateway, me(&desk).await).await;
    assert_eq!((receipt.records, receipt.order), (2, EraseId::from_bytes(ORDER)));
    // Nothing of it is shown, and it is not told as an incident.
    let tile = ok(desk.ward().await).tiles.into_iter().next().unwrap();
    assert!(tile.rate.text.is_empty() && tile.name.text.is_empty() && tile.bed.is_empty());
    let trust = ok(desk.trust(record).await);
    assert!(trust.seal == SealState::Erased && trust.problem.contains(&"e5".repeat(16)));
    let state = ok(desk.session_state().await);
    assert!(state.frame.records.state != RecordsState::Failed, "an order is no failure");
    assert!(state.frame.records.state != RecordsState::CantConfirm, "an order is no gap");
    // What comes after the order is shown again.
    gateway.with(|ward| {
        let now = wl_desk::edge::now();
        ward.now = now;
        ward.frame(vec![ward::measured(Measured::HeartRate, 91, 0, now)]);
    });
    until("a value after the order", || async {
        let ward = desk.ward().await.ok()?;
        ward.tiles.into_iter().find(|tile| tile.rate.text == "91")
    })
    .await;
    ok(desk.close().await);
    let wal = folder.path().join("desk.db-wal");
    assert!(!wal.exists() || wal.metadata().unwrap().len() == 0, "the log is cut off");
    let cells = dump(folder.path()).await;
    assert!(cells.len() > 100, "the dump reads what is there");
    for (what, bytes) in [("vitals", &vitals[..]), ("identity", &identity), ("name", CANARY.as_bytes())] {
        assert_eq!(holds(&cells, bytes), Vec::<String>::new(), "{what} is still in a table");
    }
    // After a restart it is the same, and no second receipt is signed.
    let desk = ok(Desk::open(folder.path(), settings()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    until("the value after the order", || async {
        let ward = desk.ward().await.ok()?;
        ward.tiles.into_iter().find(|tile| tile.rate.text == "91" && tile.name.text.is_empty())
    })
    .await;
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_was_offline_erases_before_it_shows_what_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    shown(&desk).await;
    let key = me(&desk).await;
    ok(desk.close().await);
    order(&gateway, all_of(&[Category::Vitals]));
    // Without the gateway nobody can know of the order; what was there is still shown.
    let offline = Settings { online: false, ..settings() };
    let desk = ok(Desk::open(folder.path(), offline));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    shown(&desk).await;
    ok(desk.close().await);
    let desk = ok(Desk::open(folder.path(), settings()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    assert_eq!(receipt(&gateway, key).await.records, 1);
    let tile = ok(desk.ward().await).tiles.into_iter().next().unwrap();
    assert!(tile.rate.text.is_empty() && tile.name.text == CANARY, "other categories stay");
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_records_goes_and_its_neighbours_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    shown(&desk).await;
    let begin = wl_desk::edge::now();
    gateway.with(|ward| {
        for number in 0..5 {
            let at = begin.plus(-600_000 + i64::from(number) * 60_000);
            ward.now = wl_desk::edge::now();
            ward.frame(vec![ward::measured(Measured::HeartRate, 60 + number, 0, at)]);
        }
    });
    let patient = shown(&desk).await.patient_id;
    let values = |trend: &TrendView| trend.summary.clone();
    until("all values", || async {
        let trends = desk.trend(patient.clone(), 2).await.ok()?;
        let rate = trends.into_iter().find(|trend| trend.parameter == Parameter::HeartRate)?;
        values(&rate).contains("60").then_some(())
    })
    .await;
    // The frames of the ward are records 0 to 5 of stream 0: the two lowest values go.
    order(&gateway, EraseScope::Records(StreamId(0), Seq(1), Seq(2)));
    assert_eq!(receipt(&gateway, me(&desk).await).await.records, 2);
    let trends = ok(desk.trend(patient, 2).await);
    let rate = trends.iter().find(|trend| trend.parameter == Parameter::HeartRate).unwrap();
    assert!(rate.gaps.iter().any(|gap| gap.kind == GapKind::Erased), "an erased stretch is told");
    assert!(!rate.summary.contains("60") && !rate.summary.contains("61"), "{}", rate.summary);
    assert!(rate.summary.contains("62"), "{}", rate.summary);
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_between_deletion_and_receipt_is_made_good_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    shown(&desk).await;
    let key = me(&desk).await;
    // It stops right behind the commit: deleted and noted, the log uncut, nothing receipted.
    let session = desk.session().await.unwrap();
    let id = EraseId::from_bytes(ORDER);
    let store = session.core().await.store().unwrap();
    let span = wl_desk::store::Span {
        stream: StreamId(0),
        first: Seq(0),
        last: Seq(u64::MAX),
        up_to: Height(1_000),
    };
    let done = store.erase(&id, &[span], &[]).await.unwrap();
    assert_eq!(done.records, 1);
    assert_eq!(store.erase(&id, &[span], &[]).await.unwrap().records, 0, "a repeat finds nothing");
    drop((store, session));
    ok(desk.close().await);
    order(&gateway, all_of(&[Category::Vitals]));
    let desk = ok(Desk::open(folder.path(), settings()));
    ok(desk.unlock(secret(PASSPHRASE)).await);
    assert_eq!(receipt(&gateway, key).await.records, 1, "the count is that of the deletion");
    ok(desk.close().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_needs_a_privacy_officer_and_an_administrator() {
    let (folder, office) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (nurse, gateway) = enrolled(folder.path(), RoleView::Nurse).await;
    let patient = shown(&nurse).await.patient_id;
    let officer = colleague(office.path(), "Ruth Adeyemi", RoleView::PrivacyOfficer, &gateway).await;
    let ask = |categories: &[&str], records: Option<(&str, &str)>, basis| EraseAsk {
        patient_id: patient.clone(),
        categories: categories.iter().map(|one| (*one).to_owned()).collect(),
        first_record: records.map(|(first, _)| first.into()),
        last_record: records.map(|(_, last)| last.into()),
        basis,
    };
    let code = |error: Option<UiError>| error.map(|error| error.code);
    let court = EraseWord::CourtOrder;
    assert_eq!(
        code(nurse.propose_erasure(ask(&["vitals"], None, court)).await.err()),
        Some(ErrorCode::NotAllowed)
    );
    assert_eq!(code(nurse.erasures().await.err()), Some(ErrorCode::NotAllowed));
    until("the officer's role is verified", || async { officer.erasures().await.ok() }).await;
    let bad = [
        ask(&[], None, court),
        ask(&["vitals"], Some(("0.0", "0.0")), court),
        ask(&["secrets"], None, court),
        ask(&[], Some(("0.2", "0.1")), court),
        ask(&[], Some(("0.0", "1.0")), court),
        ask(&[], Some(("x", "0.1")), court),
        ask(&["vitals"], None, EraseWord::PatientRequest),
    ];
    for (number, ask) in bad.into_iter().enumerate() {
        assert_eq!(code(officer.propose_erasure(ask).await.err()), Some(ErrorCode::BadInput), "{number}");
    }
    let unknown = EraseAsk { patient_id: "77".repeat(16), ..ask(&["vitals"], None, court) };
    assert_eq!(code(officer.propose_erasure(unknown).await.err()), Some(ErrorCode::NotFound));
    let proposed = ok(officer.propose_erasure(ask(&["vitals"], None, court)).await);
    assert!(proposed.kind == ChangeKind::Erasure);
    assert!(ok(officer.erasures().await).orders.is_empty(), "one signature erases nothing");
    shown(&nurse).await;
    gateway.with(|ward| {
        ward.now = wl_desk::edge::now();
        let hash = *ward.state().proposals().next().unwrap().0;
        ward.control("admin", Action::Approve(hash));
    });
    let orders = until("the order with the nurse's receipt", || async {
        let view = officer.erasures().await.ok()?;
        let order = view.orders.into_iter().next()?;
        order.receipts.iter().any(|row| row.who == "Ines Calder" && row.at_ms.is_some()).then_some(order)
    })
    .await;
    assert!(
        orders.basis == EraseWord::CourtOrder
            && orders.categories == ["vitals"]
            && orders.by == "Ruth Adeyemi"
    );
    assert!(orders.receipts[0].at_ms.is_none(), "those whose receipt is missing stand first");
    ok(nurse.close().await);
    ok(officer.close().await);
}
