//! The gateway's word about its whole history, and the proofs over it (`docs/spec/checkpoint.md`).
//!
//! Only durable headers are told of, so whatever is signed here begins with all that was signed before.

use crate::feed::Feed;
use crate::store::{Store, StoreError};
use std::sync::{Mutex, PoisonError};
use wl_ledger::checkpoint::{Checkpoint, Note, Witness};
use wl_ledger::header::header_id;
use wl_ledger::keys::SigningKey;
use wl_ledger::merkle::{Tree, leaf_hash};
use wl_ledger::{ChainId, Hash, Height};

/// Headers that are read in one go while the tree is built.
const READ: u64 = 4096;

/// The history as a tree, and the newest signed checkpoint of it.
pub(crate) struct Checkpoints {
    chain: ChainId,
    key: SigningKey,
    witnesses: Vec<Witness>,
    tree: tokio::sync::Mutex<Tree>,
    signed: Mutex<Option<(u64, Note)>>,
    /// The newest one that a witness has cosigned.
    cosigned: Mutex<Option<Note>>,
}

impl Checkpoints {
    /// No header is read yet; that happens when somebody asks.
    pub(crate) fn new(chain: ChainId, key: SigningKey, witnesses: Vec<Witness>) -> Self {
        Self {
            chain,
            key,
            witnesses,
            tree: tokio::sync::Mutex::default(),
            signed: Mutex::default(),
            cosigned: Mutex::default(),
        }
    }

    /// The checkpoint at the newest durable block, with the witnesses' lines where they speak of the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn newest(&self, store: &Store, feed: &Feed) -> Result<Note, StoreError> {
        let (size, root) = {
            let tree = self.grown(store, feed).await?;
            (tree.len(), tree.root(tree.len()).ok_or(StoreError::Range("size of the history"))?)
        };
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let note = match signed.as_ref() {
            Some((known, note)) if *known == size => note.clone(),
            Some(_) | None => {
                let note = Checkpoint { chain: self.chain, size, root }.sign(&[&self.key]);
                *signed = Some((size, note.clone()));
                note
            }
        };
        drop(signed);
        let cosigned = self.cosigned();
        Ok(cosigned.filter(|cosigned| cosigned.text == note.text).unwrap_or(note))
    }

    /// The newest checkpoint that a witness has cosigned, which may be older than the newest.
    pub(crate) fn cosigned(&self) -> Option<Note> {
        self.cosigned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds what witnesses said of a checkpoint of ours. Lines of strangers and wrong lines are left out.
    pub(crate) fn add_words(&self, note: &Note, words: &Note) {
        let lines = words.signatures.iter().filter(|line| {
            let alone = Note { text: note.text.clone(), signatures: vec![(*line).clone()] };
            self.witnesses.iter().any(|witness| matches!(witness.cosigned(&alone), Ok(Some(_))))
        });
        let lines: Vec<_> = lines.cloned().collect();
        if lines.is_empty() {
            return;
        }
        let mut cosigned = self.cosigned.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = cosigned.take().filter(|kept| kept.text == note.text);
        let mut kept = kept.unwrap_or_else(|| note.clone());
        for line in lines {
            kept.signatures.retain(|other| (&other.name, other.key) != (&line.name, line.key));
            kept.signatures.push(line);
        }
        *cosigned = Some(kept);
    }

    /// The lines of a consistency proof; none where the sizes are out of range.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn consistency(
        &self,
        store: &Store,
        feed: &Feed,
        from: u64,
        to: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        Ok(self.grown(store, feed).await?.consistency_proof(from, to))
    }

    /// The lines of an inclusion proof; none where height or size are out of range.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn inclusion(
        &self,
        store: &Store,
        feed: &Feed,
        height: Height,
        size: u64,
    ) -> Result<Option<Vec<Hash>>, StoreError> {
        Ok(self.grown(store, feed).await?.inclusion_proof(height.0, size))
    }

    /// The tree with every durable header.
    async fn grown(
        &self,
        store: &Store,
        feed: &Feed,
    ) -> Result<tokio::sync::MutexGuard<'_, Tree>, StoreError> {
        let mut tree = self.tree.lock().await;
        let tip = feed.tip().height;
        while tree.len() <= tip.0 {
            let from = Height(tree.len());
            let to = Height(from.0.saturating_add(READ - 1).min(tip.0));
            let headers = store.headers(from, to).await?;
            if headers.is_empty() {
                return Err(StoreError::Range("height of a durable header"));
            }
            headers.iter().for_each(|one| tree.append(leaf_hash(header_id(&one.header).as_bytes())));
        }
        Ok(tree)
    }
}
