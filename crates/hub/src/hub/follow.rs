//! Following the chain, and saying on it what agreements ask for.

use super::{HubError, Shared, fatal, recover};
use crate::consent::ConsentError;
use crate::core::{AnswerRefusal, CoreError};
use crate::custody::Step;
use crate::edge;
use std::sync::Arc;
use std::time::Duration;
use wl_ledger::{Height, PatientId};
use wl_wire::gateway::{ClientError, LiveEvent};
use wl_wire::messages::{BlockContent, Item, MAX_LANE_BATCH, Receipt, Submission};

/// Wait after the gateway could not be followed.
pub(super) const RETRY: Duration = Duration::from_millis(500);
/// Blocks that are looked through in one go.
const HEAR_BATCH: u64 = 63;
/// How often agreements are looked at even if nothing came: they end by time.
const LOOK: Duration = Duration::from_secs(1);

/// Follows the chain until stopped.
pub(super) async fn follow(shared: Arc<Shared>) {
    while !shared.stop.is_cancelled() {
        let followed = tokio::select! {
            () = shared.stop.cancelled() => return,
            followed = follow_once(&shared) => followed,
        };
        match followed {
            Ok(()) => {}
            Err(FollowError::Client(error)) => {
                shared.online.send_replace(false);
                tracing::debug!(%error, "the gateway cannot be followed");
            }
            // A chain that does not verify is evidence against the gateway. The hub goes on watching its patients
            // and queueing, says so, and takes nothing of it in.
            Err(FollowError::Core(error @ (CoreError::Verify(_) | CoreError::OtherChain(_)))) => {
                tracing::error!(%error, "the gateway's chain does not verify; nothing of it is used");
            }
            Err(FollowError::Core(error)) => return fatal(&shared, &error),
        }
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum FollowError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Core(#[from] CoreError),
}

async fn follow_once(shared: &Shared) -> Result<(), FollowError> {
    loop {
        let from = shared.core.lock().await.next_height();
        let batch = shared.client.lane(from, MAX_LANE_BATCH).await?;
        shared.online.send_replace(true);
        if batch.items.is_empty() {
            break;
        }
        take_in(shared, &batch.items).await?;
    }
    hear_missed(shared).await?;
    let from = shared.core.lock().await.next_height();
    let mut live = shared.client.live(from).await?;
    while let Some(event) = live.next().await {
        match event? {
            LiveEvent::Block(block) => {
                take_in(shared, &[block.lane]).await?;
                hear(shared, &block.content).await?;
            }
            LiveEvent::Revoked(batch) => take_in(shared, &batch.items).await?,
            LiveEvent::Heartbeat(_) | LiveEvent::Provisional(_) => {}
        }
    }
    Ok(())
}

/// Looks through the blocks that came while this hub was away, for what people signed about its patients.
async fn hear_missed(shared: &Shared) -> Result<(), FollowError> {
    loop {
        let (from, end) = {
            let core = shared.core.lock().await;
            let Some(from) = core.next_heard() else { return Ok(()) };
            (from, core.next_height())
        };
        if from >= end {
            return Ok(());
        }
        let to = Height(end.0.saturating_sub(1).min(from.0.saturating_add(HEAR_BATCH)));
        let batch = shared.client.blocks(from, to).await?;
        if batch.blocks.is_empty() {
            return Ok(());
        }
        for content in &batch.blocks {
            hear(shared, content).await?;
        }
    }
}

async fn hear(shared: &Shared, content: &BlockContent) -> Result<(), CoreError> {
    if shared.core.lock().await.hear(content, edge::now()).await? {
        shared.queued.notify_one();
    }
    Ok(())
}

async fn take_in(shared: &Shared, items: &[wl_ledger::block::LaneItem]) -> Result<(), CoreError> {
    let mut core = shared.core.lock().await;
    core.advance(items).await?;
    let height = core.seen();
    drop(core);
    shared.height.send_replace(Some(height));
    if items.iter().any(|item| !item.controls.is_empty()) {
        shared.said.notify_one();
    }
    Ok(())
}

/// Carries agreements out until stopped: whatever is due is said, sealed, and envelopes are mailed after it.
pub(super) async fn carry_out(shared: Arc<Shared>) {
    loop {
        if let Err(error) = carry_out_once(&shared).await {
            return fatal(&shared, &error);
        }
        tokio::select! {
            () = shared.stop.cancelled() => return,
            () = shared.said.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn carry_out_once(shared: &Shared) -> Result<(), CoreError> {
    if shared.core.lock().await.is_recovering() {
        return match recover::learn(shared).await {
            Err(FollowError::Core(error @ (CoreError::Store(_) | CoreError::Home(_)))) => Err(error),
            Err(error) => {
                tracing::warn!(%error, "the tails of this hub's streams are not known yet: it writes nothing");
                Ok(())
            }
            Ok(()) => Ok(()),
        };
    }
    shared.core.lock().await.erase_again().await?;
    match recover::refresh(shared).await {
        Err(HubError::Core(error)) => return Err(error),
        Err(error) => tracing::error!(%error, "the guardians' backup could not be written"),
        Ok(()) => {}
    }
    let items = {
        let mut core = shared.core.lock().await;
        let now = edge::now();
        let mended = core.mend(now).await?;
        let mailed = core.mail_envelopes(now).await? + core.write_identities(now).await?;
        if mended + mailed > 0 {
            shared.queued.notify_one();
        }
        // Keys are opened only while somebody can be told of them. Until then what is measured is sealed in the newest
        // epoch that the ledger shows, and waits.
        if !*shared.online.borrow() {
            return Ok(());
        }
        let mut steps = core.due(now);
        steps.extend(core.erase().await?.into_iter().map(Step::ConfirmErasure));
        if steps.is_empty() { Vec::new() } else { core.prepare(&steps, now).await? }
    };
    if items.is_empty() {
        return Ok(());
    }
    match submit(shared, items).await {
        Ok(height) => wait_for(shared, height).await,
        Err(error) => {
            tracing::warn!(%error, "the control lane did not take what agreements ask for; trying again")
        }
    }
    Ok(())
}

/// Why something could not be said on the control lane.
#[derive(Debug, thiserror::Error)]
pub enum SayError {
    /// The gateway did not answer.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The gateway refused.
    #[error("refused with code {0}: {1}")]
    Refused(u16, String),
    /// The key of who is to sign does not open.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// The answer to advice is not taken.
    #[error(transparent)]
    Answer(#[from] AnswerRefusal),
    /// This hub does not know that patient.
    #[error("patient {0} is not a patient of this hub")]
    NotOurs(PatientId),
    /// The gateway put it off.
    #[error("the gateway is busy; try again")]
    Busy,
}

/// Submits control transactions and returns the height of the last.
pub(super) async fn submit(shared: &Shared, items: Vec<Item>) -> Result<Height, SayError> {
    let receipts = shared.client.submit(&Submission { items }).await?;
    let mut height = Height(0);
    for receipt in receipts.receipts {
        match receipt {
            Receipt::Sealed(at) | Receipt::Known(at) => height = height.max(at),
            Receipt::Refused(code, reason) => return Err(SayError::Refused(code, reason)),
            Receipt::Deferred => return Err(SayError::Busy),
        }
    }
    Ok(height)
}

/// Waits until a height is verified here, so that the next look sees what was said; at most a few seconds.
pub(super) async fn wait_for(shared: &Shared, height: Height) {
    let mut seen = shared.height.subscribe();
    let reached = seen.wait_for(|verified| verified.is_some_and(|verified| verified >= height));
    tokio::select! {
        () = shared.stop.cancelled() => {}
        _ = tokio::time::timeout(Duration::from_secs(5), reached) => {}
    }
}
