//! Blocks whose entries are not those of their header, or that colluders ordered against the rules.

use wl_ledger::block::{Entry, entries_root};
use wl_ledger::verify::VerifyError;

use super::controls::height;
use super::{Attack, Choices, Make, Mutant};
use crate::build::Chain;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("entries: bit flip", bit_flip),
    ("entries: one dropped", dropped),
    ("entries: one repeated", repeated),
    ("entries: two swapped", swapped),
    ("entries: of another block", other_block),
    ("entries: one in the other lane", other_lane),
    ("entries: one replaced by its leaf hash", leaf_for_node),
    ("entries: last repeated in place of another", replaced_by_last),
    ("lane order: record before control", lane_order),
    ("lane: other controls than the block's", other_controls),
];

fn mutant(at: usize, entries: Vec<Entry>, expected: VerifyError) -> Option<Mutant> {
    Some(Mutant { attack: Attack::Entries(at, entries), expected })
}

fn root(at: usize) -> VerifyError {
    VerifyError::EntriesRoot { height: height(at) }
}

fn count(chain: &Chain, at: usize, got: usize) -> VerifyError {
    VerifyError::EntryCount { height: height(at), signed: chain.headers[at].entries, got }
}

fn some(chain: &Chain, choices: &mut Choices<'_>) -> Option<(usize, Vec<Entry>, usize)> {
    let at = choices.below(chain.len())?;
    let entries = chain.block(at).entries.clone();
    let index = choices.below(entries.len())?;
    Some((at, entries, index))
}

fn bit_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    let (Entry::Control(bytes) | Entry::Record(bytes)) = &mut entries[index];
    choices.flip(bytes)?;
    mutant(at, entries, root(at))
}

fn dropped(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    entries.remove(index);
    let error = count(chain, at, entries.len());
    mutant(at, entries, error)
}

fn repeated(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    entries.push(entries[index].clone());
    let error = count(chain, at, entries.len());
    mutant(at, entries, error)
}

fn swapped(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    let other = choices.below(entries.len())?;
    entries.swap(index, other);
    (index != other).then(|| mutant(at, entries, root(at)))?
}

fn other_block(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, other) = (choices.below(chain.len())?, choices.below(chain.len())?);
    let entries = chain.block(other).entries.clone();
    let same_count = u32::try_from(entries.len()) == Ok(chain.headers[at].entries);
    let error = if same_count { root(at) } else { count(chain, at, entries.len()) };
    (at != other).then(|| mutant(at, entries, error))?
}

fn other_lane(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    entries[index] = match entries[index].clone() {
        Entry::Control(bytes) => Entry::Record(bytes),
        Entry::Record(bytes) => Entry::Control(bytes),
    };
    mutant(at, entries, root(at))
}

/// An inner hash in place of an entry: leaves and nodes are hashed apart.
fn leaf_for_node(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    entries[index] = Entry::Record(entries[index].leaf().as_bytes().to_vec());
    mutant(at, entries, root(at))
}

fn replaced_by_last(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, mut entries, index) = some(chain, choices)?;
    let last = entries.len() - 1;
    entries[index] = entries[last].clone();
    (index != last).then(|| mutant(at, entries, root(at)))?
}

fn lane_order(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let mixed: Vec<usize> = (0..chain.len())
        .filter(|at| {
            let controls = chain.lane[*at].controls.len();
            controls > 0 && controls < chain.block(*at).entries.len()
        })
        .collect();
    let at = *choices.one(&mixed)?;
    let mut entries = chain.block(at).entries.clone();
    let controls = chain.lane[at].controls.len();
    let record = controls + choices.below(entries.len() - controls)?;
    entries.swap(choices.below(controls)?, record);
    let item = chain.reforge(at, |header| header.entries_root = entries_root(&entries));
    let expected = VerifyError::LaneOrder { height: height(at) };
    Some(Mutant { attack: Attack::ForgedEntries(at, item, entries), expected })
}

/// Colluders let clients replay one set of controls and certify another in the block.
fn other_controls(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut entries = chain.block(at).entries.clone();
    let from = choices.below(chain.len())?;
    let hidden = choices.one(&chain.lane[from].controls)?.to_vec();
    entries.insert(0, Entry::Control(hidden));
    let item = chain.reforge(at, |header| {
        header.entries = u32::try_from(entries.len()).unwrap();
        header.entries_root = entries_root(&entries);
    });
    let expected = VerifyError::StateRoot { height: height(at) };
    Some(Mutant { attack: Attack::ForgedEntries(at, item, entries), expected })
}
