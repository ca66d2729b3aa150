//! The watch over one patient as records tell it: limits that people signed, what the hub carried out, and standby.
//! The hub's word decides what is in force; a change that it has not carried out is shown as waiting.

use std::collections::BTreeMap;
use wl_ledger::{Hash, Height, KeyId, UnixMillis};
use wl_vitals::alarm::{Act, AlarmEvent, Carried, DeclineReason, Declined, Roster, StandbyOrder};
use wl_vitals::limits::{LimitChange, LimitSet, LimitsRecord, adult};
use wl_vitals::news2::Scale;

/// A change of limits as somebody signed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedChange {
    /// Hash of its record.
    pub record: Hash,
    /// Who signed it.
    pub by: KeyId,
    /// What they want.
    pub change: LimitChange,
    /// Who signed second.
    pub second: Option<KeyId>,
    /// When the hub put it in force.
    pub carried: Option<UnixMillis>,
    /// Why the hub did not.
    pub declined: Option<DeclineReason>,
    order: (Height, u32),
    input: Option<u64>,
}

/// What is known of one patient's watch.
#[derive(Default)]
pub struct Watch {
    changes: BTreeMap<Hash, SignedChange>,
    confirmations: BTreeMap<Hash, KeyId>,
    carried: BTreeMap<Hash, Carried>,
    declined: BTreeMap<Hash, DeclineReason>,
    standbys: BTreeMap<Hash, (KeyId, Act)>,
    rosters: BTreeMap<(Height, u32), (Hash, KeyId, Roster)>,
    resumed: Option<UnixMillis>,
}

/// One record about the watch, from the ledger or from the store.
pub struct Told<'a> {
    /// Hash of its record.
    pub record: Hash,
    /// Who signed it.
    pub by: KeyId,
    /// Its place in the chain.
    pub order: (Height, u32),
    /// What it holds.
    pub what: About<'a>,
}

