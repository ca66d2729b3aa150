//! The store: encrypted, whole or not at all, and never going back.

use crate::ward::*;
use wl_desk::store::*;
use wl_desk::sync::{Engine, Evidence, Input, Output, Start};
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::verify::Verifier;
use wl_ledger::*;
use wl_seal::DatabaseKey;
use wl_vitals::Parameter;
use wl_wire::messages::Item;

const NOW: UnixMillis = UnixMillis(1_768_000_000_000);
const CANARY: &str = "Zoltan Canary";

fn database_key(byte: u8) -> DatabaseKey {
    DatabaseKey::from_bytes([byte; 32])
}

async fn open(path: &std::path::Path, ward: &TestWard) -> Result<Store, StoreError> {
    Store::open(path, &database_key(7), &ward.chain, &key("nurse").id()).await
}

/// A ward with frames, and everything the engine accepts of it, in order.
fn accepted() -> (TestWard, Vec<Accepted>) {
    let mut ward = TestWard::found(NOW, request("admin", Role::Admin), "127.0.0.1:1");
    ward.admit(&request("nurse", Role::Nurse), None);
    for at in 0..5 {
        ward.frame(vec![measured(Parameter::HeartRate, 70 + at, 0, NOW.plus(i64::from(at) * 1000))]);
        ward.cut();
    }
    let mut engine = Engine::new(Start {
        verifier: Verifier::new(ward.chain),
        trusted: None,
        missing: Vec::new(),
        edges: Vec::new(),
    });
    let mut batches = Vec::new();
    let mut inputs = vec![Input::Connect];
    while let Some(input) = inputs.pop() {
        for output in engine.handle(input, NOW) {
            match output {
                Output::AskLane { from, max } => inputs.push(Input::Lane(ward.lane(from, max))),
                Output::AskBlocks { from, to } => inputs.push(Input::Blocks(ward.batch(from, to))),
                Output::Accept(accepted) => batches.push(accepted),
                Output::OpenLive { .. } => {}
                Output::Evidence(evidence) => panic!("no evidence in an honest chain: {evidence}"),
                Output::Retry { .. }
                | Output::Provisional(..)
                | Output::Heartbeat(..)
                | Output::Compared(_) => {
                    panic!("nothing else")
                }
            }
        }
    }
    assert!(engine.is_complete());
    (ward, batches)
}

#[tokio::test]
async fn what_is_accepted_comes_back_and_is_encrypted_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (ward, batches) = accepted();
    let store = open(&path, &ward).await.unwrap();
    for batch in &batches {
        store.accept(batch).await.unwrap();
    }
    let gap = Evidence::Rollback { ours: Height(9), theirs: Height(3) };
    assert!(store.keep_evidence(&gap, NOW).await.unwrap());
    assert!(!store.keep_evidence(&gap, NOW).await.unwrap(), "the same piece is kept once");
    let marker = Evidence::Refused(Box::new(wl_ledger::verify::VerifyError::GenesisMissing));
    store.keep_evidence(&marker, NOW).await.unwrap();
    assert_eq!(store.head().await.unwrap().unwrap().height, ward.tip());
    assert!(store.missing().await.unwrap().is_empty());
    assert_eq!(store.lane(Height(0), u32::MAX).await.unwrap().len() as u64, ward.tip().0 + 1);
    let edges = store.edges().await.unwrap();
    assert!(edges.iter().all(|edge| edge.first == Seq(0)), "every stream is one run from 0");
    let vitals = edges.iter().find(|edge| edge.stream == StreamId(0)).unwrap();
    assert_eq!(vitals.last, Seq(4));
    store.close().await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.starts_with(b"SQLite format 3"), "a plain database");
        for plain in [&b"CREATE TABLE"[..], b"rollback", CANARY.as_bytes()] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain), "plaintext on disk");
        }
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_leaves_nothing_visible() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (ward, mut batches) = accepted();
    let store = open(&path, &ward).await.unwrap();
    let last = batches.len() - 1;
    for batch in &batches[..last] {
        store.accept(batch).await.unwrap();
    }
    let before = store.counts().await.unwrap();
    let missing = store.missing().await.unwrap();
    // The last record of the batch stands there twice: the second insert fails after all others were made.
    let block = batches[last].blocks.last_mut().unwrap();
    let twin = block.records.last().map(|r| AcceptedRecord {
        record: r.record.clone(),
        bytes: r.bytes.clone(),
        body: r.body.clone(),
    });
    block.records.extend(twin);
    assert!(store.accept(&batches[last]).await.is_err());
    assert_eq!(store.counts().await.unwrap(), before, "no row of a failed batch is visible");
    assert_eq!(store.missing().await.unwrap(), missing);
    batches[last].blocks.last_mut().unwrap().records.pop();
    store.accept(&batches[last]).await.unwrap();
    assert!(store.missing().await.unwrap().is_empty(), "and the store goes on");
}

