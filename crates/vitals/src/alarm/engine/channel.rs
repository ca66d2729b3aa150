//! One channel of one parameter: its limits on both sides and its technical conditions.

use minicbor::{Decode, Encode};
use wl_ledger::UnixMillis;

use super::super::episode::{Beyond, Episode, Measure, Moment, Rule, Verdict};
use super::super::{AlarmEvent, BackfillNote, Kind, Priority, Subject};
use super::Settings;
use crate::codes::{Cadence, Parameter};
use crate::limits::{Direction, LimitSet, Limits};
use crate::news2::{Breathing, Input};
use crate::reading::{Code, Decimal, Quality, Reading, Unit};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// What is known of the sensor beside the channel itself.
#[derive(Clone, Copy)]
pub(super) struct Absence {
    /// Another channel of the sensor tells already that it gives nothing: one cause, one alarm.
    pub(super) told: bool,
}

/// The state of one channel.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub(super) struct Channel {
    /// When a usable value or a "no value" last arrived, by the hub's clock.
    #[n(0)]
    heard: Option<UnixMillis>,
    /// The unit of the last usable value; none until there was one.
    #[n(1)]
    unit: Option<Unit>,
    #[n(2)]
    off: bool,
    #[n(3)]
    low: Episode,
    #[n(4)]
    high: Episode,
    #[n(5)]
    probe: Episode,
    #[n(6)]
    lost: Episode,
    /// What the last reading of the past was beyond, below and above: only a change is noted.
    #[n(7)]
    past_low: Option<Priority>,
    #[n(8)]
    past_high: Option<Priority>,
}

impl Channel {
    /// All four conditions.
    pub(super) fn episodes(&self) -> [&Episode; 4] {
        [&self.low, &self.high, &self.probe, &self.lost]
    }

    /// Takes a live reading in.
    pub(super) fn take(
        &mut self,
        reading: &Reading,
        row: Option<&Limits>,
        oxygen: Input<Breathing>,
        absence: Absence,
        subject: &Subject,
        moment: Moment,
        out: &mut Vec<AlarmEvent>,
    ) {
        match reading.quality {
            // An impossible value says nothing about the patient, and nothing about the probe either.
            Quality::Invalid => {}
            Quality::Unavailable => self.take_absence(absence, subject, moment, out),
            Quality::Good | Quality::Questionable | Quality::Demo => {
                let Some(value) = reading.usable() else { return };
                self.heard = Some(moment.now);
                self.unit = Some(reading.unit);
                self.off = false;
                let technical = |kind| Subject { kind, direction: None, ..*subject };
                self.probe.observe(&technical(Kind::ProbeOff), &AT_ONCE, moment, Verdict::Clear, out);
                self.lost.observe(&technical(Kind::NoData), &AT_ONCE, moment, Verdict::Clear, out);
                let Some(row) = row else { return };
                for direction in Direction::BOTH {
                    let verdict = judge(row, direction, value, oxygen);
                    let subject = physiological(subject, direction);
                    self.side(direction).observe(&subject, &rule(row, direction), moment, verdict, out);
                }
            }
        }
    }

    /// The device says there is no value. That is an alarm only where there was one before: a lead that was never
    /// attached is not "off".
    fn take_absence(
        &mut self,
        absence: Absence,
        subject: &Subject,
        moment: Moment,
        out: &mut Vec<AlarmEvent>,
    ) {
        if self.unit.is_none() {
            return;
        }
        self.heard = Some(moment.now);
        self.off = true;
        self.low.inhibit(moment.now, out);
        self.high.inhibit(moment.now, out);
        if absence.told {
            return self.end_technical(moment.now, out);
        }
        let lost = Subject { kind: Kind::NoData, direction: None, ..*subject };
        self.lost.observe(&lost, &AT_ONCE, moment, Verdict::Clear, out);
        let probe = Subject { kind: Kind::ProbeOff, direction: None, ..*subject };
        self.probe.observe(&probe, &AT_ONCE, moment, technical(Priority::Low), out);
    }

    /// Lets time pass.
    pub(super) fn pass(
        &mut self,
        settings: &Settings,
        absence: Absence,
        subject: &Subject,
        now: UnixMillis,
        out: &mut Vec<AlarmEvent>,
    ) {
        let (Some(heard), Some(unit)) = (self.heard, self.unit) else { return };
        let Some(parameter) = Parameter::from_code(subject.code) else { return };
        if self.off {
            return;
        }
        if let Some(priority) = loss(parameter, settings.interval, now.since(heard)) {
            self.low.inhibit(now, out);
            self.high.inhibit(now, out);
            if absence.told {
                return self.end_technical(now, out);
            }
            let moment = Moment { taken: heard, at: now, now };
            let lost = Subject { kind: Kind::NoData, direction: None, ..*subject };
            self.lost.observe(&lost, &AT_ONCE, moment, technical(priority), out);
            return;
        }
        let Some(row) = settings.limits.get(parameter, unit) else { return };
        for direction in Direction::BOTH {
            let subject = physiological(subject, direction);
            self.side(direction).settle(&subject, &rule(row, direction), now, now, out);
        }
    }

    /// Whether its sensor gives nothing: it is off, or has been silent for too long.
    pub(super) fn is_absent(&self, parameter: Parameter, settings: &Settings, now: UnixMillis) -> bool {
        let silent = |heard| loss(parameter, settings.interval, now.since(heard)).is_some();
        self.unit.is_some() && (self.off || self.heard.is_some_and(silent))
    }

    /// Ends its technical conditions, because another channel of the sensor tells them.
    pub(super) fn end_technical(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        self.probe.end(now, out);
        self.lost.end(now, out);
    }

