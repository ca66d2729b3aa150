//! One episode: the step machine of a single condition, from crossing a limit over delay and hysteresis to its end.

use minicbor::{Decode, Encode};
use wl_ledger::UnixMillis;

use super::{Alarm, AlarmEvent, AlarmId, Condition, Priority, Subject};
use crate::reading::{Decimal, Unit};

/// A condition that comes again within so many milliseconds of its end is the same episode.
pub(super) const REOPEN: i64 = 60_000;

/// What one observation says about the condition.
#[derive(Clone, Copy)]
pub(super) enum Verdict {
    /// Beyond a limit.
    Beyond(Beyond),
    /// Neither beyond a limit nor back by the hysteresis; or it cannot be told.
    Near,
    /// Normal.
    Clear,
}

/// A crossing as observed.
#[derive(Clone, Copy)]
pub(super) struct Beyond {
    /// Of the limit that was crossed.
    pub(super) priority: Priority,
    /// That limit, with value and unit; none for technical conditions.
    pub(super) measure: Option<Measure>,
    /// No delay applies (asystole).
    pub(super) at_once: bool,
}

/// A value against its limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub(super) struct Measure {
    #[n(0)]
    pub(super) value: Decimal,
    #[n(1)]
    pub(super) limit: Decimal,
    #[n(2)]
    pub(super) unit: Unit,
}

/// The times and counts of a rule.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// How long a crossing below high priority must last, in milliseconds.
    pub(super) delay: i64,
    /// How long a crossing of the red limit must last.
    pub(super) red_delay: i64,
    /// How long it must be normal to clear.
    pub(super) clear_after: i64,
    /// How many readings in a row must be beyond.
    pub(super) readings: u8,
    /// By how much the worst value must move to be told again.
    pub(super) step: Decimal,
}

/// When an observation was made, on the three clocks that matter.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    /// By the device, as recorded.
    pub(super) taken: UnixMillis,
    /// The same on the hub's time line: delays are measured here, so that a device clock that is off cannot bend them.
    pub(super) at: UnixMillis,
    /// The hub's clock.
    pub(super) now: UnixMillis,
}

/// A limit crossed and not yet back.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
struct Crossing {
    #[n(0)]
    since: UnixMillis,
    #[n(1)]
    first_taken: UnixMillis,
    #[n(2)]
    red_since: Option<UnixMillis>,
    #[n(3)]
    priority: Priority,
    #[n(4)]
    measure: Option<Measure>,
    #[n(5)]
    worst: Option<Measure>,
    #[n(6)]
    at_once: bool,
    #[n(7)]
    readings: u8,
    #[n(8)]
    last_taken: UnixMillis,
}

/// The state of one condition.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub(super) struct Episode {
    #[n(0)]
    crossing: Option<Crossing>,
    #[n(1)]
    normal_since: Option<UnixMillis>,
    #[n(2)]
    alarm: Option<Alarm>,
    #[n(3)]
    told: Option<Decimal>,
}

impl Episode {
    /// The alarm, active, inhibited or just over.
    pub(super) fn alarm(&self) -> Option<&Alarm> {
        self.alarm.as_ref()
    }

    /// Whether there is an alarm whose condition is not over.
    pub(super) fn is_open(&self) -> bool {
        self.alarm.as_ref().is_some_and(|alarm| alarm.condition != Condition::Cleared)
    }

    /// Takes an observation in and says what follows from it at once.
    pub(super) fn observe(
        &mut self,
        subject: &Subject,
        rule: &Rule,
        moment: Moment,
        verdict: Verdict,
        out: &mut Vec<AlarmEvent>,
    ) {
        match verdict {
            Verdict::Beyond(beyond) => {
                self.normal_since = None;
                self.cross(subject, beyond, moment);
            }
            Verdict::Near => {
                self.normal_since = None;
                self.crossing = None;
            }
            Verdict::Clear => {
                self.crossing = None;
                if self.is_open() {
                    self.normal_since.get_or_insert(moment.at);
                }
            }
        }
        self.settle(subject, rule, moment.at, moment.now, out);
    }

    fn cross(&mut self, subject: &Subject, beyond: Beyond, moment: Moment) {
        let red = beyond.priority == Priority::High;
        let crossing = self.crossing.get_or_insert_with(|| Crossing {
            since: moment.at,
            first_taken: moment.taken,
            red_since: None,
            priority: beyond.priority,
            measure: beyond.measure,
            worst: beyond.measure,
            at_once: false,
            readings: 0,
            last_taken: moment.taken.plus(-1),
        });
        crossing.red_since = if red { crossing.red_since.or(Some(moment.at)) } else { None };
        crossing.priority = beyond.priority;
        crossing.measure = beyond.measure;
        crossing.at_once = beyond.at_once;
        crossing.worst = worse(subject, crossing.worst, beyond.measure);
        if moment.taken != crossing.last_taken {
            crossing.readings = crossing.readings.saturating_add(1);
            crossing.last_taken = moment.taken;
        }
    }

    /// Lets time pass up to `at`: raises what has lasted its delay, clears what has been normal for long enough.
    pub(super) fn settle(
        &mut self,
        subject: &Subject,
        rule: &Rule,
        at: UnixMillis,
        now: UnixMillis,
        out: &mut Vec<AlarmEvent>,
    ) {
        if let Some(crossing) = self.crossing.clone()
            && let Some(priority) = crossing.due(rule, at)
        {
            self.raise(subject, rule, &crossing, priority, now, out);
        }
        if let Some(since) = self.normal_since
            && at.since(since) >= rule.clear_after
        {
            self.end(now, out);
        }
    }

