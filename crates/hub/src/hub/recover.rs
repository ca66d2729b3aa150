//! Writing the guardians' backup anew when keys change, and learning tails after a restore.

use super::follow::FollowError;
use super::{HubError, Shared};
use crate::backup::{self, Guard};
use crate::core::{CoreError, Learnt};
use crate::store::StoreError;
use std::path::PathBuf;
use wl_ledger::Height;
use wl_seal::{Recipient, WorkFactor};

/// Blocks of one request.
const BATCH: u64 = 256;

/// Learns how far this hub's streams had come. Nothing is written before.
pub(super) async fn learn(shared: &Shared) -> Result<(), FollowError> {
    let mut learnt = Learnt::default();
    loop {
        let lane_end = shared.core.lock().await.next_height();
        let from = learnt.next();
        if from < lane_end {
            let to = Height(lane_end.0.saturating_sub(1).min(from.0.saturating_add(BATCH)));
            let batch = shared.client.blocks(from, to).await?;
            let core = shared.core.lock().await;
            for block in batch.blocks {
                core.learn(&mut learnt, block)?;
            }
            if learnt.next() > from {
                continue;
            }
        }
        let tip = shared.client.lane(learnt.next(), 1).await?.tip;
        let heartbeats = shared.client.heartbeats().await?.heartbeats;
        let heartbeats: Vec<Vec<u8>> = heartbeats.into_iter().map(|bytes| bytes.to_vec()).collect();
        let mut core = shared.core.lock().await;
        if learnt.next() > tip && core.reaches(&learnt, &heartbeats) {
            return Ok(core.recovered(learnt).await?);
        }
        drop(core);
        tokio::select! {
            () = shared.stop.cancelled() => return Ok(()),
            () = tokio::time::sleep(super::follow::RETRY) => {}
        }
    }
}

/// Makes shares for guardians in an empty folder, and writes the backup there from now on.
pub(super) async fn begin(
    shared: &Shared,
    folder: PathBuf,
    needed: u8,
    guardians: Vec<Guard>,
) -> Result<(), HubError> {
    let (hub, work) = {
        let core = shared.core.lock().await;
        (core.hub(), core.home().work())
    };
    let text = folder.to_string_lossy().into_owned();
    let recipient = make_shares(folder, hub, needed, guardians, work).await?;
    shared.core.lock().await.set_backup(recipient.as_str(), &text).await?;
    refresh(shared).await
}

async fn make_shares(
    folder: PathBuf,
    hub: wl_ledger::KeyId,
    needed: u8,
    guardians: Vec<Guard>,
    work: WorkFactor,
) -> Result<Recipient, HubError> {
    let made = move || backup::make_shares(&folder, hub, needed, &guardians, work);
    let made = tokio::task::spawn_blocking(made).await;
    Ok(made.map_err(|stopped| {
        backup::BackupFailure::Disk("a guardian's share", std::io::Error::other(stopped))
    })??)
}

/// Writes the backup if keys have changed since the last one.
///
/// # Errors
/// [`HubError::Backup`] when it could not be written: the hub goes on and tries again; others are the store's.
pub(super) async fn refresh(shared: &Shared) -> Result<(), HubError> {
    let files = shared.speaker.files().clone();
    let consent = tokio::task::spawn_blocking(move || files.all()).await;
    let consent = consent.map_err(|_| StoreError::Damaged("key files")).map_err(CoreError::from)??;
    let Some((recipient, folder, content)) = shared.core.lock().await.backup_due(consent).await? else {
        return Ok(());
    };
    let write = move || {
        let recipient = Recipient::parse(&recipient).map_err(wl_seal::SealError::from)?;
        backup::write(&PathBuf::from(folder), &recipient, &content)
    };
    let written = match tokio::task::spawn_blocking(write).await {
        Ok(written) => written,
        Err(stopped) => Err(backup::BackupFailure::Disk("the backup", std::io::Error::other(stopped))),
    };
    if written.is_err() {
        shared.core.lock().await.backup_failed();
    }
    Ok(written?)
}