    /// Notes a reading of the past that crossed a limit which the one before had not.
    pub(super) fn note_history(
        &mut self,
        reading: &Reading,
        row: &Limits,
        now: UnixMillis,
        out: &mut Vec<AlarmEvent>,
    ) {
        let Some(value) = reading.usable() else { return };
        for direction in Direction::BOTH {
            let crossed = crossed(row, direction, value);
            let past = match direction {
                Direction::Low => &mut self.past_low,
                Direction::High => &mut self.past_high,
            };
            let before = core::mem::replace(past, crossed.map(|(priority, _)| priority));
            let Some((priority, limit)) = crossed else { continue };
            if before != Some(priority) {
                out.push(AlarmEvent::BackfillNoted(BackfillNote {
                    code: reading.code,
                    channel: reading.channel,
                    direction,
                    priority,
                    value,
                    limit,
                    unit: reading.unit,
                    taken: reading.taken,
                    decided: now,
                }));
            }
        }
    }

    /// Ends what other limits no longer speak of.
    pub(super) fn retain(
        &mut self,
        key: (Code, u8),
        limits: &LimitSet,
        now: UnixMillis,
        out: &mut Vec<AlarmEvent>,
    ) {
        let row = Parameter::from_code(key.0)
            .zip(self.unit)
            .and_then(|(parameter, unit)| limits.get(parameter, unit));
        for direction in Direction::BOTH {
            let judged = row.is_some_and(|row| {
                let side = row.side(direction);
                side.medium.is_some() || side.high.is_some()
            });
            if !judged {
                self.side(direction).end(now, out);
            }
        }
    }

    /// Notes that a value came, without judging it.
    pub(super) fn hear(&mut self, reading: &Reading, now: UnixMillis) {
        if reading.usable().is_some() {
            self.heard = Some(now);
            self.unit = Some(reading.unit);
            self.off = false;
        }
    }

    /// Drops what was about to become an alarm; one that stands stays.
    pub(super) fn hold_off(&mut self) {
        self.low.hold_off();
        self.high.hold_off();
    }

    /// Alarms of values wait, technical ones end: nobody expects a signal now.
    pub(super) fn stand_by(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        self.low.inhibit(now, out);
        self.high.inhibit(now, out);
        self.end_technical(now, out);
    }

    /// The watch goes on: silence counts from now, also that of a probe that came off meanwhile.
    pub(super) fn resume(&mut self, now: UnixMillis) {
        if self.heard.is_some() {
            self.heard = Some(now);
        }
        self.off = false;
    }

    /// Ends everything.
    pub(super) fn end(&mut self, now: UnixMillis, out: &mut Vec<AlarmEvent>) {
        for episode in [&mut self.low, &mut self.high, &mut self.probe, &mut self.lost] {
            episode.end(now, out);
        }
    }

    fn side(&mut self, direction: Direction) -> &mut Episode {
        match direction {
            Direction::Low => &mut self.low,
            Direction::High => &mut self.high,
        }
    }
}

/// Technical conditions wait for nothing: the device or the clock has told them for certain.
const AT_ONCE: Rule = Rule { delay: 0, red_delay: 0, clear_after: 0, readings: 1, step: Decimal::whole(1) };

fn technical(priority: Priority) -> Verdict {
    Verdict::Beyond(Beyond { priority, measure: None, at_once: false })
}

fn physiological(subject: &Subject, direction: Direction) -> Subject {
    Subject { kind: Kind::Physiological, direction: Some(direction), ..*subject }
}

fn rule(row: &Limits, direction: Direction) -> Rule {
    let side = row.side(direction);
    Rule {
        delay: side.medium.map_or(side.high_delay, |_| side.medium_delay),
        red_delay: side.high_delay,
        clear_after: row.clear_after,
        readings: row.readings,
        step: row.hysteresis,
    }
}

/// The limit a value is beyond, the red one first.
fn crossed(row: &Limits, direction: Direction, value: Decimal) -> Option<(Priority, Decimal)> {
    let side = row.side(direction);
    let beyond = |edge: &crate::limits::Edge| edge.is_beyond(value, direction);
    let red = side.high.filter(beyond).map(|edge| (Priority::High, edge.at));
    red.or_else(|| side.medium.filter(beyond).map(|edge| (Priority::Medium, edge.at)))
}

fn judge(row: &Limits, direction: Direction, value: Decimal, oxygen: Input<Breathing>) -> Verdict {
    if row.side(direction).only_on_oxygen {
        match oxygen {
            Input::Fresh(Breathing::Oxygen) => {}
            Input::Fresh(Breathing::Air) => return Verdict::Clear,
            Input::Stale | Input::Missing => return Verdict::Near,
        }
    }
    let asystole = row.zero_is_high && direction == Direction::Low && value.mantissa == 0;
    match crossed(row, direction, value) {
        Some((priority, limit)) => Verdict::Beyond(Beyond {
            priority,
            measure: Some(Measure { value, limit, unit: row.unit }),
            at_once: asystole,
        }),
        None if row.is_clear(value, direction) => Verdict::Clear,
        None => Verdict::Near,
    }
}

/// The priority of silence (clinical reference §3.6), or `None` while it is not long enough or none was to be expected.
fn loss(parameter: Parameter, interval: i64, silence: i64) -> Option<Priority> {
    let (low, medium) = match parameter.info().cadence {
        Cadence::Continuous => {
            (interval.saturating_mul(3).max(15 * SECOND), interval.saturating_mul(6).max(60 * SECOND))
        }
        Cadence::FiveMinutes => (15 * MINUTE, 30 * MINUTE),
        Cadence::Spot | Cadence::Manual { .. } | Cadence::Waveform => return None,
    };
    if silence > medium {
        Some(Priority::Medium)
    } else if silence > low {
        Some(Priority::Low)
    } else {
        None
    }
}