    fn raise(
        &mut self,
        subject: &Subject,
        rule: &Rule,
        crossing: &Crossing,
        priority: Priority,
        now: UnixMillis,
        out: &mut Vec<AlarmEvent>,
    ) {
        let worst = crossing.worst.map(|measure| measure.value);
        let event = match self.alarm.take() {
            Some(alarm) if alarm.condition == Condition::Active => {
                self.follow(alarm, subject, rule, crossing, priority, now)
            }
            Some(alarm) if alarm.may_reopen(crossing.since) => {
                let alarm = Alarm {
                    priority: priority.max(alarm.priority),
                    condition: Condition::Active,
                    limit: crossing.measure.map(|measure| measure.limit),
                    worst: worse_value(subject, alarm.worst, worst),
                    cleared: None,
                    episodes: alarm.episodes.saturating_add(1),
                    told: now,
                    ..alarm
                };
                self.told = alarm.worst;
                self.alarm = Some(alarm.clone());
                Some(AlarmEvent::Reopened(alarm))
            }
            Some(_) | None => {
                let alarm = Alarm {
                    id: AlarmId::derive(subject, now),
                    subject: *subject,
                    priority,
                    condition: Condition::Active,
                    limit: crossing.measure.map(|measure| measure.limit),
                    worst,
                    unit: crossing.measure.map(|measure| measure.unit),
                    first_crossed: crossing.first_taken,
                    raised: now,
                    cleared: None,
                    episodes: 1,
                    told: now,
                };
                self.told = worst;
                self.alarm = Some(alarm.clone());
                Some(AlarmEvent::Raised(alarm))
            }
        };
        out.extend(event);
    }

    /// An alarm that goes on: its priority may rise and its worst value may move, never the other way.
    fn follow(
        &mut self,
        mut alarm: Alarm,
        subject: &Subject,
        rule: &Rule,
        crossing: &Crossing,
        priority: Priority,
        now: UnixMillis,
    ) -> Option<AlarmEvent> {
        let worst = crossing.worst.map(|measure| measure.value);
        alarm.worst = worse_value(subject, alarm.worst, worst);
        let escalated = priority > alarm.priority;
        if escalated {
            alarm.priority = priority;
            alarm.limit = crossing.measure.map(|measure| measure.limit);
        }
        let worsened = match (self.told, alarm.worst) {
            (Some(told), Some(worst)) => {
                (worst.billionths() - told.billionths()).abs() >= rule.step.billionths().max(1)
            }
            (None, Some(_)) => true,
            (_, None) => false,
        };
        if escalated || worsened {
            self.told = alarm.worst;
            alarm.told = now;
        }
        self.alarm = Some(alarm.clone());
        match (escalated, worsened) {
            (true, _) => Some(AlarmEvent::Escalated(alarm)),
            (false, true) => Some(AlarmEvent::Worsened(alarm)),
            (false, false) => None,
        }
    }

    /// Ends the condition.
    pub(super) fn end(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        self.normal_since = None;
        self.crossing = None;
        if let Some(alarm) = self.alarm.as_mut()
            && alarm.condition != Condition::Cleared
        {
            alarm.condition = Condition::Cleared;
            alarm.cleared = Some(now);
            alarm.told = now;
            out.push(AlarmEvent::Cleared(alarm.clone()));
        }
    }

    /// Drops a crossing that has not lasted long enough yet.
    pub(super) fn hold_off(&mut self) {
        self.crossing = None;
        self.normal_since = None;
    }

    /// The condition can no longer be judged.
    pub(super) fn inhibit(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        self.normal_since = None;
        self.crossing = None;
        if let Some(alarm) = self.alarm.as_mut()
            && alarm.condition == Condition::Active
        {
            alarm.condition = Condition::Inhibited;
            alarm.told = now;
            out.push(AlarmEvent::Inhibited(alarm.clone()));
        }
    }
}

impl Crossing {
    /// The priority it has earned by `at`, if any. Each limit has its delay from its own crossing; a value beyond the
    /// red limit shortens the wait to the red delay.
    fn due(&self, rule: &Rule, at: UnixMillis) -> Option<Priority> {
        if self.at_once {
            return Some(self.priority);
        }
        let red = self.red_since.is_some_and(|since| at.since(since) >= rule.red_delay);
        let waited = match self.red_since {
            Some(_) => rule.delay.min(rule.red_delay),
            None => rule.delay,
        };
        if self.readings < rule.readings || (at.since(self.since) < waited && !red) {
            return None;
        }
        Some(match self.priority {
            Priority::High if red => Priority::High,
            Priority::High => Priority::Medium,
            lesser @ (Priority::Medium | Priority::Low) => lesser,
        })
    }
}

impl Alarm {
    fn may_reopen(&self, crossed: UnixMillis) -> bool {
        match (self.condition, self.cleared) {
            (Condition::Inhibited, _) => true,
            (Condition::Cleared, Some(cleared)) => crossed.since(cleared) <= REOPEN,
            (Condition::Active, _) | (Condition::Cleared, None) => false,
        }
    }
}

fn worse(subject: &Subject, a: Option<Measure>, b: Option<Measure>) -> Option<Measure> {
    match (subject.direction, a, b) {
        (Some(direction), Some(a), Some(b)) => Some(if direction.is_worse(b.value, a.value) { b } else { a }),
        (_, a, b) => a.or(b),
    }
}

fn worse_value(subject: &Subject, a: Option<Decimal>, b: Option<Decimal>) -> Option<Decimal> {
    match (subject.direction, a, b) {
        (Some(direction), Some(a), Some(b)) => Some(if direction.is_worse(b, a) { b } else { a }),
        (_, a, b) => a.or(b),
    }
}
