//! The live stream: server-sent events that resume by height.

use super::ClientError;
use crate::client::EventStream;
use crate::messages::{LaneBatch, LiveBlock, Provisional, events};
use crate::sse::{Event, EventLimits};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use wl_ledger::Height;
use wl_ledger::codec;

/// Longest event as text. A gateway closes a block once its bodies pass 4 MiB, and one body has at most 8 MiB, so
/// the largest block has 12 MiB and some headers, 17 MiB in base64.
pub const MAX_EVENT_BYTES: usize = 24 * 1024 * 1024;

pub(super) const LIMITS: EventLimits = EventLimits { line: MAX_EVENT_BYTES, event: MAX_EVENT_BYTES };

/// What a gateway pushes. Nothing of it is verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LiveEvent {
    /// A block that is durable and certified.
    Block(LiveBlock),
    /// A signed heartbeat of a gateway or hub.
    Heartbeat(Vec<u8>),
    /// An alarm or acknowledgement whose block is not durable yet.
    Provisional(Provisional),
    /// The lane up to the block that revokes the reader's key. Nothing follows.
    Revoked(LaneBatch),
}

/// An open live stream. Once it ended or failed, open another one from the height after the last block.
pub struct LiveStream {
    events: EventStream,
    ended: bool,
}

impl LiveStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self { events, ended: false }
    }

    /// The next event; `None` once the gateway has closed the stream, or after an error. A gateway sends a heartbeat
    /// every 5 s, so silence is [`ClientError::TimedOut`].
    ///
    /// Dropping the returned future loses nothing: what has arrived stays in the stream.
    pub async fn next(&mut self) -> Option<Result<LiveEvent, ClientError>> {
        while !self.ended {
            let read = match self.events.next().await {
                Ok(Some(event)) => read_event(&event),
                Ok(None) => {
                    self.ended = true;
                    return None;
                }
                Err(error) => Err(error.into()),
            };
            match read {
                Ok(Some(event)) => return Some(Ok(event)),
                // An event of a later version of this interface.
                Ok(None) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

fn read_event(event: &Event) -> Result<Option<LiveEvent>, ClientError> {
    let bytes = || BASE64.decode(&event.data).map_err(|_| ClientError::Malformed("event data"));
    Ok(Some(match event.event.as_str() {
        events::BLOCK => {
            let block: LiveBlock =
                codec::decode(&bytes()?, MAX_EVENT_BYTES).map_err(ClientError::Encoding)?;
            let id = event.id.as_deref().and_then(|id| id.parse().ok()).map(Height);
            if id != Some(block.content.height) {
                return Err(ClientError::Malformed("event id"));
            }
            LiveEvent::Block(block)
        }
        events::HEARTBEAT => LiveEvent::Heartbeat(bytes()?),
        events::PROVISIONAL => {
            LiveEvent::Provisional(codec::decode(&bytes()?, MAX_EVENT_BYTES).map_err(ClientError::Encoding)?)
        }
        events::REVOKED => {
            LiveEvent::Revoked(codec::decode(&bytes()?, MAX_EVENT_BYTES).map_err(ClientError::Encoding)?)
        }
        _ => return Ok(None),
    }))
}
