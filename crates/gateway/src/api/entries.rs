//! Submissions.

use super::Service;
use super::refuse::{Refusal, encoded};
use crate::sequencer::{Sequencer, SubmitError};
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use wl_ledger::codec;
use wl_wire::messages::{MAX_REQUEST_BYTES, MAX_SUBMISSION, Receipts, Submission};

/// Orders entries; answers once all of them are durable or refused.
pub(super) async fn submit<S: Sequencer>(
    State(service): State<Arc<Service<S>>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let submission: Submission =
        codec::decode(&body, MAX_REQUEST_BYTES).map_err(|_| Refusal::Malformed("not a submission"))?;
    if submission.items.len() > MAX_SUBMISSION {
        return Err(Refusal::Malformed("too many entries in one submission"));
    }
    if submission.items.is_empty() {
        return Ok(encoded(&Receipts { receipts: Vec::new() }));
    }
    let receipts = service.sequencer.submit(submission.items).await.map_err(|error| match error {
        SubmitError::Busy => Refusal::Busy,
        SubmitError::Stopped => Refusal::Stopping,
    })?;
    Ok(encoded(&Receipts { receipts }))
}
