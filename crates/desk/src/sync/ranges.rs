//! A set of heights as ranges: a million missing blocks in a row cost one entry.

use std::collections::BTreeMap;
use wl_ledger::Height;

/// Heights, as ranges from first to last.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub(super) struct Heights(BTreeMap<u64, u64>);

impl Heights {
    pub(super) fn of(heights: impl IntoIterator<Item = Height>) -> Self {
        let mut all = Self::default();
        heights.into_iter().for_each(|height| all.insert(height));
        all
    }

    pub(super) fn contains(&self, height: Height) -> bool {
        self.0.range(..=height.0).next_back().is_some_and(|(_, last)| *last >= height.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    pub(super) fn insert(&mut self, height: Height) {
        if self.contains(height) {
            return;
        }
        let (mut first, mut last) = (height.0, height.0);
        if let Some((before, end)) = self.0.range(..height.0).next_back().map(|(f, l)| (*f, *l))
            && end.checked_add(1) == Some(height.0)
        {
            first = before;
        }
        if let Some(end) = height.0.checked_add(1).and_then(|next| self.0.remove(&next)) {
            last = end;
        }
        self.0.insert(first, last);
    }

    /// Takes all heights of another set over.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        for (first, last) in core::mem::take(&mut other.0) {
            (first..=last).for_each(|height| self.insert(Height(height)));
        }
    }

    pub(super) fn remove(&mut self, height: Height) {
        let Some((first, last)) = self.0.range(..=height.0).next_back().map(|(f, l)| (*f, *l)) else {
            return;
        };
        if last < height.0 {
            return;
        }
        self.0.remove(&first);
        if first < height.0 {
            self.0.insert(first, height.0 - 1);
        }
        if last > height.0 {
            self.0.insert(height.0 + 1, last);
        }
    }

    /// The newest run, cut to at most `most` heights.
    pub(super) fn newest(&self, most: u64) -> Option<(Height, Height)> {
        let (first, last) = self.0.last_key_value()?;
        let from = last.saturating_sub(most.saturating_sub(1)).max(*first);
        Some((Height(from), Height(*last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn ranges_are_a_set(steps in proptest::collection::vec((any::<bool>(), 0u64..40), 0..200)) {
            let (mut ranges, mut set) = (Heights::default(), BTreeSet::new());
            for (insert, at) in steps {
                if insert { ranges.insert(Height(at)); set.insert(at); }
                else { ranges.remove(Height(at)); set.remove(&at); }
                prop_assert_eq!(ranges.len(), set.len() as u64);
                for height in 0..41 {
                    prop_assert_eq!(ranges.contains(Height(height)), set.contains(&height));
                }
                let newest = ranges.newest(3).map(|(_, last)| last.0);
                prop_assert_eq!(newest, set.last().copied());
            }
        }
    }
}
