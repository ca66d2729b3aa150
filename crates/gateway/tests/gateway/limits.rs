//! What a peer may not do to the others: fill the queue, stop reading.

use crate::support::*;
use futures_util::FutureExt as _;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use wl_gateway::sequencer::solo::{Parts, solo};
use wl_gateway::sequencer::{Probe, Sequencer as _, Step, Stopped, SubmitError, Tip, Uninterrupted};
use wl_gateway::store::Store;
use wl_gateway::{Limits, Paths, clock, feed::Feed};
use wl_ledger::block::Entry;
use wl_ledger::fixtures::{self, TestChain};
use wl_ledger::propose::Proposer;
use wl_ledger::record::{Body, RecordKind};
use wl_ledger::{Hash, Height, StreamId};
use wl_wire::gateway::{ClientError, LiveEvent};
use wl_wire::messages::{Item, Receipt, Submission};

/// Holds the sequencer at its first step until it is let go.
#[derive(Clone)]
struct Hold(Arc<Mutex<Option<mpsc::Receiver<()>>>>);

impl Probe for Hold {
    fn after(&mut self, step: Step) -> Result<(), Stopped> {
        if step == Step::Offered
            && let Some(go) = self.0.lock().expect("no poison").take()
        {
            go.recv().expect("let go");
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_gateway_says_so_and_goes_on_afterwards() {
    let dir = founded().await;
    let (go, held) = mpsc::channel();
    let limits = Limits { requests: 1, ..Limits::default() };
    let gateway = Gateway::start_with(dir.path(), limits, Hold(Arc::new(Mutex::new(Some(held))))).await;
    let first = gateway.client("admin");
    let first = tokio::spawn(async move {
        // The other client's questions may stand in the way at first.
        loop {
            match first.submit(&Submission { items: vec![control(b"garbage")] }).await {
                Ok(receipts) => return receipts.receipts,
                Err(error) => assert!(error.is_worth_repeating(), "{error:?}"),
            }
        }
    });
    let other = gateway.client("admin");
    let mut refused_in_a_row = Vec::new();
    let full = tokio::time::timeout(Duration::from_secs(10), async {
        while refused_in_a_row.len() < 5 {
            match other.lane(Height(0), 1).await {
                Ok(_) => refused_in_a_row.clear(),
                Err(error) => refused_in_a_row.push(error),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    full.await.expect("it fills up");
    let busy = refused_in_a_row.pop().expect("an error");
    assert!(matches!(busy, ClientError::Status { status: 503, .. }) && busy.is_worth_repeating(), "{busy:?}");
    go.send(()).expect("the sequencer waits");
    assert!(matches!(first.await.expect("done")[..], [Receipt::Refused(..)]));
    assert!(other.lane(Height(0), 1).await.is_ok());
    gateway.stop().await;
}

#[tokio::test]
async fn the_queue_is_bounded_in_number_and_bytes_and_alarms_have_their_own() {
    let dir = founded().await;
    let chain = TestChain::ward();
    let store = Store::open(&Paths::of(dir.path()).database, chain.chain()).await.expect("a store");
    let tip = Tip { height: Height(0), id: Hash::from_bytes([0; 32]), time: fixtures::START };
    let parts = Parts {
        proposer: Proposer::new(chain.chain()),
        key: fixtures::key("gateway"),
        store: Arc::new(store),
        feed: Arc::new(Feed::new(tip, chain.state())),
        clock: clock::system(),
    };
    // The task is never driven, so everything that is let in waits.
    let (solo, _task) = solo(parts, Uninterrupted);
    let mut waiting = Vec::new();
    let mut enter = |items: Vec<Item>| {
        let mut submission = Box::pin({
            let solo = solo.clone();
            async move { solo.submit(items).await }
        });
        let outcome = (&mut submission).now_or_never();
        waiting.push(submission);
        outcome
    };
    let big = || {
        let body = Body { salt: Hash::from_bytes([0; 32]), ciphertext: vec![0; 8 * 1024 * 1024] };
        vec![Item { entry: Entry::Record(Vec::new()), body: Some(body) }]
    };
    for _ in 0..7 {
        assert_eq!(enter(big()), None);
    }
    assert_eq!(enter(big()), Some(Err(SubmitError::Busy)), "more than 64 MiB wait");
    for _ in 7..512 {
        assert_eq!(enter(vec![control(b"x")]), None);
    }
    assert_eq!(enter(vec![control(b"x")]), Some(Err(SubmitError::Busy)), "more than 512 wait");
    let (alarm, body) = chain.draft("hub", StreamId(1), RecordKind::Alarm, b"alarm");
    assert_eq!(enter(vec![record(&alarm, &body)]), None, "an alarm does not wait behind readings");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_does_not_read_is_cut_and_resumes_without_a_gap() {
    let dir = founded().await;
    let mut chain = TestChain::ward();
    let limits = Limits { patience: Duration::from_millis(300), ..Limits::default() };
    let gateway = Gateway::start_with(dir.path(), limits, Uninterrupted).await;
    submit_ward(&gateway.client("admin"), &chain).await;
    let (hub, nurse) = (gateway.client("hub"), gateway.client("nurse"));
    let start = nurse.lane(Height(0), 1).await.expect("a lane").tip;
    let mut slow = nurse.live(start).await.expect("a stream");
    for _ in 0..24 {
        let (signed, body) = chain.draft("hub", StreamId(0), RecordKind::Document, &vec![7; 1024 * 1024]);
        chain.offer(Entry::Record(signed.bytes().to_vec()), Some(&body)).expect("taken");
        assert!(matches!(submit(&hub, vec![record(&signed, &body)]).await[..], [Receipt::Sealed(_)]));
    }
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let tip = nurse.lane(Height(0), 1).await.expect("a lane").tip;
    let mut next = start;
    while let Some(event) = slow.next().await {
        if let Ok(LiveEvent::Block(block)) = event {
            assert_eq!(block.content.height, next);
            next = Height(next.0 + 1);
        }
    }
    assert!(next <= tip, "it was cut before it had everything");
    let mut resumed = nurse.live(next).await.expect("a stream");
    while next <= tip {
        assert_eq!(next_block(&mut resumed).await, next);
        next = Height(next.0 + 1);
    }
    drop(resumed);
    gateway.stop().await;
}
