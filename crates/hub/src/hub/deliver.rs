//! Sending what is queued, in order, until the gateway's receipts say that it is sealed.

use super::{Shared, fatal};
use crate::core::CoreError;
use crate::edge;
use std::sync::Arc;
use std::time::Duration;
use wl_wire::messages::{Item, MAX_REQUEST_BYTES, Submission};

/// Records of one submission.
const BATCH: u32 = 256;
/// Bytes of one submission, well below what a gateway takes.
const BATCH_BYTES: usize = MAX_REQUEST_BYTES / 2;
/// Wait after a failure, doubled up to the most.
const LEAST_WAIT: Duration = Duration::from_millis(100);
const MOST_WAIT: Duration = Duration::from_secs(5);

/// Sends until stopped. If it stops between a receipt and its storing, the records are sent again and answered as known.
pub(super) async fn send_queued(shared: Arc<Shared>) {
    let mut wait = LEAST_WAIT;
    loop {
        match send_once(&shared).await {
            Ok(Sent::All) => {
                wait = LEAST_WAIT;
                tokio::select! {
                    () = shared.stop.cancelled() => return,
                    () = shared.queued.notified() => {}
                    () = tokio::time::sleep(MOST_WAIT) => {}
                }
            }
            Ok(Sent::Some) => wait = LEAST_WAIT,
            Ok(Sent::Nothing) => {
                tokio::select! {
                    () = shared.stop.cancelled() => return,
                    () = tokio::time::sleep(wait) => {}
                }
                wait = (wait * 2).min(MOST_WAIT);
            }
            Err(error) => return fatal(&shared, &error),
        }
    }
}

/// How a round ended.
enum Sent {
    /// The outbox is empty.
    All,
    /// Something was sent, there may be more.
    Some,
    /// Nothing could be sent now.
    Nothing,
}

async fn send_once(shared: &Shared) -> Result<Sent, CoreError> {
    let rows = shared.core.lock().await.outbox(BATCH, BATCH_BYTES).await?;
    if rows.is_empty() {
        return Ok(Sent::All);
    }
    let items: Vec<Item> = rows.iter().map(|row| row.item.clone()).collect();
    let submission = Submission { items };
    let answered = tokio::select! {
        () = shared.stop.cancelled() => return Ok(Sent::Nothing),
        answered = shared.client.submit(&submission) => answered,
    };
    shared.online.send_replace(answered.is_ok());
    match answered {
        Ok(receipts) => {
            let done = shared.core.lock().await.settle_outbox(&rows, &receipts.receipts, edge::now()).await?;
            Ok(if done > 0 { Sent::Some } else { Sent::Nothing })
        }
        Err(error) => {
            tracing::debug!(%error, "records stay queued");
            Ok(Sent::Nothing)
        }
    }
}
