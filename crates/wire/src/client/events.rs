//! Events from an open answer.

use reqwest::Response;

use super::ClientError;
use crate::sse::{Event, EventLimits, EventParser};

/// A stream of events that ends with the connection. Resume with the last event's id.
pub struct EventStream {
    response: Response,
    parser: EventParser,
}

impl EventStream {
    pub(super) fn new(response: Response, limits: EventLimits) -> Self {
        Self { response, parser: EventParser::new(limits) }
    }

    /// The next event, or `None` when the server ended the stream. Safe to cancel: nothing is lost.
    ///
    /// # Errors
    /// [`ClientError::Timeout`] if not even a keep-alive came in time, [`ClientError::Event`], or the
    /// connection's failure. The stream is of no use afterwards.
    pub async fn next(&mut self) -> Result<Option<Event>, ClientError> {
        loop {
            if let Some(event) = self.parser.next_event() {
                return Ok(Some(event));
            }
            match self.response.chunk().await.map_err(ClientError::from_reqwest)? {
                Some(bytes) => self.parser.push(&bytes)?,
                None => return Ok(None),
            }
        }
    }
}
