//! Which mailed envelopes belong to which grant.
//!
//! An envelope says its generation and its reader, not its patient and category, so several may come into question. The
//! grants root decides: a hub mails in one order, so the same place in each reader's mailbox is tried first, then every
//! combination as far as there are few.

use super::{AuditFinding, AuditProblem, PATIENCE_MILLIS};
use crate::control::Subject;
use crate::verify::VerifiedRecord;
use crate::{Category, Generation, Hash, Height, KeyId, PatientId, UnixMillis, merkle};
use std::collections::BTreeMap;

/// Combinations that are tried for one grant.
const MAX_TRIES: usize = 20_000;

/// A grant of one generation to several readers, in their order.
#[derive(Clone)]
pub(super) struct Grant {
    pub(super) height: Height,
    pub(super) time: UnixMillis,
    pub(super) hub: KeyId,
    pub(super) patient: PatientId,
    pub(super) category: Category,
    pub(super) generation: Generation,
    pub(super) readers: Vec<KeyId>,
    pub(super) root: Hash,
}

/// One mailed envelope that no grant has claimed yet.
#[derive(Clone, Copy)]
struct Mailed {
    height: Height,
    leaf: Option<Hash>,
}

/// Whose mailbox, who mailed, which generation.
type Slot = (KeyId, KeyId, Generation);

/// All grants and all envelopes.
#[derive(Clone, Default)]
pub(super) struct Envelopes {
    grants: Vec<Grant>,
    mailed: BTreeMap<Slot, Vec<Mailed>>,
}

impl Envelopes {
    pub(super) fn granted(&mut self, grant: Grant) {
        self.grants.push(grant);
    }

    pub(super) fn mailed(&mut self, record: &VerifiedRecord, leaf: Option<Hash>) {
        if let Subject::Mailbox(reader) = record.subject() {
            let slot = (reader, record.author(), Generation(record.header().epoch.0));
            self.mailed.entry(slot).or_default().push(Mailed { height: record.height(), leaf });
        }
    }

    /// Gives every grant its envelopes and says what is left over on either side. Returns how many grants could only
    /// be counted.
    pub(super) fn compare(&mut self, now: UnixMillis, findings: &mut Vec<AuditFinding>) -> u64 {
        let grants = std::mem::take(&mut self.grants);
        let unmatched: Vec<Grant> = grants.into_iter().filter(|grant| !self.claim(grant)).collect();
        let mut unseen = 0u64;
        for grant in &unmatched {
            unseen = unseen.saturating_add(u64::from(self.take_any(grant, now, findings)));
        }
        for ((key, _, generation), left) in std::mem::take(&mut self.mailed) {
            findings.extend(left.iter().map(|mailed| AuditFinding {
                height: mailed.height,
                key,
                about: None,
                generation,
                problem: AuditProblem::EnvelopeUnasked,
            }));
        }
        unseen
    }

    /// Takes the envelopes that the grants root commits to. Returns whether they were found.
    fn claim(&mut self, grant: &Grant) -> bool {
        let slots: Vec<Slot> =
            grant.readers.iter().map(|reader| (*reader, grant.hub, grant.generation)).collect();
        let boxes: Vec<&[Mailed]> =
            slots.iter().map(|slot| self.mailed.get(slot).map(Vec::as_slice).unwrap_or_default()).collect();
        let Some(chosen) = choices(&boxes).find(|chosen| fits(&boxes, chosen, &grant.root)) else {
            return false;
        };
        for (slot, place) in slots.iter().zip(chosen) {
            if let Some(left) = self.mailed.get_mut(slot).filter(|left| place < left.len()) {
                left.remove(place);
            }
        }
        true
    }

    /// Takes the oldest envelope of each reader for a grant whose root none of them fits. Returns whether that is
    /// because an envelope is not in the file.
    fn take_any(&mut self, grant: &Grant, now: UnixMillis, findings: &mut Vec<AuditFinding>) -> bool {
        let mut taken = Vec::with_capacity(grant.readers.len());
        for reader in &grant.readers {
            let left = self.mailed.get_mut(&(*reader, grant.hub, grant.generation));
            taken.push((*reader, left.filter(|left| !left.is_empty()).map(|left| left.remove(0))));
        }
        let is_unseen = taken.iter().any(|(_, mailed)| mailed.is_some_and(|mailed| mailed.leaf.is_none()));
        let all_came = taken.iter().all(|(_, mailed)| mailed.is_some());
        let is_overdue = now.since(grant.time) > PATIENCE_MILLIS;
        for (key, mailed) in taken {
            let problem = match mailed {
                None if is_overdue => AuditProblem::EnvelopeMissing,
                // Where one is missing, nothing can be said of the root over all.
                Some(_) if all_came && !is_unseen => AuditProblem::EnvelopeOther,
                None | Some(_) => continue,
            };
            let (height, about) = (grant.height, Some((grant.patient, grant.category)));
            findings.push(AuditFinding { height, key, about, generation: grant.generation, problem });
        }
        is_unseen
    }
}

/// Places in the readers' mailboxes: the same in each first, then every combination as far as there are few.
fn choices<'a>(boxes: &'a [&'a [Mailed]]) -> impl Iterator<Item = Vec<usize>> + 'a {
    let shortest = boxes.iter().map(|mailed| mailed.len()).min().unwrap_or(0);
    let same = (0..shortest).map(|place| vec![place; boxes.len()]);
    let count = boxes.iter().try_fold(1usize, |count, mailed| count.checked_mul(mailed.len()));
    let count = count.filter(|count| *count <= MAX_TRIES).unwrap_or(0);
    let all = (0..count).map(|number| {
        let mut rest = number;
        boxes
            .iter()
            .map(|mailed| {
                let place = rest.checked_rem(mailed.len()).unwrap_or(0);
                rest = rest.checked_div(mailed.len()).unwrap_or(0);
                place
            })
            .collect()
    });
    // A grant to nobody has the root of nothing, and nothing to look for.
    let none = boxes.is_empty().then(Vec::new);
    none.into_iter().chain(same).chain(all)
}

fn fits(boxes: &[&[Mailed]], chosen: &[usize], root: &Hash) -> bool {
    let leaves: Option<Vec<Hash>> =
        boxes.iter().zip(chosen).map(|(mailed, place)| mailed.get(*place)?.leaf).collect();
    leaves.is_some_and(|leaves| merkle::root(&leaves) == *root)
}
