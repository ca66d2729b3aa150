//! Who decides the order of entries. The node talks to this trait; today there is one implementation, [`solo`].

pub(crate) mod judge;
pub mod solo;
mod steps;

pub use steps::{EraseStep, Probe, Step, Stopped, Uninterrupted};

use wl_ledger::{Hash, Height, UnixMillis};
use wl_wire::messages::{Item, Receipt};

/// The newest block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
    /// Height.
    pub height: Height,
    /// Header id.
    pub id: Hash,
    /// Block time.
    pub time: UnixMillis,
}

/// Why a submission got no receipts.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum SubmitError {
    /// Too much waits already; nothing of the submission was looked at.
    #[error("the gateway is busy; send again in a moment")]
    Busy,
    /// The sequencer has stopped. What became of the submission shows after the next start: send it again.
    #[error("the gateway is stopping; send again")]
    Stopped,
}

/// Orders entries into certified blocks.
pub trait Sequencer: Send + Sync + 'static {
    /// Orders entries, in this order, and answers once each of them is durable or refused: one receipt for each item.
    ///
    /// Dropping the returned future does not withdraw the entries.
    fn submit(&self, items: Vec<Item>) -> impl Future<Output = Result<Vec<Receipt>, SubmitError>> + Send;
}
