//! Erasing by order: the bytes are gone from every file, the chain still verifies, the gateway says so once, and a stop
//! at any step changes none of that.

use crate::support::*;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wl_gateway::Limits;
use wl_gateway::sequencer::{EraseStep, Probe, Step, Stopped, Uninterrupted};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, Categories, EraseBasis, EraseOrder, EraseScope};
use wl_ledger::fixtures::{TestChain, key, patient_id};
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::verify::Verifier;
use wl_ledger::{Category, EraseId, Height, Seq, StreamId};
use wl_wire::messages::{Item, Receipt};

const ORDER: EraseId = EraseId::from_bytes([5; 16]);
const ERASED: &[u8] = b"canary of a record that is to be erased";
const KEPT: &[u8] = b"canary of a record that is to be kept";

fn holds(dir: &Path, piece: &[u8]) -> bool {
    std::fs::read_dir(dir).expect("a directory").any(|file| {
        let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
        bytes.windows(piece.len()).any(|window| window == piece)
    })
}

fn next(chain: &mut TestChain, stream: u32, kind: RecordKind, ciphertext: &[u8]) -> Item {
    let (signed, body) = chain.draft("hub", StreamId(stream), kind, ciphertext);
    chain.offer(Entry::Record(signed.bytes().to_vec()), Some(&body)).expect("the fixture takes it");
    record(&signed, &body)
}

/// Small and large bodies of vitals, and an alarm, in one block of the gateway.
async fn fill(gateway: &Gateway, chain: &mut TestChain) {
    submit_ward(&gateway.client("admin"), chain).await;
    // The large one fills pages of its own, which are freed when it goes.
    let sizes = [ERASED.to_vec(), ERASED.repeat(500), ERASED.to_vec()];
    let mut all: Vec<Item> = sizes.iter().map(|body| next(chain, 0, RecordKind::Frame, body)).collect();
    all.push(next(chain, 1, RecordKind::Alarm, KEPT));
    let receipts = submit(&gateway.client("hub"), all).await;
    assert!(receipts.iter().all(|receipt| matches!(receipt, Receipt::Sealed(_))), "{receipts:?}");
    chain.next_block();
}

/// The patient's order over all vitals so far, as the gateway is sent it.
fn order(chain: &mut TestChain, scope: EraseScope) -> Item {
    let up_to = Height(chain.blocks().len() as u64 - 1);
    let order =
        EraseOrder { id: ORDER, patient: patient_id("ada"), scope, basis: EraseBasis::PatientRequest, up_to };
    chain.must(&["ada"], Action::Erase(order));
    chain.next_block();
    items(chain, chain.blocks().len() - 1).remove(0)
}

fn vitals() -> EraseScope {
    EraseScope::Categories(Categories::of(&[Category::Vitals]))
}