/// What a record about the watch holds.
pub enum About<'a> {
    /// Limits or a second signature.
    Limits(&'a LimitsRecord),
    /// A standby.
    Act(&'a Act),
    /// The hub's word.
    Event(&'a AlarmEvent),
}

/// The limits of every patient for whom none were signed.
pub(crate) fn ward_limits() -> LimitSet {
    adult(Scale::One)
}

/// Whether two keys are of two persons.
pub(crate) fn is_another(state: &wl_ledger::state::State, first: &KeyId, second: &KeyId) -> bool {
    let persons = (state.person_of(first), state.person_of(second));
    matches!(persons, (Some(first), Some(second)) if first != second)
}

impl Watch {
    /// Takes a record in, in any order.
    pub fn take(&mut self, told: &Told<'_>) {
        match told.what {
            About::Limits(LimitsRecord::Set(change)) => {
                self.changes.entry(told.record).or_insert_with(|| SignedChange {
                    record: told.record,
                    by: told.by,
                    change: change.clone(),
                    second: None,
                    carried: None,
                    declined: None,
                    order: told.order,
                    input: None,
                });
            }
            About::Limits(LimitsRecord::Confirm(confirmation)) => {
                self.confirmations.entry(confirmation.record).or_insert(told.by);
            }
            About::Act(act @ (Act::StandbyBegan(_) | Act::StandbyEnded(_))) => {
                self.standbys.insert(told.record, (told.by, act.clone()));
            }
            About::Act(Act::Named(roster)) => {
                self.rosters.insert(told.order, (told.record, told.by, roster.clone()));
            }
            About::Event(AlarmEvent::Carried(carried)) => {
                self.carried.insert(carried.record, *carried);
            }
            About::Event(AlarmEvent::Declined(Declined { record, why, .. })) => {
                self.declined.insert(*record, *why);
            }
            About::Event(AlarmEvent::Resumed(resumed)) => {
                self.resumed = self.resumed.max(Some(resumed.at));
            }
            About::Act(_) | About::Event(_) => {}
        }
    }

    /// Every change, newest first, each with what became of it.
    pub fn history(&self) -> Vec<SignedChange> {
        let mut all: Vec<_> = self.changes.values().cloned().map(|change| self.settle(change)).collect();
        all.sort_by_key(|change| core::cmp::Reverse(change.order));
        all
    }

    fn settle(&self, mut change: SignedChange) -> SignedChange {
        let carried = self.carried.get(&change.record);
        change.carried = carried.map(|carried| carried.at);
        change.input = carried.map(|carried| carried.input);
        change.second = self.confirmations.get(&change.record).copied();
        change.declined = self.declined.get(&change.record).copied().filter(|_| carried.is_none());
        change
    }

    /// The change that is in force; none while the ward's defaults are.
    pub fn in_force(&self) -> Option<SignedChange> {
        let all = self.changes.values().cloned().map(|change| self.settle(change));
        all.filter(|change| change.carried.is_some()).max_by_key(|change| change.input)
    }

    /// The limits the hub judges by.
    pub fn limits(&self) -> LimitSet {
        self.in_force().map_or_else(ward_limits, |change| change.change.limits)
    }

    /// The limits as the hub judged by them, oldest first, each from its time until that of the next.
    pub fn limits_over_time(&self) -> Vec<(UnixMillis, LimitSet)> {
        let all = self.changes.values().cloned().map(|change| self.settle(change));
        let mut carried: Vec<_> = all.filter(|change| change.carried.is_some()).collect();
        carried.sort_by_key(|change| change.input);
        let begin = (UnixMillis(i64::MIN), ward_limits());
        let changes = carried.into_iter().filter_map(|change| Some((change.carried?, change.change.limits)));
        core::iter::once(begin).chain(changes).collect()
    }

    /// Stretches of time in which the watch was on standby, as far as the hub has begun them.
    pub fn standbys(&self) -> Vec<(UnixMillis, UnixMillis)> {
        let mut turns: Vec<_> = self
            .standbys
            .iter()
            .filter_map(|(record, (_, act))| {
                self.carried.get(record).map(|carried| (carried.input, carried.at, act))
            })
            .collect();
        turns.sort_by_key(|(input, _, _)| *input);
        let ends = turns.iter().skip(1).map(|(_, at, _)| Some(*at)).chain([None]);
        let stretches = turns.iter().zip(ends).filter_map(|((_, at, act), next)| {
            let Act::StandbyBegan(order) = act else { return None };
            let resumed = self.resumed.filter(|resumed| resumed >= at);
            let end = [next, resumed].into_iter().flatten().fold(order.until, UnixMillis::min);
            Some((*at, end))
        });
        stretches.collect()
    }

    /// The changes that wait for a second signature. One that was put in force later settles those before it.
    pub fn awaiting(&self) -> Vec<SignedChange> {
        let since = self.in_force().map(|change| change.order);
        let waiting = |change: &SignedChange| {
            change.declined == Some(DeclineReason::NeedsSecond) && Some(change.order) > since
        };
        self.history().into_iter().filter(waiting).collect()
    }

    /// Who is called when nobody answers, and who signed that: the newest roster that the hub did not refuse.
    pub fn roster(&self) -> Option<(KeyId, &Roster)> {
        let accepted = |(record, _, _): &&(Hash, KeyId, Roster)| !self.declined.contains_key(record);
        self.rosters.values().rev().find(accepted).map(|(_, by, roster)| (*by, roster))
    }

    /// The standby that goes on, with who ordered it.
    pub fn standby(&self, now: UnixMillis) -> Option<(KeyId, StandbyOrder)> {
        let carried = |record: &Hash| self.carried.get(record).map(|carried| carried.input);
        let newest = self
            .standbys
            .iter()
            .filter_map(|(record, act)| Some((carried(record)?, self.carried.get(record)?.at, act)))
            .max_by_key(|(input, _, _)| *input)?;
        let (_, at, (by, Act::StandbyBegan(order))) = newest else { return None };
        (now < order.until && self.resumed.is_none_or(|resumed| resumed < at)).then_some((*by, *order))
    }
}
