//! What goes into the engine and what comes out of it.

use super::{Comparison, Evidence, View};
use crate::store::Accepted;
use wl_ledger::Height;
use wl_ledger::heartbeat::VerifiedHeartbeat;
use wl_ledger::verify::ProvisionalRecord;
use wl_wire::messages::{BlockBatch, LaneBatch, LiveBlock, Provisional};

/// What the driver tells the engine.
pub enum Input {
    /// Start, or start again after a wait.
    Connect,
    /// Answer to [`Output::AskLane`].
    Lane(LaneBatch),
    /// Answer to [`Output::AskBlocks`].
    Blocks(BlockBatch),
    /// From the live stream: the blocks that have arrived by now, in their order, at least one.
    Live(Vec<LiveBlock>),
    /// From the live stream or asked for: a signed heartbeat.
    Heartbeat(Vec<u8>),
    /// From the live stream: an alarm or acknowledgement before its block.
    Provisional(Provisional),
    /// A request failed or the stream ended. `jitter` is random, 0 to 1000.
    Lost {
        /// Spreads the workstations of a ward.
        jitter: u16,
    },
    /// From the live stream: the lane up to the block that revokes this workstation's key.
    Revoked(LaneBatch),
    /// Time passes.
    Tick,
    /// What a second source says, and its name for people.
    SecondView(String, View),
    /// A second source could not be asked.
    SecondSilent(String),
}

/// What the engine asks the driver to do, in this order.
pub enum Output {
    /// Ask for the lane.
    AskLane {
        /// First height.
        from: Height,
        /// Most items.
        max: u64,
    },
    /// Open the live stream.
    OpenLive {
        /// First height.
        from: Height,
    },
    /// Ask for the records of some blocks.
    AskBlocks {
        /// First height.
        from: Height,
        /// Last height.
        to: Height,
    },
    /// Store this, then show it. Nothing of it may be shown before.
    Accept(Accepted),
    /// Show this as sealing.
    Provisional(Box<ProvisionalRecord>, wl_ledger::record::Body),
    /// Somebody is there.
    Heartbeat(VerifiedHeartbeat, Vec<u8>),
    /// Keep and show this.
    Evidence(Evidence),
    /// Show how a second view compares.
    Compared(Comparison),
    /// Close everything and send [`Input::Connect`] after so many milliseconds.
    Retry {
        /// Milliseconds.
        after: i64,
    },
}
