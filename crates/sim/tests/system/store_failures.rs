//! The hub's store fails in the middle of something: nothing half remains, nothing is answered, and a restart goes on
//! as if the failed step had never begun.

use crate::common;
use crate::common::Station;
use crate::common::device::{heart_rate, report};
use crate::common::system::{STAY, System, drained};
use std::net::SocketAddr;
use wl_hub::core::{Arrival, Core, CoreError};
use wl_hub::custody::{HUB_CATEGORIES, Step};
use wl_hub::home::Home;
use wl_hub::ingest::mllp::Received;
use wl_hub::store::Store;
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, SignedTransaction};
use wl_ledger::{Category, Generation, Hash, PatientId, Role, UnixMillis};
use wl_sim::hospital::now;
use wl_wire::messages::Item;

const DEVICE: &str = "02DE30FFFE00CC01";
/// Every table that taking a message in, ticking or preparing keys writes to.
const WRITTEN: [&str; 7] = ["taken", "outbox", "tail", "kept", "quarantine", "patient", "secret"];

struct Hub {
    system: System,
    patient: PatientId,
    reader: wl_ledger::KeyId,
    _directory: tempfile::TempDir,
}

/// A hub with one admitted patient that does not run any more.
async fn hub() -> Hub {
    let directory = tempfile::tempdir().unwrap();
    let station = Station::new(directory.path(), "station", Role::Physician);
    let reader = station.request().enrolment.sign.id();
    let mut system = System::found(directory.path().to_owned(), vec![station.request()]).await;
    let hub = system.start_hub().await;
    let patient = system.admit(&hub, "MRN-1", DEVICE, &STAY).await;
    drained(&hub).await;
    hub.stop().await;
    system.stop_gateway().await;
    Hub { system, patient, reader, _directory: directory }
}

impl Hub {
    async fn core(&self) -> Core {
        let home = self.system.hub_home();
        let answer = home.answer().unwrap().unwrap();
        Core::open(home, answer).await.unwrap()
    }

