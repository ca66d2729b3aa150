//! Telling apart rows of the same code in one message: two temperatures differ in OBX-4 alone.

use std::collections::{BTreeMap, BTreeSet};

use wl_ledger::UnixMillis;
use wl_vitals::Code;

/// OBX-4, ordered by its numbers: `1.10.1.1` comes after `1.2.1.1`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Containment {
    numbers: Vec<u64>,
    text: String,
}

impl Containment {
    /// Longest OBX-4 looked at, in numbers; what follows still counts as text.
    const DEPTH: usize = 16;

    pub(super) fn read(text: &str) -> Self {
        let number = |part: &str| part.trim().parse().unwrap_or(u64::MAX);
        Self { numbers: text.split('.').take(Self::DEPTH).map(number).collect(), text: text.to_owned() }
    }

    /// Whether it names a container: its last number is 0.
    pub(super) fn is_container(&self) -> bool {
        self.numbers.len() > 1 && self.numbers.last() == Some(&0)
    }

    /// Whether this row describes `other`: the same place, or one level below it.
    pub(super) fn is_facet_of(&self, other: &Self) -> bool {
        let below = self.text.rsplit_once('.').is_some_and(|(parent, _)| parent == other.text);
        self.text == other.text || below
    }
}

/// What decides the channel of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Slot {
    pub(super) code: Code,
    pub(super) containment: Containment,
    pub(super) taken: UnixMillis,
}

/// The channel of every slot, in order, `None` beyond the 256th. Rows of one code at one place and different times are
/// one channel (a series in one message); rows that agree in place and time are told apart by their order.
pub(super) fn allot(slots: &[Slot]) -> Vec<Option<u8>> {
    let mut seen: BTreeMap<(Code, &Containment, UnixMillis), usize> = BTreeMap::new();
    let places: Vec<(Code, &Containment, usize)> = slots
        .iter()
        .map(|slot| {
            let count = seen.entry((slot.code, &slot.containment, slot.taken)).or_default();
            let repeat = *count;
            *count = repeat.saturating_add(1);
            (slot.code, &slot.containment, repeat)
        })
        .collect();
    let mut ranks: BTreeMap<(Code, &Containment, usize), usize> = BTreeMap::new();
    let mut next: BTreeMap<Code, usize> = BTreeMap::new();
    for place in places.iter().copied().collect::<BTreeSet<_>>() {
        let rank = next.entry(place.0).or_default();
        ranks.insert(place, *rank);
        *rank = rank.saturating_add(1);
    }
    places.iter().map(|place| ranks.get(place).and_then(|rank| u8::try_from(*rank).ok())).collect()
}
