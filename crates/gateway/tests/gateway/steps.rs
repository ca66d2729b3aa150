//! Stops the gateway after each step of sealing a block and looks at what is true then, and after the next start.

use crate::support::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wl_gateway::Limits;
use wl_gateway::sequencer::{Probe, Step, Stopped};
use wl_ledger::fixtures::TestChain;
use wl_ledger::record::RecordKind;
use wl_ledger::verify::Verifier;
use wl_ledger::{Height, StreamId};
use wl_wire::messages::{Receipt, Submission};

/// Stops after one step, once armed.
#[derive(Clone)]
struct StopAfter {
    step: Step,
    armed: Arc<AtomicBool>,
}

impl Probe for StopAfter {
    fn after(&mut self, step: Step) -> Result<(), Stopped> {
        if step == self.step && self.armed.load(Ordering::SeqCst) { Err(Stopped) } else { Ok(()) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_at_any_step_loses_and_doubles_nothing() {
    // (step, whether the block is durable afterwards, whether the author was answered)
    let table = [
        (Step::Offered, false, false),
        (Step::Cut, false, false),
        (Step::Committed, true, false),
        (Step::Published, true, false),
        (Step::Answered, true, true),
    ];
    assert_eq!(table.map(|(step, ..)| step), Step::ALL);
    for (step, durable, answered) in table {
        let dir = founded().await;
        let mut chain = TestChain::ward();
        let armed = Arc::new(AtomicBool::new(false));
        let probe = StopAfter { step, armed: Arc::clone(&armed) };
        let gateway = Gateway::start_with(dir.path(), Limits::default(), probe).await;
        submit_ward(&gateway.client("admin"), &chain).await;
        let before = gateway.client("hub").lane(Height(0), 1).await.expect("a lane").tip;
        let mut live = gateway.client("nurse").live(Height(before.0 + 1)).await.expect("a stream");
        armed.store(true, Ordering::SeqCst);
        let item = next_record(&mut chain, "hub", StreamId(0), RecordKind::Frame);
        let submission = Submission { items: vec![item] };
        let outcome = gateway.client("hub").submit(&submission).await;
        assert_eq!(outcome.is_ok(), answered, "{step:?}: {outcome:?}");
        let mut seen = Vec::new();
        while let Some(Ok(event)) = live.next().await {
            if let wl_wire::gateway::LiveEvent::Block(block) = event {
                seen.push(block.content.height);
            }
        }
        assert!(durable || seen.is_empty(), "{step:?}: visible before it was durable");
        assert_eq!(gateway.failed().await, "stopped by a probe");

        let gateway = Gateway::start(dir.path()).await;
        let client = gateway.client("hub");
        let tip = client.lane(Height(0), 1).await.expect("a lane").tip;
        assert_eq!(tip.0 - before.0, u64::from(durable), "{step:?}");
        let receipts = client.submit(&submission).await.expect("receipts").receipts;
        let height = Height(before.0 + 1);
        let expected = if durable { Receipt::Known(height) } else { Receipt::Sealed(height) };
        assert_eq!(receipts, vec![expected], "{step:?}");
        let lane = client.lane(Height(0), 4096).await.expect("a lane");
        Verifier::new(chain.chain()).advance(&lane.items).expect("the chain verifies");
        assert_eq!(lane.tip, height, "{step:?}");
        gateway.stop().await;
    }
}
