//! What one workstation lets be heard of all its alarms, and for how long its sound is paused.
//!
//! A pause belongs to the workstation, not to an alarm, and covers what sounds when it begins and what comes later and
//! is not more urgent. A new high alarm always breaks through. It is kept in memory: after a restart sound is back.

use std::collections::BTreeMap;

use wl_ledger::UnixMillis;

use super::{AUDIO_PAUSE, AlarmId, AlarmLife, Priority};

/// A pause that goes on.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Pause {
    until: UnixMillis,
    /// What it began over, with its priority, its episode and how often it had come back to the hub at that time.
    covered: BTreeMap<AlarmId, (Priority, u32, u32)>,
    /// The most urgent of them.
    highest: Option<Priority>,
}

/// The sound of one workstation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Annunciator {
    pause: Option<Pause>,
}

impl Annunciator {
    /// Pauses sound for [`AUDIO_PAUSE`], over what sounds now. Returns when it ends.
    pub fn pause<'a>(
        &mut self,
        alarms: impl IntoIterator<Item = &'a AlarmLife>,
        now: UnixMillis,
    ) -> UnixMillis {
        let sounding = alarms.into_iter().filter(|life| life.is_sounding());
        let state = |life: &AlarmLife| (life.alarm().priority, life.alarm().episodes, life.returns());
        let covered: BTreeMap<_, _> = sounding.map(|life| (life.alarm().id, state(life))).collect();
        let highest = covered.values().map(|(priority, _, _)| *priority).max();
        let until = now.plus(AUDIO_PAUSE);
        self.pause = Some(Pause { until, covered, highest });
        until
    }

    /// Ends the pause.
    pub fn resume(&mut self) {
        self.pause = None;
    }

    /// Until when sound is paused; none while it is not.
    pub fn paused_until(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.pause.as_ref().map(|pause| pause.until).filter(|until| now < *until)
    }

    /// Whether an alarm is to be heard here now.
    pub fn is_audible(&self, life: &AlarmLife, now: UnixMillis) -> bool {
        life.is_sounding() && !self.covers(life, now)
    }

    /// Whether the pause covers an alarm.
    pub fn covers(&self, life: &AlarmLife, now: UnixMillis) -> bool {
        let Some(pause) = self.pause.as_ref().filter(|pause| now < pause.until) else { return false };
        let alarm = life.alarm();
        match pause.covered.get(&alarm.id) {
            // It rose, or a high one came again or back to the hub: that is news.
            Some((priority, episode, returns)) => {
                let same = alarm.episodes <= *episode && life.returns() <= *returns;
                alarm.priority <= *priority && (alarm.priority < Priority::High || same)
            }
            None => {
                alarm.priority < Priority::High
                    && pause.highest.is_some_and(|highest| alarm.priority <= highest)
            }
        }
    }

    /// The one alarm that sounds: the most urgent, the newest among equals. A low one sounds only if it is alone.
    pub fn loudest<'a>(
        &self,
        alarms: impl IntoIterator<Item = &'a AlarmLife>,
        now: UnixMillis,
    ) -> Option<AlarmId> {
        super::loudest(alarms.into_iter().filter(|life| self.is_audible(life, now)))
    }
}
