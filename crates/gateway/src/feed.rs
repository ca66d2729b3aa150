//! What is visible: the newest block, who may connect, and the pushes of the live stream.
//!
//! Everything here follows the disk. Blocks arrive only after they are durable; the one thing that comes earlier is
//! the relay of alarms, which names itself provisional.

mod registry;

pub use registry::{Ordered, Registry};

use crate::sequencer::Tip;
use crate::store::Beside;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{broadcast, watch};
use wl_ledger::Height;
use wl_ledger::block::UnverifiedBlock;
use wl_ledger::codec;
use wl_ledger::state::State;
use wl_wire::messages::{BlockContent, Item, LiveBlock, Provisional, ServedItem, events};

/// Pushes kept for a subscriber that reads slowly. One that falls further behind is cut and resumes from the store.
const PUSHES: usize = 512;
/// A block longer than this is read from the store by each subscriber instead of being kept for all of them.
const PUSH_BYTES: usize = 64 * 1024;

/// One push.
#[derive(Clone, Debug)]
pub enum Push {
    /// A block was published; its base64, unless it is long.
    Block(Height, Option<Arc<str>>),
    /// Another event: its name and its base64.
    Event(&'static str, Arc<str>),
}

/// Shared between the sequencer and all connections.
pub struct Feed {
    registry: RwLock<Arc<Registry>>,
    tip: watch::Sender<Tip>,
    pushes: broadcast::Sender<Push>,
}

impl Feed {
    /// The feed of a chain at its newest durable block.
    pub fn new(tip: Tip, state: &State) -> Self {
        Self {
            registry: RwLock::new(Arc::new(Registry::of(state))),
            tip: watch::Sender::new(tip),
            pushes: broadcast::Sender::new(PUSHES),
        }
    }

    /// The newest durable block.
    pub fn tip(&self) -> Tip {
        *self.tip.borrow()
    }

    /// Who may connect and who may send heartbeats, after the newest durable block.
    pub fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes with every durable block.
    pub(crate) fn tips(&self) -> watch::Receiver<Tip> {
        self.tip.subscribe()
    }

    /// All pushes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Push> {
        self.pushes.subscribe()
    }

    /// How many subscribers there are.
    pub fn subscribers(&self) -> usize {
        self.pushes.receiver_count()
    }

    /// Shows a durable block. Revocations come first, so that a revoked key sees no record of the block that revoked it.
    pub(crate) fn publish(&self, tip: Tip, block: UnverifiedBlock, beside: Vec<Beside>, state: &State) {
        let lane = block.lane_item();
        if !lane.controls.is_empty() {
            let registry = Arc::new(Registry::of(state));
            *self.registry.write().unwrap_or_else(PoisonError::into_inner) = registry;
        }
        self.tip.send_replace(tip);
        let size: usize = block.entries.iter().map(|entry| entry.bytes().len()).sum();
        let bodies: usize = beside.iter().map(Beside::size).sum();
        let text = (self.subscribers() > 0 && size.saturating_add(bodies) <= PUSH_BYTES).then(|| {
            let content = BlockContent { height: tip.height, items: served(block, beside) };
            BASE64.encode(codec::encode(&LiveBlock { lane, content })).into()
        });
        self.push(Push::Block(tip.height, text));
    }

    /// Relays an alarm or acknowledgement that was judged but is not durable yet.
    pub(crate) fn relay(&self, provisional: &Provisional) {
        self.event(events::PROVISIONAL, &codec::encode(provisional));
    }

    /// Relays a verified heartbeat.
    pub(crate) fn heartbeat(&self, signed: &[u8]) {
        self.event(events::HEARTBEAT, signed);
    }

    fn event(&self, name: &'static str, bytes: &[u8]) {
        if self.subscribers() > 0 {
            self.push(Push::Event(name, BASE64.encode(bytes).into()));
        }
    }

    fn push(&self, push: Push) {
        // An error says only that nobody listens.
        let _nobody = self.pushes.send(push);
    }
}

fn served(block: UnverifiedBlock, beside: Vec<Beside>) -> Vec<ServedItem> {
    let pairs = block.entries.into_iter().zip(beside);
    pairs
        .map(|(entry, beside)| match beside {
            Beside::Control(_) => ServedItem { item: Item { entry, body: None }, previous: None },
            Beside::Record { previous, body } => {
                ServedItem { item: Item { entry, body: Some(body) }, previous: Some(previous) }
            }
        })
        .collect()
}