/// Waits until the gateway's receipt is on the ledger, and tells how many records it names.
async fn confirmed(gateway: &Gateway, chain: &TestChain) -> u64 {
    for _ in 0..400 {
        let lane = gateway.client("admin").lane(Height(0), 4096).await.expect("a lane");
        let mut verifier = Verifier::new(chain.chain());
        verifier.advance(&lane.items).expect("the chain verifies");
        let receipts: Vec<_> = verifier.state().erased(&ORDER).collect();
        if let [(signer, erased)] = receipts[..] {
            assert_eq!(*signer, key("gateway").id());
            return erased.receipt.records;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no receipt within twenty seconds");
}

/// Stream and number of every record that is served with its body; all of them still verify in their blocks.
async fn bodies(gateway: &Gateway, chain: &TestChain) -> Vec<(StreamId, Seq)> {
    let client = gateway.client("nurse");
    let lane = client.lane(Height(0), 4096).await.expect("a lane");
    let mut verifier = Verifier::new(chain.chain());
    verifier.advance(&lane.items).expect("the chain verifies");
    let mut held = Vec::new();
    for block in client.blocks(Height(0), lane.tip).await.expect("blocks").blocks {
        for served in &block.items {
            if let (Entry::Record(bytes), Some(_)) = (&served.item.entry, &served.item.body) {
                let record = SignedRecord::parse(bytes).expect("a record");
                held.push((record.header().stream, record.header().seq));
            }
        }
        let entries = block.items.into_iter().map(|served| served.item.entry).collect();
        verifier.header(block.height).expect("a header").admit(entries).expect("the entries fit");
    }
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_by_order_is_in_no_file_and_the_chain_still_verifies() {
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let gateway = Gateway::start(dir.path()).await;
    fill(&gateway, &mut chain).await;
    assert!(holds(dir.path(), ERASED) && holds(dir.path(), KEPT), "the scan finds what is there");
    let before = bodies(&gateway, &chain).await;
    let receipts = submit(&gateway.client("admin"), vec![order(&mut chain, vitals())]).await;
    assert!(matches!(receipts[..], [Receipt::Sealed(_)]), "{receipts:?}");
    let vitals = before.iter().filter(|(stream, _)| *stream == StreamId(0)).count();
    assert_eq!(confirmed(&gateway, &chain).await, vitals as u64);
    assert!(!holds(dir.path(), ERASED), "neither in the database nor in its log");
    assert!(holds(dir.path(), KEPT));
    let after = bodies(&gateway, &chain).await;
    assert!(after.iter().all(|(stream, _)| *stream != StreamId(0)));
    assert_eq!(after.len(), before.len() - vitals);
    // What comes after the order is stored as before, and the same record again is known without its body coming back.
    let again = next(&mut chain, 0, RecordKind::Frame, KEPT);
    let receipts = submit(&gateway.client("hub"), vec![again]).await;
    assert!(matches!(receipts[..], [Receipt::Sealed(_)]), "{receipts:?}");
    gateway.stop().await;
    let gateway = Gateway::start(dir.path()).await;
    assert_eq!(bodies(&gateway, &chain).await.len(), after.len() + 1);
    gateway.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_over_some_numbers_of_a_stream_reaches_these_and_no_others() {
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let gateway = Gateway::start(dir.path()).await;
    fill(&gateway, &mut chain).await;
    let before = bodies(&gateway, &chain).await;
    let scope = EraseScope::Records(StreamId(0), Seq(1), Seq(2));
    submit(&gateway.client("admin"), vec![order(&mut chain, scope)]).await;
    assert_eq!(confirmed(&gateway, &chain).await, 2);
    let gone = [(StreamId(0), Seq(1)), (StreamId(0), Seq(2))];
    let left: Vec<_> = before.into_iter().filter(|record| !gone.contains(record)).collect();
    assert_eq!(bodies(&gateway, &chain).await, left);
    gateway.stop().await;
}

/// Stops after one step of erasing.
#[derive(Clone)]
struct StopErasing {
    step: EraseStep,
    armed: Arc<AtomicBool>,
}

impl Probe for StopErasing {
    fn after(&mut self, _: Step) -> Result<(), Stopped> {
        Ok(())
    }

    fn after_erasing(&mut self, step: EraseStep) -> Result<(), Stopped> {
        if step == self.step && self.armed.load(Ordering::SeqCst) { Err(Stopped) } else { Ok(()) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_at_any_step_of_erasing_ends_in_the_same_receipt() {
    for step in EraseStep::ALL {
        let dir = founded().await;
        let mut chain = TestChain::ward();
        let probe = StopErasing { step, armed: Arc::new(AtomicBool::new(true)) };
        let gateway = Gateway::start_with(dir.path(), Limits::default(), probe).await;
        fill(&gateway, &mut chain).await;
        let vitals_held = bodies(&gateway, &chain).await;
        let vitals_held = vitals_held.iter().filter(|(stream, _)| *stream == StreamId(0)).count();
        let item = order(&mut chain, vitals());
        // The answer may be lost with the gateway.
        let _maybe =
            gateway.client("admin").submit(&wl_wire::messages::Submission { items: vec![item] }).await;
        assert_eq!(gateway.failed().await, "stopped by a probe", "{step:?}");
        let gateway = Gateway::start_with(dir.path(), Limits::default(), Uninterrupted).await;
        assert_eq!(confirmed(&gateway, &chain).await, vitals_held as u64, "{step:?}");
        assert!(!holds(dir.path(), ERASED), "{step:?}");
        gateway.stop().await;
    }
}
