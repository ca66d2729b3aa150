//! Checkpoints in the form of C2SP, witnesses, and evidence of equivocation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod evidence;
mod notes;
mod vectors;
mod witnesses;

use wl_ledger::checkpoint::Checkpoint;
use wl_ledger::fixtures::TestChain;
use wl_ledger::header::ValidatorSet;
use wl_ledger::merkle::{Tree, leaf_hash};
use wl_ledger::{ChainId, Height};

/// The checkpoint over the first headers of a chain.
fn checkpoint(ward: &TestChain, size: u64) -> Checkpoint {
    let mut tree = Tree::new();
    for header in ward.verifier().headers_from(Height(0)) {
        tree.append(leaf_hash(header.id().as_bytes()));
    }
    Checkpoint { chain: ward.chain(), size, root: tree.root(size).unwrap() }
}

fn validators(ward: &TestChain) -> ValidatorSet {
    ward.verifier().validators().clone()
}

fn chain(ward: &TestChain) -> ChainId {
    ward.chain()
}
