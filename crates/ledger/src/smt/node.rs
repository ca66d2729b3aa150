//! The stored form of the tree: a subtree with one entry is one node, whatever its height.

use std::sync::Arc;

use super::{DEPTH, EMPTY, bit, lone_hash, node_hash};
use crate::ids::Hash;

/// A subtree, or nothing where it has no entry.
pub(super) type Link = Option<Arc<Node>>;

/// A subtree with at least one entry and its hash as seen from its own depth.
#[derive(Debug)]
pub(super) enum Node {
    /// Exactly one entry.
    Lone { key: Hash, value: Hash, hash: Hash },
    /// Two entries or more; one half may still be empty where their keys go together.
    Fork { left: Link, right: Link, hash: Hash },
}

impl Node {
    fn hash(&self) -> &Hash {
        match self {
            Self::Lone { hash, .. } | Self::Fork { hash, .. } => hash,
        }
    }

    fn lone(key: Hash, value: Hash, depth: usize) -> Arc<Self> {
        Arc::new(Self::Lone { key, value, hash: lone_hash(&key, &value, depth) })
    }

    fn fork(left: Link, right: Link) -> Arc<Self> {
        let hash = node_hash(link_hash(&left), link_hash(&right));
        Arc::new(Self::Fork { left, right, hash })
    }
}

/// The hash of a subtree that may be empty.
pub(super) fn link_hash(link: &Link) -> &Hash {
    link.as_ref().map_or(&EMPTY, |node| node.hash())
}

/// The value hash of a key.
pub(super) fn find<'a>(link: &'a Link, wanted: &Hash) -> Option<&'a Hash> {
    let mut link = link;
    for depth in 0..=DEPTH {
        match link.as_deref()? {
            Node::Lone { key, value, .. } => return (key == wanted).then_some(value),
            Node::Fork { left, right, .. } => link = if bit(wanted.as_bytes(), depth) { right } else { left },
        }
    }
    None
}

/// The subtree at `depth` with this entry in it, new or replaced.
pub(super) fn with(link: &Link, depth: usize, key: Hash, value: Hash) -> Arc<Node> {
    match link.as_deref() {
        None => Node::lone(key, value, depth),
        Some(Node::Lone { key: old, .. }) if *old == key => Node::lone(key, value, depth),
        Some(Node::Lone { key: old_key, value: old_value, .. }) => {
            fork_two((*old_key, *old_value), (key, value), depth)
        }
        Some(Node::Fork { left, right, .. }) if bit(key.as_bytes(), depth) => {
            Node::fork(left.clone(), Some(with(right, depth + 1, key, value)))
        }
        Some(Node::Fork { left, right, .. }) => {
            Node::fork(Some(with(left, depth + 1, key, value)), right.clone())
        }
    }
}

/// The subtree at `depth` that holds two entries with different keys.
fn fork_two(old: (Hash, Hash), new: (Hash, Hash), depth: usize) -> Arc<Node> {
    let parting = parting(&old.0, &new.0, depth);
    let old_link = Some(Node::lone(old.0, old.1, parting + 1));
    let new_link = Some(Node::lone(new.0, new.1, parting + 1));
    let lowest = if bit(new.0.as_bytes(), parting) {
        Node::fork(old_link, new_link)
    } else {
        Node::fork(new_link, old_link)
    };
    (depth..parting).rev().fold(lowest, |below, at| {
        if bit(new.0.as_bytes(), at) { Node::fork(None, Some(below)) } else { Node::fork(Some(below), None) }
    })
}

/// The first depth from `depth` on at which the paths of two different keys part.
fn parting(one: &Hash, other: &Hash, depth: usize) -> usize {
    let parts = |at: &usize| bit(one.as_bytes(), *at) != bit(other.as_bytes(), *at);
    (depth..DEPTH).find(parts).unwrap_or(DEPTH)
}

/// The subtree at `depth` without this key, and the value hash it had; `None` if it had none.
pub(super) fn without(link: &Link, depth: usize, wanted: &Hash) -> Option<(Link, Hash)> {
    match link.as_deref()? {
        Node::Lone { key, value, .. } => (key == wanted).then_some((None, *value)),
        Node::Fork { left, right, .. } if bit(wanted.as_bytes(), depth) => {
            let (right, value) = without(right, depth + 1, wanted)?;
            Some((shrink(left.clone(), right), value))
        }
        Node::Fork { left, right, .. } => {
            let (left, value) = without(left, depth + 1, wanted)?;
            Some((shrink(left, right.clone()), value))
        }
    }
}

/// Joins two halves, as one node if they hold one entry together. So the form of the tree depends on its
/// entries alone, never on the order in which they came and went.
fn shrink(left: Link, right: Link) -> Link {
    let hash = node_hash(link_hash(&left), link_hash(&right));
    match (left.as_deref(), right.as_deref()) {
        (None, None) => None,
        (Some(Node::Lone { key, value, .. }), None) | (None, Some(Node::Lone { key, value, .. })) => {
            Some(Arc::new(Node::Lone { key: *key, value: *value, hash }))
        }
        (Some(_), _) | (None, Some(_)) => Some(Arc::new(Node::Fork { left, right, hash })),
    }
}

/// Visits every sibling that is not empty on the path of `key`, from the root down, with the depth of the node
/// above it.
pub(super) fn siblings(link: &Link, wanted: &Hash, mut visit: impl FnMut(usize, Hash)) {
    let mut link = link;
    for depth in 0..DEPTH {
        match link.as_deref() {
            None => return,
            Some(Node::Lone { key, value, .. }) => {
                let parting = parting(key, wanted, depth);
                if parting < DEPTH {
                    visit(parting, lone_hash(key, value, parting + 1));
                }
                return;
            }
            Some(Node::Fork { left, right, .. }) => {
                let (on_path, beside) =
                    if bit(wanted.as_bytes(), depth) { (right, left) } else { (left, right) };
                if beside.is_some() {
                    visit(depth, *link_hash(beside));
                }
                link = on_path;
            }
        }
    }
}
