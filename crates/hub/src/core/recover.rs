//! Backups of a running hub, and going on after one was restored.

use super::{Core, CoreError, tip};
use crate::author::Author;
use crate::backup::Content;
use crate::store::{self, SecretPlace, StoreError};
use std::collections::BTreeMap;
use wl_ledger::block::Entry;
use wl_ledger::heartbeat::verify_heartbeat;
use wl_ledger::record::SignedRecord;
use wl_ledger::verify::{Predecessor, VerifyError};
use wl_ledger::{Category, Generation, Hash, Height, PatientId, Seq, StreamId};
use wl_wire::enrolment;
use wl_wire::messages::BlockContent;

/// The tails of this hub's streams as far as blocks were looked through.
#[derive(Default)]
pub struct Learnt {
    next: Height,
    tails: BTreeMap<StreamId, (Seq, Hash)>,
}

impl Learnt {
    /// The next block to look through.
    pub fn next(&self) -> Height {
        self.next
    }
}

impl Core {
    /// Whether this hub came from a backup and has not learnt yet how far its streams had come. Until then it writes
    /// nothing: a number used twice would make a liar of it.
    pub fn is_recovering(&self) -> bool {
        self.recovering
    }

    /// Looks through a block for this hub's own records.
    ///
    /// # Errors
    /// [`CoreError::Verify`] when it is not the block of its verified header, or a record does not follow its
    /// predecessor.
    pub fn learn(&self, learnt: &mut Learnt, content: BlockContent) -> Result<(), CoreError> {
        let Some(header) = self.verifier.header(content.height) else { return Ok(()) };
        if content.height != learnt.next {
            return Ok(());
        }
        let block = header.admit(content.items.into_iter().map(|item| item.item.entry).collect())?;
        for entry in block.entries() {
            let Entry::Record(bytes) = entry.entry() else { continue };
            let height = content.height;
            let record =
                SignedRecord::parse(bytes).map_err(|source| VerifyError::Record { height, source })?;
            let stream = record.header().stream;
            if self.state().stream(stream).is_none_or(|stream| stream.author != self.hub) {
                continue;
            }
            let before = learnt.tails.get(&stream);
            let before = before.map_or(Predecessor::First, |(seq, hash)| Predecessor::Verified(*seq, *hash));
            if let Some(record) = entry.record(self.state(), before)? {
                learnt.tails.insert(stream, (record.header().seq, record.hash()));
            }
        }
        learnt.next = content.height.next().unwrap_or(content.height);
        Ok(())
    }

    /// Whether what was learnt reaches as far as this hub's own last heartbeat, which the gateway still has, says.
    pub fn reaches(&self, learnt: &Learnt, heartbeats: &[Vec<u8>]) -> bool {
        let own = |key: &wl_ledger::KeyId| (*key == self.hub).then(|| self.author.key().public());
        heartbeats.iter().filter_map(|bytes| verify_heartbeat(bytes, &self.answer.chain, own).ok()).all(
            |heartbeat| {
                heartbeat
                    .get()
                    .tails
                    .iter()
                    .all(|tail| learnt.tails.get(&tail.stream).is_some_and(|(seq, _)| *seq >= tail.seq))
            },
        )
    }

    /// Goes on after these tails.
    ///
    /// # Errors
    /// [`CoreError`]; the hub then goes on learning.
    pub async fn recovered(&mut self, learnt: Learnt) -> Result<(), CoreError> {
        let tails: Vec<_> = learnt.tails.iter().map(|(stream, (seq, hash))| (*stream, *seq, *hash)).collect();
        let mut tx = self.store.begin().await?;
        store::restored::finish(&mut tx, &tails).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.author = Author::new(self.home.signing_key(), self.answer.chain, learnt.tails);
        self.recovering = false;
        tracing::info!(
            height = tip(&self.verifier).0,
            "restored from a backup: going on after the records on the ledger"
        );
        Ok(())
    }

    /// Keeps where backups go from now on.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn set_backup(&mut self, recipient: &str, folder: &str) -> Result<(), CoreError> {
        let mut tx = self.store.begin().await?;
        store::restored::put_target(&mut tx, recipient, folder).await?;
        tx.commit().await.map_err(StoreError::from)?;
        self.backup_is_old = true;
        Ok(())
    }

    /// What the next backup holds and where it goes; nothing when keys have not changed since the last.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn backup_due(
        &mut self,
        consent: Vec<(String, Vec<u8>)>,
    ) -> Result<Option<(String, String, Content)>, CoreError> {
        if !self.backup_is_old {
            return Ok(None);
        }
        let answer = enrolment::write_answer(&self.answer);
        let mut tx = self.store.begin().await?;
        let Some((recipient, folder)) = store::restored::target(&mut tx).await? else {
            self.backup_is_old = false;
            return Ok(None);
        };
        let content = Content::gather(&mut tx, self.home.vault(), answer, consent).await?;
        drop(tx);
        self.backup_is_old = false;
        Ok(Some((recipient, folder, content)))
    }

    /// The generations of which this hub keeps a secret, whatever the ledger says of them, ascending.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn secrets_of(
        &mut self,
        patient: &PatientId,
        category: Category,
    ) -> Result<Vec<Generation>, CoreError> {
        let mut tx = self.store.begin().await?;
        let all = store::secrets::all(&mut tx).await?;
        let own = |(place, _): &(SecretPlace, _)| {
            place.patient == *patient && place.category == category && place.epoch.is_none()
        };
        Ok(all.iter().filter(|secret| own(secret)).map(|(place, _)| place.generation).collect())
    }

    /// A backup could not be written: it is due again.
    pub fn backup_failed(&mut self) {
        self.backup_is_old = true;
    }
}
