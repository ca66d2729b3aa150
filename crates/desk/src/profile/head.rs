//! The pinned head: newest height and header id, kept beside the database and not inside it.

use wl_ledger::codec::tagged_hash;
use wl_ledger::{Hash, Height};

/// What the file beside the database says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinnedHead {
    /// Nothing was pinned yet.
    None,
    /// The newest head that was durable.
    At(Height, Hash),
    /// The file is there but damaged, which no crash of ours can cause.
    Damaged,
}

/// One line: height, id, check.
pub(super) fn format(height: Height, id: Hash) -> String {
    format!("{height} {id} {}\n", check(height, id))
}

pub(super) fn parse(bytes: Option<&[u8]>) -> PinnedHead {
    let Some(bytes) = bytes else { return PinnedHead::None };
    let read = || {
        let text = core::str::from_utf8(bytes).ok()?;
        let mut words = text.split_whitespace();
        let height = Height(words.next()?.parse().ok()?);
        let id = Hash::from_hex(words.next()?)?;
        (words.next()? == check(height, id).to_string() && words.next().is_none()).then_some((height, id))
    };
    read().map_or(PinnedHead::Damaged, |(height, id)| PinnedHead::At(height, id))
}

fn check(height: Height, id: Hash) -> Hash {
    tagged_hash("wardlight/pinned-head/1", &[&height.0.to_be_bytes(), id.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_comes_back_and_any_change_shows() {
        let id = Hash::from_bytes([7; 32]);
        let text = format(Height(42), id);
        assert_eq!(parse(Some(text.as_bytes())), PinnedHead::At(Height(42), id));
        assert_eq!(parse(None), PinnedHead::None);
        for at in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(parse(Some(&bytes)), PinnedHead::Damaged, "byte {at}");
        }
    }
}