    async fn statement(&self, statement: &str) {
        let home: Home = self.system.hub_home();
        let mut store = Store::open(&home.database(), home.vault().database_key()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Rows of every table, and the alarm state: what may not differ after a failure.
    async fn image(&self) -> Vec<(String, i64)> {
        let home = self.system.hub_home();
        let mut store = Store::open(&home.database(), home.vault().database_key()).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let mut image = Vec::new();
        for table in
            ["lane", "secret", "envelope", "tail", "outbox", "refused", "taken", "quarantine", "kept"]
        {
            let count = format!("SELECT count(*) FROM {table}");
            let count = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut *tx).await.unwrap();
            image.push((table.to_owned(), count));
        }
        let engine: Option<String> =
            sqlx::query_scalar("SELECT hex(engine) FROM patient").fetch_one(&mut *tx).await.unwrap();
        image.push((engine.unwrap_or_default(), 0));
        let seq =
            sqlx::query_scalar("SELECT coalesce(sum(seq), 0) FROM tail").fetch_one(&mut *tx).await.unwrap();
        image.push(("sum of tails".to_owned(), seq));
        image
    }
}

/// A reading, an unknown code and an alarm-worthy value in one message; and one that is refused.
fn group(core: &Core, at: UnixMillis) -> Vec<Arrival> {
    let unknown = common::device::row("579^MNDRY_PRIVATE^99MNDRY", "5", "");
    let texts = [
        report(DEVICE, None, "G1", at.plus(-2_000), &[heart_rate("72"), unknown]),
        report(DEVICE, None, "G2", at.plus(-1_000), &[heart_rate("0")]),
        report("02DE30FFFE00CCFF", None, "G3", at, &[heart_rate("80")]),
    ];
    let peer = SocketAddr::from(([127, 0, 0, 1], 9));
    texts.into_iter().map(|text| Arrival::read(Received::Message(text), peer, at, &core.profile())).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_at_any_table_leaves_nothing_half_and_nothing_answered() {
    let hub = hub().await;
    let before = hub.image().await;
    for table in WRITTEN {
        let when = if table == "patient" || table == "tail" { "UPDATE" } else { "INSERT" };
        hub.statement(&format!(
            "CREATE TRIGGER fault BEFORE {when} ON {table} BEGIN SELECT RAISE(ABORT, 'no space'); END"
        ))
        .await;
        let mut core = hub.core().await;
        if table == "secret" {
            let steps = [Step::OpenEpoch { patient: hub.patient, category: Category::Vitals }];
            assert!(matches!(core.prepare(&steps, now()).await, Err(CoreError::Store(_))));
        } else {
            let arrivals = group(&core, now());
            assert!(matches!(core.take(arrivals).await, Err(CoreError::Store(_))), "{table}");
        }
        drop(core);
        hub.statement("DROP TRIGGER fault").await;
        assert_eq!(hub.image().await, before, "a failure of table {table} left something");
    }
    // The same group goes in once the store works again, and the streams have no gap.
    let mut core = hub.core().await;
    let arrivals = group(&core, now());
    let answers: Vec<String> = core
        .take(arrivals)
        .await
        .unwrap()
        .into_iter()
        .map(|answer| String::from_utf8(answer.unwrap()).unwrap())
        .collect();
    assert!(answers[0].contains("MSA|AA|G1") && answers[1].contains("MSA|AA|G2"), "{answers:?}");
    assert!(answers[2].contains("MSA|AE|G3"), "{answers:?}");
    assert_eq!(core.quarantined(10).await.unwrap().len(), 1);
}

/// Every table from which an order for the whole patient takes something, and the note of it.
const ERASED: [(&str, &str); 7] = [
    ("DELETE", "secret"),
    ("DELETE", "envelope"),
    ("DELETE", "taken"),
    ("DELETE", "kept"),
    ("DELETE", "quarantine"),
    ("UPDATE", "patient"),
    ("INSERT", "erasure"),
];

fn fault(when: &str, table: &str) -> String {
    format!("CREATE TRIGGER fault BEFORE {when} ON {table} BEGIN SELECT RAISE(ABORT, 'no space'); END")
}

/// A hub that has an order for its whole patient before it, may carry it out, and does not run.
async fn ordered() -> Hub {
    use wl_ledger::control::{Categories, EraseBasis, EraseOrder, EraseScope};
    let mut hub = hub().await;
    // It stops before anything of the order is done, as it stops where it cannot keep something.
    hub.statement(&fault("INSERT", "erasure")).await;
    hub.system.start_gateway().await;
    let mut running = hub.system.start_hub().await;
    let device = &mut common::device::Device::new(running.address());
    let unknown = common::device::row("579^MNDRY_PRIVATE^99MNDRY", "5", "");
    let at = now();
    device.must(&report(DEVICE, None, "G1", at.plus(-2_000), &[heart_rate("72"), unknown])).await;
    let refused = report(DEVICE, Some("MRN-9"), "G2", at.plus(-1_000), &[heart_rate("73")]);
    assert!(!device.send(&refused).await.unwrap().contains("MSA|AA"));
    drained(&running).await;
    let up_to = running.status().await.unwrap().height;
    hub.system.act(Action::AssignDevice(wl_ledger::DeviceId(0), None)).await;
    let order = EraseOrder {
        id: wl_ledger::EraseId::from_bytes([9; 16]),
        patient: hub.patient,
        scope: EraseScope::Categories(Categories::all()),
        basis: EraseBasis::PatientRequest,
        up_to,
    };
    common::system::say(&running, hub.patient, Action::Erase(order)).await;
    tokio::time::timeout(std::time::Duration::from_secs(30), running.wait()).await.unwrap();
    running.stop().await;
    hub.system.stop_gateway().await;
    hub.statement("DROP TRIGGER fault").await;
    hub
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_stops_at_any_table_leaves_nothing_half() {
    let hub = ordered().await;
    let named = |core: &Core| core.patients().map(|(_, identity)| identity.mrn.clone()).collect::<Vec<_>>();
    let before = hub.image().await;
    for (when, table) in ERASED {
        hub.statement(&fault(when, table)).await;
        let mut core = hub.core().await;
        assert!(matches!(core.erase().await, Err(CoreError::Store(_))), "{table} was not touched");
        assert_eq!(named(&core), ["MRN-1"], "{table}");
        drop(core);
        hub.statement("DROP TRIGGER fault").await;
        assert_eq!(hub.image().await, before, "a failure of table {table} left something");
    }
    let mut core = hub.core().await;
    let receipts = core.erase().await.unwrap();
    assert_eq!(named(&core), [""]);
    let [receipt] = receipts[..] else { panic!("{receipts:?}") };
    // The kept message, the refused one, and who the patient was.
    assert_eq!((receipt.records, receipt.keys > 0), (3, true));
    drop(core);
    // A stop before the receipt is on the ledger: it is said again as it was, and nothing is erased twice.
    let erased = hub.image().await;
    let mut core = hub.core().await;
    assert_eq!(core.erase().await.unwrap(), receipts);
    assert_eq!(named(&core), [""]);
    drop(core);
    assert_eq!(hub.image().await, erased);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rules_of_a_restarted_hub_stand_where_they_stood() {
    let hub = hub().await;
    let at = now();
    let mut core = hub.core().await;
    let arrivals = group(&core, at);
    core.take(arrivals).await.unwrap();
    drop(core);
    let stored = hub.image().await;
    let mut core = hub.core().await;
    // The same messages again are no new measurements; the rules see no difference but time.
    let arrivals = group(&core, at);
    core.take(arrivals).await.unwrap();
    drop(core);
    let again = hub.image().await;
    let doubles = |image: &[(String, i64)], table: &str| {
        image.iter().find(|(name, _)| name == table).map(|(_, count)| *count)
    };
    for table in ["taken", "tail", "outbox", "lane", "secret", "envelope", "sum of tails"] {
        assert_eq!(doubles(&stored, table), doubles(&again, table), "{table}");
    }
    assert_eq!(engine_of(&stored), engine_of(&again), "the state of the rules differs after a restart");
}

fn engine_of(image: &[(String, i64)]) -> &str {
    let (engine, _) = image.iter().find(|(name, _)| name.len() > 64).expect("the rules have a state");
    engine
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_prepared_again_speaks_of_the_same_secrets() {
    let hub = hub().await;
    let next = Generation(1);
    let mut steps: Vec<Step> = HUB_CATEGORIES
        .into_iter()
        .map(|category| Step::OpenGeneration {
            patient: hub.patient,
            category,
            generation: next,
            readers: vec![hub.reader],
        })
        .collect();
    steps.push(Step::OpenEpoch { patient: hub.patient, category: Category::Alarms });
    let mut core = hub.core().await;
    let first = spoken(&core.prepare(&steps, now()).await.unwrap());
    let second = spoken(&core.prepare(&steps, now().plus(1)).await.unwrap());
    drop(core);
    let third = spoken(&hub.core().await.prepare(&steps, now().plus(2)).await.unwrap());
    assert_eq!(first.len(), 2 * HUB_CATEGORIES.len() + 1);
    assert_eq!(first, second, "a lost receipt must not change what was said");
    assert_eq!(first, third, "nor a restart in between");
    // The epoch that would follow in the old generation is another one than in the new: no secret is wrapped twice.
    let alarms: Vec<_> = first.iter().filter(|(what, _)| what == "epoch of Alarms").collect();
    assert_eq!(alarms.len(), 2);
    assert_ne!(alarms[0].1, alarms[1].1);
}

/// Commitments and grants roots of what would be submitted.
fn spoken(items: &[Item]) -> Vec<(String, Vec<Hash>)> {
    items
        .iter()
        .map(|item| {
            let Entry::Control(bytes) = &item.entry else { panic!("a record among transactions") };
            match SignedTransaction::parse(bytes).unwrap().transaction().action.clone() {
                Action::OpenGeneration(opening) => {
                    ("generation".to_owned(), vec![opening.commitment, opening.grants_root])
                }
                Action::OpenEpoch(opening) => {
                    (format!("epoch of {:?}", opening.category), vec![opening.commitment])
                }
                _ => panic!("not asked for"),
            }
        })
        .collect()
}
