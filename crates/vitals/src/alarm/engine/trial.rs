//! What other limits would have done with readings that are there already: the preview of a change of limits.

use std::collections::BTreeMap;

use wl_ledger::{PatientId, UnixMillis};

use super::super::episode::Moment;
use super::super::{AlarmEvent, Kind, Priority, Subject};
use super::channel::{Absence, Channel};
use super::{BACKFILL_AGE, Settings, beat};
use crate::codes::{Cadence, Parameter};
use crate::limits::LimitSet;
use crate::news2::Intake;
use crate::reading::{Code, Reading};

/// Only alarms of values are counted, so it does not matter who tells that a sensor is off.
const NOT_TOLD: Absence = Absence { told: false };

/// How often limits would have raised an alarm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Alarms and re-openings of any priority.
    pub raised: u32,
    /// Those that were, or became, high.
    pub high: u32,
}

/// Counts the alarms of values that `limits` raise over readings in order of time, per parameter. The same rules judge
/// as at the bedside, without the score and without what people did meanwhile; `interval` as in [`Settings`].
pub fn trial(limits: &LimitSet, interval: i64, readings: &[Reading]) -> BTreeMap<Parameter, Counts> {
    let settings = Settings {
        patient: PatientId::from_bytes([0; 16]),
        limits: limits.clone(),
        interval,
        same_limb: false,
    };
    let mut trial = Trial {
        settings,
        channels: BTreeMap::new(),
        intake: Intake::default(),
        counts: BTreeMap::new(),
        now: readings.first().map_or(UnixMillis(0), |reading| reading.taken),
    };
    for reading in readings {
        trial.take(reading);
    }
    // What had begun to last at the end of the span is raised as it would have been.
    trial.walk(trial.now.plus(BACKFILL_AGE.min(15_000)));
    trial.counts
}

struct Trial {
    settings: Settings,
    channels: BTreeMap<(Code, u8), Channel>,
    intake: Intake,
    counts: BTreeMap<Parameter, Counts>,
    now: UnixMillis,
}

impl Trial {
    fn take(&mut self, reading: &Reading) {
        let Some(parameter) = reading.parameter() else { return };
        if matches!(parameter.info().cadence, Cadence::Manual { .. }) {
            self.intake.take(reading, reading.taken);
            return;
        }
        if reading.taken > self.now {
            self.walk(reading.taken);
        }
        self.now = self.now.max(reading.taken);
        let row = self.settings.limits.get(parameter, reading.unit);
        let oxygen = self.intake.breathing(self.now);
        let subject = self.settings.subject(reading.code, reading.channel);
        let moment = Moment { taken: reading.taken, at: reading.taken, now: self.now };
        let mut out = Vec::new();
        let channel = self.channels.entry((reading.code, reading.channel)).or_default();
        channel.take(reading, row, oxygen, NOT_TOLD, &subject, moment, &mut out);
        self.count(&out);
    }

    /// Lets time pass; most readings come a beat after the one before, so this is one look as a rule.
    fn walk(&mut self, to: UnixMillis) {
        let mut out = Vec::new();
        for beat in beat::beats(self.now, self.now, to) {
            for ((code, ordinal), channel) in &mut self.channels {
                let subject = self.settings.subject(*code, *ordinal);
                channel.pass(&self.settings, NOT_TOLD, &subject, beat, &mut out);
            }
        }
        self.count(&out);
    }

    fn count(&mut self, events: &[AlarmEvent]) {
        for event in events {
            let Some(alarm) = event.alarm().filter(|alarm| alarm.subject.kind == Kind::Physiological) else {
                continue;
            };
            let Some(parameter) = Parameter::from_code(alarm.subject.code) else { continue };
            let counts = self.counts.entry(parameter).or_default();
            let high = alarm.priority == Priority::High;
            match event {
                AlarmEvent::Raised(_) | AlarmEvent::Reopened(_) => {
                    counts.raised += 1;
                    counts.high += u32::from(high);
                }
                AlarmEvent::Escalated(_) => counts.high += u32::from(high),
                AlarmEvent::Worsened(_)
                | AlarmEvent::Inhibited(_)
                | AlarmEvent::Cleared(_)
                | AlarmEvent::BackfillNoted(_)
                | AlarmEvent::Began(_)
                | AlarmEvent::Carried(_)
                | AlarmEvent::Resumed(_)
                | AlarmEvent::Declined(_) => {}
            }
        }
    }
}

impl Settings {
    /// A technical subject of a channel; the physiological ones differ by kind and direction.
    pub(super) fn subject(&self, code: Code, channel: u8) -> Subject {
        Subject { patient: self.patient, code, channel, kind: Kind::NoData, direction: None }
    }
}
