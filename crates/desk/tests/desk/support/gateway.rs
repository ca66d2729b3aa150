//! A gateway for tests: the test ward behind the product's own TLS and messages.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "shared by several test programs"
)]

use crate::ward::{TestWard, transport};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use base64::Engine as _;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;
use wl_ledger::block::Entry;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::{Height, codec};
use wl_wire::messages::*;
use wl_wire::serve::{ServeLimits, serve};
use wl_wire::tls::KnownPeers;

/// The ward with somebody to listen to.
#[derive(Clone)]
pub struct TestGateway {
    pub ward: Arc<Mutex<TestWard>>,
    pub changed: watch::Sender<u64>,
    pub relayed: watch::Sender<Option<Provisional>>,
    /// How far its clock is behind, in milliseconds.
    pub behind: Arc<AtomicI64>,
}

type Params = Query<HashMap<String, u64>>;

impl TestGateway {
    /// Serves a ward on a listener until the returned token is dropped.
    pub fn start(listener: tokio::net::TcpListener, ward: TestWard) -> (Self, tokio::task::JoinHandle<()>) {
        let gateway = Self {
            ward: Arc::new(Mutex::new(ward)),
            changed: watch::Sender::new(0),
            relayed: watch::Sender::new(None),
            behind: Arc::default(),
        };
        let router = Router::new()
            .route(paths::LANE, get(lane))
            .route(paths::BLOCKS, get(blocks))
            .route(paths::LIVE, get(live))
            .route(paths::HEARTBEATS, get(heartbeats))
            .route(paths::ENTRIES, post(entries))
            .with_state(gateway.clone());
        let known: KnownPeers = Arc::new(|_| true);
        let task = tokio::spawn(async move {
            let shutdown = tokio_util::sync::CancellationToken::new();
            serve(listener, router, &transport("gateway"), known, ServeLimits::default(), shutdown)
                .await
                .unwrap();
        });
        (gateway, task)
    }

    /// Changes the ward, cuts, and tells everybody.
    pub fn with<T>(&self, change: impl FnOnce(&mut TestWard) -> T) -> T {
        let result = {
            let mut ward = self.ward.lock().unwrap();
            let result = change(&mut ward);
            ward.cut();
            result
        };
        self.changed.send_modify(|count| *count += 1);
        result
    }
}

async fn lane(State(gateway): State<TestGateway>, Query(params): Params) -> impl IntoResponse {
    let ward = gateway.ward.lock().unwrap();
    codec::encode(&ward.lane(Height(params["from"]), params["max"]))
}

async fn blocks(State(gateway): State<TestGateway>, Query(params): Params) -> impl IntoResponse {
    let ward = gateway.ward.lock().unwrap();
    codec::encode(&ward.batch(Height(params["from"]), Height(params["to"])))
}

async fn heartbeats(State(gateway): State<TestGateway>) -> impl IntoResponse {
    let ward = gateway.ward.lock().unwrap();
    let now = wl_desk::edge::now();
    let heartbeats = ["gateway", "hub"].map(|author| ward.heartbeat(author, now).into()).to_vec();
    codec::encode(&Heartbeats { heartbeats })
}

async fn entries(State(gateway): State<TestGateway>, body: axum::body::Bytes) -> impl IntoResponse {
    let submission: Submission = codec::decode(&body, MAX_REQUEST_BYTES).unwrap();
    let receipts = gateway.with(|ward| {
        // A gateway's clock goes on: a record that was taken since the last block is not one from the future.
        let behind = gateway.behind.load(Ordering::Relaxed);
        ward.now = ward.now.max(wl_desk::edge::now().plus(-behind));
        submission
            .items
            .into_iter()
            .map(|item| {
                if let Some(height) = sealed_at(ward, &item.entry) {
                    return Receipt::Known(height);
                }
                match ward.try_offer(item) {
                    Ok(()) => Receipt::Sealed(Height(ward.tip().0 + 1)),
                    Err(reason) => Receipt::Refused(refusal::CONTROL, reason),
                }
            })
            .collect()
    });
    codec::encode(&Receipts { receipts })
}

fn sealed_at(ward: &TestWard, entry: &Entry) -> Option<Height> {
    let at =
        ward.blocks.iter().position(|(_, items)| items.iter().any(|served| served.item.entry == *entry))?;
    Some(Height(at as u64))
}

async fn live(State(gateway): State<TestGateway>, Query(params): Params) -> impl IntoResponse {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Event>(64);
    let mut next = params["from"];
    let (mut changed, mut relayed) = (gateway.changed.subscribe(), gateway.relayed.subscribe());
    tokio::spawn(async move {
        let text = |bytes: Vec<u8>| base64::engine::general_purpose::STANDARD.encode(bytes);
        loop {
            let events: Vec<Event> = {
                let ward = gateway.ward.lock().unwrap();
                let mut events = Vec::new();
                while next <= ward.tip().0 {
                    let block = ward.live(Height(next));
                    events.push(
                        Event::default()
                            .event(events::BLOCK)
                            .id(next.to_string())
                            .data(text(codec::encode(&block))),
                    );
                    next += 1;
                }
                let now = wl_desk::edge::now();
                for author in ["gateway", "hub"] {
                    events.push(
                        Event::default().event(events::HEARTBEAT).data(text(ward.heartbeat(author, now))),
                    );
                }
                events
            };
            for event in events {
                if sender.send(event).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                changed = changed.changed() => if changed.is_err() { return },
                _ = relayed.changed() => {
                    let message = relayed.borrow_and_update().clone();
                    if let Some(message) = message {
                        let event = Event::default().event(events::PROVISIONAL).data(text(codec::encode(&message)));
                        if sender.send(event).await.is_err() { return }
                    }
                }
                () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
            }
        }
    });
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|event| (Ok::<_, std::convert::Infallible>(event), receiver))
    });
    Sse::new(stream)
}

/// The relayed form of the newest record of a kind that is pending or sealed.
pub fn provisional_of(ward: &TestWard, kind: RecordKind) -> Option<Provisional> {
    ward.blocks.iter().rev().flat_map(|(_, items)| items.iter().rev()).find_map(|served| {
        let Entry::Record(bytes) = &served.item.entry else { return None };
        let record = SignedRecord::parse(bytes).ok()?;
        (record.header().kind == kind).then(|| Provisional {
            record: bytes.clone(),
            body: served.item.body.clone().unwrap(),
            previous: served.previous.unwrap(),
        })
    })
}
