//! kill -9 under load: what was acknowledged is there afterwards, whole and verified.

use crate::support::*;
use sqlx::Connection as _;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use wl_ledger::fixtures::TestChain;
use wl_ledger::record::RecordKind;
use wl_ledger::verify::Verifier;
use wl_ledger::{Height, StreamId};
use wl_wire::messages::{Item, Receipt, Submission};

struct Process {
    child: Child,
    address: SocketAddr,
}

fn spawn(dir: &Path) -> Process {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wardlight-gateway"))
        .args(["run", "--listen", "127.0.0.1:0", "--dir"])
        .arg(dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the gateway's process");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening ").expect("listening").parse().expect("an address");
    Process { child, address }
}

/// Deterministic: 8 to 68 ms after the first answer of each life.
fn delay(round: u64) -> Duration {
    let mixed = round.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33;
    Duration::from_millis(8 + mixed % 61)
}

/// Submits until the connection breaks. What was sent last and not answered stays in `unanswered`.
async fn load(
    address: SocketAddr,
    chain: &mut TestChain,
    unanswered: &mut Option<Vec<Item>>,
    acknowledged: &mut Vec<(Item, Height)>,
    first: tokio::sync::oneshot::Sender<()>,
) {
    let hub = client("hub", address);
    let mut first = Some(first);
    loop {
        let items = unanswered.take().unwrap_or_else(|| {
            (0..4).map(|_| next_record(chain, "hub", StreamId(0), RecordKind::Frame)).collect()
        });
        *unanswered = Some(items.clone());
        let Ok(receipts) = hub.submit(&Submission { items: items.clone() }).await else { return };
        *unanswered = None;
        for (item, receipt) in items.into_iter().zip(receipts.receipts) {
            match receipt {
                Receipt::Sealed(height) | Receipt::Known(height) => acknowledged.push((item, height)),
                Receipt::Refused(..) | Receipt::Deferred => panic!("{receipt:?}"),
            }
        }
        if let Some(first) = first.take() {
            first.send(()).expect("somebody waits");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_records_survive_every_kill() {
    let kills: u64 = std::env::var("WL_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(100);
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let gateway = Gateway::start(dir.path()).await;
    submit_ward(&gateway.client("admin"), &chain).await;
    gateway.stop().await;
    let (mut unanswered, mut acknowledged) = (None, Vec::new());
    for round in 0..kills {
        let Process { mut child, address } = spawn(dir.path());
        let (first, answered) = tokio::sync::oneshot::channel();
        let killer = tokio::spawn(async move {
            answered.await.expect("a first answer");
            tokio::time::sleep(delay(round)).await;
            child.kill().expect("killed");
            child.wait().expect("its end");
        });
        load(address, &mut chain, &mut unanswered, &mut acknowledged, first).await;
        killer.await.expect("a kill");
        check_database(dir.path(), round).await;
    }
    let gateway = Gateway::start(dir.path()).await;
    check(&gateway, &chain, &acknowledged).await;
    println!("{kills} kills, {} acknowledged records, none lost", acknowledged.len());
    gateway.stop().await;
}

/// After every kill, not only after the last: the pages are whole, and no entry stands without its block.
async fn check_database(dir: &Path, round: u64) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.join("gateway.db"));
    let mut database = sqlx::SqliteConnection::connect_with(&options).await.expect("the database opens");
    let whole: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await.expect("a check");
    assert_eq!(whole, "ok", "after kill {round}");
    let stray: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM entries WHERE NOT EXISTS (SELECT 1 FROM blocks WHERE height = place / 4096)",
    )
    .fetch_one(&mut database)
    .await
    .expect("a count");
    assert_eq!(stray, 0, "after kill {round}: entries without their block");
    database.close().await.expect("closed");
}

async fn check(gateway: &Gateway, chain: &TestChain, acknowledged: &[(Item, Height)]) {
    let client = gateway.client("nurse");
    let mut verifier = Verifier::new(chain.chain());
    loop {
        let lane = client.lane(verifier.next_height(), 4096).await.expect("a lane");
        verifier.advance(&lane.items).expect("the chain verifies");
        if verifier.tip().map(|tip| tip.height()) == Some(lane.tip) {
            break;
        }
    }
    let tip = verifier.tip().expect("a tip").height();
    let mut sealed = Vec::new();
    let mut from = Height(0);
    while from <= tip {
        let blocks = client.blocks(from, Height(from.0 + 511)).await.expect("blocks").blocks;
        for block in blocks {
            let entries = block.items.iter().map(|item| item.item.entry.clone()).collect();
            verifier.header(block.height).expect("its header").admit(entries).expect("the entries fit");
            from = Height(block.height.0 + 1);
            sealed.extend(block.items.into_iter().map(|item| (item.item, block.height)));
        }
    }
    let mut rest = sealed.iter();
    for one in acknowledged {
        assert!(rest.any(|other| other == one), "an acknowledged record is lost, moved or doubled");
    }
}
