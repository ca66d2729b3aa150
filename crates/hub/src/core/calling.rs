//! Alarms that nobody answers: they come back to this hub and to its page, and the people of the roster are called.
//!
//! The hub follows every alarm of its patients as workstations do, from the same records. What it says is durable before
//! anybody hears of it; if it stops before that, it says it at the next tick.

use super::{Core, CoreError, queue, settle, take, tip};
use crate::store::alarms::Said;
use crate::store::{self, StoreError, Urgency};
use std::collections::BTreeMap;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::alarm::{
    Act, AlarmId, AlarmLife, Condition, Priority, ReturnCause, Roster, Work, owed, unanswered_since,
};

/// How long the steps of an alarm that is over are kept, in milliseconds: it may come again meanwhile.
const KEEP: i64 = 5 * 60_000;

/// The alarms that are not over, as far as they are known here.
pub(super) struct Calling {
    /// The store knows more than stands here.
    pub(super) is_old: bool,
    alarms: BTreeMap<AlarmId, (PatientId, AlarmLife)>,
    rosters: BTreeMap<PatientId, Roster>,
}

impl Default for Calling {
    fn default() -> Self {
        Self { is_old: true, alarms: BTreeMap::new(), rosters: BTreeMap::new() }
    }
}

/// An alarm that came back to this hub and waits for somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CameBack {
    /// Whose.
    pub patient: PatientId,
    /// How urgent.
    pub priority: Priority,
    /// Since when it calls.
    pub since: UnixMillis,
    /// Why it came back.
    pub cause: ReturnCause,
}

impl Core {
    /// The alarms that came back and that nobody has answered since, the longest first.
    pub fn came_back(&self, now: UnixMillis) -> Vec<CameBack> {
        let waiting = self.calling.alarms.values().filter_map(|(patient, life)| {
            let since = unanswered_since(life, now)?;
            let cause = life.returned()?.cause;
            Some(CameBack { patient: *patient, priority: life.alarm().priority, since, cause })
        });
        let mut waiting: Vec<CameBack> = waiting.collect();
        waiting.sort_by_key(|back| back.since);
        waiting
    }

    /// Says what is owed of alarms that nobody answers. Returns whether something was written.
    pub(super) async fn call(&mut self, now: UnixMillis) -> Result<bool, CoreError> {
        if self.calling.is_old {
            self.read_alarms().await?;
        }
        let mut said = false;
        let alarms: Vec<AlarmId> = self.calling.alarms.keys().copied().collect();
        for alarm in alarms {
            let Some((patient, life)) = self.calling.alarms.get_mut(&alarm) else { continue };
            let patient = *patient;
            life.tick(now);
            if is_settled(life, now) {
                let mut tx = self.store.begin().await?;
                store::alarms::forget(&mut tx, &alarm).await?;
                tx.commit().await.map_err(StoreError::from)?;
                self.calling.alarms.remove(&alarm);
                continue;
            }
            let acts = owed(life, self.calling.rosters.get(&patient), now);
            said |= self.say(&patient, acts, now).await?;
        }
        Ok(said)
    }

    async fn read_alarms(&mut self) -> Result<(), CoreError> {
        let mut tx = self.store.begin().await?;
        let (steps, rosters) = (store::alarms::steps(&mut tx).await?, store::alarms::rosters(&mut tx).await?);
        drop(tx);
        let mut lives: BTreeMap<AlarmId, (PatientId, Option<AlarmLife>)> = BTreeMap::new();
        for step in &steps {
            let Some(alarm) = step.said.alarm() else { continue };
            let (_, life) = lives.entry(alarm).or_insert((step.patient, None));
            AlarmLife::happen(life, step.said.happening(step.author));
        }
        let known = lives.into_iter().filter_map(|(alarm, (patient, life))| Some((alarm, (patient, life?))));
        self.calling =
            Calling { is_old: false, alarms: known.collect(), rosters: rosters.into_iter().collect() };
        Ok(())
    }

    /// Signs the acts, and lets the alarm follow them once they are durable.
    async fn say(&mut self, patient: &PatientId, acts: Vec<Act>, now: UnixMillis) -> Result<bool, CoreError> {
        let Some(bedside) = self.bedsides.get(patient).filter(|_| !acts.is_empty()) else { return Ok(false) };
        let state = self.verifier.state();
        // The key of the epoch in force is being replaced: what is owed is said as soon as it can be sealed.
        let Some((place, keys)) = bedside.place(state, &self.hub, Category::Alarms) else { return Ok(false) };
        let parts = take::Parts { state, hub: &self.hub, seen: tip(&self.verifier), now };
        let mut tx = self.store.begin().await?;
        let author = &mut self.author;
        let stored = async {
            for act in &acts {
                let plain = act.to_bytes();
                let draft = author.draft(&place, &keys, RecordKind::Act, parts.now, parts.seen, &plain)?;
                queue(&mut tx, Urgency::First, &draft).await?;
                store::alarms::keep(&mut tx, patient, parts.hub, &Said::Act(act.clone())).await?;
            }
            Ok(())
        }
        .await;
        settle(tx, &mut self.author, stored).await?;
        for act in acts {
            tracing::warn!(alarm = ?act.alarm(), "nobody answers an alarm: it is told again");
            let Some((_, life)) = act.alarm().and_then(|alarm| self.calling.alarms.get_mut(&alarm)) else {
                continue;
            };
            let _own_alarm = life.apply(self.hub, &act);
        }
        Ok(true)
    }
}

/// Over, and nobody is called to it any more.
fn is_settled(life: &AlarmLife, now: UnixMillis) -> bool {
    let alarm = life.alarm();
    alarm.condition == Condition::Cleared
        && now.since(alarm.told) > KEEP
        && !matches!(life.work(), Work::Snoozed { .. })
        && unanswered_since(life, now).is_none()
}
