//! Heartbeats of hubs and gateways.

use super::Service;
use super::refuse::{Refusal, encoded};
use crate::heartbeats::BeatError;
use crate::sequencer::Sequencer;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;
use wl_wire::messages;

/// Verifies and relays a heartbeat. An older one than the newest is accepted and forgotten.
pub(super) async fn take<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let now = (service.clock)();
    service.heartbeats.take(&body, &service.feed, &service.chain, now).map_err(|error| match error {
        BeatError::Refused(_) => {
            Refusal::Malformed("the heartbeat does not verify, or its author may not send one")
        }
        BeatError::FromTheFuture(_) => Refusal::Malformed("the heartbeat's clock is ahead; set the clock"),
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// The newest heartbeat of each author.
pub(super) async fn list<S: Sequencer>(State(service): State<Arc<Service<S>>>) -> Response {
    let heartbeats = service.heartbeats.newest(&service.feed).into_iter().map(Into::into).collect();
    encoded(&messages::Heartbeats { heartbeats })
}
