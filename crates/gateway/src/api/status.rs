//! The gateway's state of health.

use super::Service;
use crate::sequencer::Sequencer;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;

/// What an operator sees. Numbers and ids only.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Status {
    /// Chain id, hexadecimal.
    pub chain: String,
    /// Newest durable height.
    pub height: u64,
    /// Id of its header, hexadecimal.
    pub header: String,
    /// Its block time in Unix milliseconds.
    pub block_time: i64,
    /// The gateway's clock in Unix milliseconds.
    pub time: i64,
    /// Seconds since the start; absent in a status that was read from the disk.
    pub uptime_s: Option<u64>,
    /// Open live streams; absent in a status that was read from the disk.
    pub live_streams: Option<usize>,
    /// Version of the program.
    pub version: &'static str,
}

/// Answers the status as JSON.
pub(super) async fn show<S: Sequencer>(State(service): State<Arc<Service<S>>>) -> Json<Status> {
    let tip = service.feed.tip();
    Json(Status {
        chain: service.chain.to_string(),
        height: tip.height.0,
        header: tip.id.to_string(),
        block_time: tip.time.0,
        time: (service.clock)().0,
        uptime_s: Some(service.started.elapsed().as_secs()),
        live_streams: Some(service.feed.subscribers()),
        version: env!("CARGO_PKG_VERSION"),
    })
}
