//! A gateway on loopback that grows the fixture's chain, and clients with the fixture's keys.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use wl_gateway::found::establish;
use wl_gateway::keys::Keys;
use wl_gateway::sequencer::{Probe, Uninterrupted};
use wl_gateway::{Config, Limits, Running, clock, run_probed};
use wl_ledger::block::Entry;
use wl_ledger::fixtures::{self, Setup, TestChain};
use wl_ledger::keys::PublicKey;
use wl_ledger::record::{Body, RecordKind, SignedRecord};
use wl_ledger::{Height, StreamId};
use wl_wire::gateway::{GatewayClient, LiveEvent, LiveStream, TransportSeed};
use wl_wire::messages::{Item, Receipt, Submission};
use wl_wire::tls::TransportKey;

pub(crate) fn seed(name: &str) -> [u8; 32] {
    *fixtures::hash(&format!("key/{name}")).as_bytes()
}

pub(crate) fn transport(name: &str) -> TransportKey {
    let seed = TransportSeed::from_bytes(seed(&format!("{name}/transport")));
    TransportKey::from_seed(&seed).expect("a transport key")
}

pub(crate) fn gateway_keys() -> Keys {
    Keys::from_seeds(seed("gateway"), seed("gateway/transport"))
}

pub(crate) fn gateway_pin() -> PublicKey {
    fixtures::key("gateway/transport").public()
}

pub(crate) fn client(name: &str, address: SocketAddr) -> GatewayClient {
    GatewayClient::new(&transport(name), &gateway_pin(), &address.to_string()).expect("a client")
}

pub(crate) fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) async fn founded() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    establish(dir.path(), &gateway_keys(), &Setup::default().genesis(), clock::now()).await.expect("founded");
    dir
}

/// A running gateway.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    pub(crate) public: Option<SocketAddr>,
    shutdown: CancellationToken,
    running: Running,
}

impl Gateway {
    pub(crate) async fn start(dir: &Path) -> Self {
        Self::start_with(dir, Limits::default(), Uninterrupted).await
    }

    pub(crate) async fn start_with(dir: &Path, limits: Limits, probe: impl Probe + Clone) -> Self {
        Self::start_as(Config { limits, ..Config::new(dir, loopback()) }, probe).await
    }

    pub(crate) async fn start_as(config: Config, probe: impl Probe + Clone) -> Self {
        let shutdown = CancellationToken::new();
        let running = run_probed(config, shutdown.clone(), probe).await.expect("the gateway starts");
        Self { address: running.address, public: running.public, shutdown, running }
    }

    pub(crate) fn client(&self, name: &str) -> GatewayClient {
        client(name, self.address)
    }

    /// Stops it and waits.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.running.finished().await.expect("a clean end");
    }

    /// Waits until it ended on its own with an error.
    pub(crate) async fn failed(self) -> String {
        self.running.finished().await.expect_err("it must fail").to_string()
    }
}

pub(crate) fn control(bytes: &[u8]) -> Item {
    Item { entry: Entry::Control(bytes.to_vec()), body: None }
}

pub(crate) fn record(record: &SignedRecord, body: &Body) -> Item {
    Item { entry: Entry::Record(record.bytes().to_vec()), body: Some(body.clone()) }
}

/// The next record of a stream, offered to the fixture too, so that the one after it can be drafted.
pub(crate) fn next_record(chain: &mut TestChain, author: &str, stream: StreamId, kind: RecordKind) -> Item {
    let (signed, body) = chain.draft(author, stream, kind, b"sealed");
    chain.offer(Entry::Record(signed.bytes().to_vec()), Some(&body)).expect("the fixture takes it");
    record(&signed, &body)
}

/// The items of one block of the fixture.
pub(crate) fn items(chain: &TestChain, height: usize) -> Vec<Item> {
    let entries = chain.blocks()[height].entries.iter();
    entries
        .map(|entry| {
            let body = match entry {
                Entry::Control(_) => None,
                Entry::Record(bytes) => {
                    let hash = SignedRecord::parse(bytes).expect("a record").hash();
                    Some(chain.body(&hash).expect("its body").clone())
                }
            };
            Item { entry: entry.clone(), body }
        })
        .collect()
}

/// Submits the fixture's ward, block by block.
pub(crate) async fn submit_ward(client: &GatewayClient, chain: &TestChain) {
    for height in 1..chain.blocks().len() {
        let receipts = submit(client, items(chain, height)).await;
        assert!(receipts.iter().all(|receipt| matches!(receipt, Receipt::Sealed(_))), "{receipts:?}");
    }
}

pub(crate) async fn submit(client: &GatewayClient, items: Vec<Item>) -> Vec<Receipt> {
    client.submit(&Submission { items }).await.expect("receipts").receipts
}

/// The next block of a live stream; everything else is passed over.
pub(crate) async fn next_block(stream: &mut LiveStream) -> Height {
    loop {
        let event =
            tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("an event in time");
        match event.expect("an open stream").expect("an event") {
            LiveEvent::Block(block) => return block.content.height,
            LiveEvent::Heartbeat(_) | LiveEvent::Provisional(_) | LiveEvent::Revoked(_) => {}
        }
    }
}