#[tokio::test]
async fn the_head_never_goes_back_or_jumps() {
    let folder = tempfile::tempdir().unwrap();
    let (ward, batches) = accepted();
    let store = open(&folder.path().join("desk.db"), &ward).await.unwrap();
    store.accept(&batches[0]).await.unwrap();
    assert!(matches!(store.accept(&batches[0]).await, Err(StoreError::HeadBackwards(Height(0)))));
}

#[tokio::test]
async fn another_key_another_chain_and_a_plain_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (ward, _) = accepted();
    let owner = key("nurse").id();
    open(&path, &ward).await.unwrap().close().await.unwrap();
    let wrong = Store::open(&path, &database_key(8), &ward.chain, &owner).await;
    assert!(matches!(wrong, Err(StoreError::Refused)), "wrong key: {:?}", wrong.err());
    let chain = ChainId::from_bytes([9; 32]);
    let other = Store::open(&path, &database_key(7), &chain, &owner).await;
    assert!(matches!(other, Err(StoreError::Foreign("chain"))));
    let person = Store::open(&path, &database_key(7), &ward.chain, &key("other").id()).await;
    assert!(matches!(person, Err(StoreError::Foreign("owner"))));
    let plain = folder.path().join("plain.db");
    std::fs::write(&plain, b"SQLite format 3\0and more").unwrap();
    let refused = Store::open(&plain, &database_key(7), &ward.chain, &owner).await;
    assert!(matches!(refused, Err(StoreError::PlainFile)));
    assert_eq!(std::fs::read(&plain).unwrap(), b"SQLite format 3\0and more", "and was not touched");
}

#[tokio::test]
async fn a_changed_page_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (ward, batches) = accepted();
    let store = open(&path, &ward).await.unwrap();
    for batch in &batches {
        store.accept(batch).await.unwrap();
    }
    assert_eq!(store.damaged_pages().await.unwrap(), 0);
    store.close().await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    for page in 0..whole.len() / 4096 {
        let mut changed = whole.clone();
        changed[page * 4096 + 2000] ^= 1;
        let copy = folder.path().join(format!("changed-{page}.db"));
        std::fs::write(&copy, &changed).unwrap();
        let noticed = match open(&copy, &ward).await {
            Err(_) => true,
            Ok(store) => {
                let damaged = store.damaged_pages().await.map_or(1, |pages| pages);
                store.close().await.ok();
                damaged > 0
            }
        };
        assert!(noticed, "page {page}");
    }
}

#[tokio::test]
async fn time_and_outbox_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let (ward, _) = accepted();
    let store = open(&path, &ward).await.unwrap();
    store.raise_high_water(UnixMillis(50)).await.unwrap();
    store.raise_high_water(UnixMillis(40)).await.unwrap();
    let alarm = spo2_alarm(ward.patient, NOW).id;
    let about = Subject::Patient(ward.patient, Category::Alarms);
    let id = store.queue(&about, RecordKind::Acknowledgement, Some(&alarm), b"body").await.unwrap();
    store.close().await.unwrap();
    let store = open(&path, &ward).await.unwrap();
    assert_eq!(store.high_water().await.unwrap(), Some(UnixMillis(50)));
    let outbox = store.outbox().await.unwrap();
    assert_eq!(outbox.len(), 1);
    assert_eq!((outbox[0].id, outbox[0].alarm, outbox[0].signed.is_none()), (id, Some(alarm), true));
    assert_eq!(store.settle().await.unwrap(), 0, "what the chain does not hold stays");
    let item = |byte| Item { entry: Entry::Record(vec![byte]), body: None };
    let placed = |byte| Placed { id, stream: StreamId(3), seq: Seq(0), item: item(byte) };
    assert_eq!(store.fix(&[placed(1)]).await.unwrap(), [id].into(), "fixed");
    assert!(store.fix(&[placed(2)]).await.unwrap().is_empty(), "a place is signed once");
    let signed = store.outbox().await.unwrap().remove(0).signed;
    assert_eq!(signed, Some((StreamId(3), Seq(0), item(1))));
    store.refuse(id, "too late").await.unwrap();
    assert_eq!(store.outbox().await.unwrap()[0].refused.as_deref(), Some("too late"));
}
