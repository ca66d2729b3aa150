//! One alarm as a row. Condition, signal and work stay three things.

use super::Moment;
use super::value::{parameter_of, priority_of};
use crate::inbox::{Entry, SEALING_LIMIT, Sealing};
use crate::view::{
    AlarmCondition, AlarmKind, AlarmOutcome, AlarmRow, AlarmSignal, AlarmWork, CameBackWord, NameView,
    Parameter, SealState, SnoozeReason, TileAlarm,
};
use std::collections::BTreeMap;
use wl_ledger::{KeyId, PatientId};
use wl_vitals::Parameter as Measured;
use wl_vitals::alarm::{
    Alarm, AlarmId, AlarmLife, Condition, Kind, Outcome, ReturnCause, Signal, Work, unanswered_since,
};
use wl_vitals::codes::private;
use wl_vitals::limits::Direction;

/// The row of an alarm whose event has arrived.
pub(crate) fn alarm_row(moment: &Moment<'_>, id: &AlarmId) -> Option<AlarmRow> {
    let entry = moment.core.inbox.entry(id)?;
    Rows::new(moment).row(entry)
}

/// What the rows of one answer have in common: what the reader may do, and who lies in each bed, looked up once.
pub(super) struct Rows<'m, 'c> {
    moment: &'m Moment<'c>,
    me: Option<KeyId>,
    answers: bool,
    acts: bool,
    people: BTreeMap<PatientId, (String, NameView)>,
}

impl<'m, 'c> Rows<'m, 'c> {
    pub(super) fn new(moment: &'m Moment<'c>) -> Self {
        Self {
            moment,
            me: moment.core.person(),
            answers: moment.core.keys().is_some() && moment.core.answers_alarms(),
            acts: crate::desk::is_clinician(moment.core),
            people: BTreeMap::new(),
        }
    }

    /// Bed and name of a patient.
    pub(super) fn who(&mut self, patient: &PatientId) -> &(String, NameView) {
        let look = || (self.moment.bed(patient), self.moment.name(patient));
        self.people.entry(*patient).or_insert_with(look)
    }

    /// The row of an alarm, once its event has arrived.
    pub(super) fn row(&mut self, entry: &Entry) -> Option<AlarmRow> {
        let life = entry.life()?;
        let (bed, name) = self.who(&entry.patient()).clone();
        Some(row(self, entry, life, bed, name))
    }
}

fn row(rows: &Rows<'_, '_>, entry: &Entry, life: &AlarmLife, bed: String, name: NameView) -> AlarmRow {
    let moment = rows.moment;
    let alarm = life.alarm();
    let work = work(moment, entry, life);
    let answered = matches!(
        work,
        AlarmWork::Acknowledging
            | AlarmWork::Acknowledged { .. }
            | AlarmWork::Assigned { .. }
            | AlarmWork::Resolved { .. }
    );
    let called = life.called();
    let calls = unanswered_since(life, moment.now).is_some() && entry.pending().is_none();
    AlarmRow {
        alarm_id: alarm.id.to_string(),
        patient_id: entry.patient().to_string(),
        bed,
        name,
        priority: priority_of(alarm.priority),
        kind: kind_of(alarm),
        parameter: parameter(alarm),
        text: text(alarm),
        condition: match alarm.condition {
            Condition::Active | Condition::Inhibited => AlarmCondition::Active,
            Condition::Cleared => AlarmCondition::Cleared,
        },
        signal: signal(life, &work, moment.core.inbox.is_paused(life, moment.now)),
        work,
        since_ms: alarm.raised.0,
        cleared_ms: alarm.cleared.map(|time| time.0),
        count: alarm.episodes,
        seal: seal(moment, entry),
        record_ref: entry.record().map(|record| record.to_string()),
        demo: moment.demo(),
        can_acknowledge: !answered && rows.answers,
        can_act: !matches!(life.work(), Work::Resolved { .. }) && rows.acts,
        called: called.iter().map(|called| person(moment, &called.to)).collect(),
        called_me: called.iter().any(|called| Some(called.to) == rows.me),
        came_back: life.returned().filter(|_| calls).map(|back| came_back(back.cause)),
        seen: life.receipts().iter().any(|receipt| receipt.seen.is_some()),
    }
}

pub(super) fn came_back(cause: ReturnCause) -> CameBackWord {
    match cause {
        ReturnCause::NotDelivered => CameBackWord::NotDelivered,
        ReturnCause::NotSeen => CameBackWord::NotSeen,
    }
}

pub(super) fn snooze_reason(reason: wl_vitals::alarm::SnoozeReason) -> SnoozeReason {
    use wl_vitals::alarm::SnoozeReason as Why;
    match reason {
        Why::Treated => SnoozeReason::Treated,
        Why::Procedure => SnoozeReason::Procedure,
        Why::Expected => SnoozeReason::Expected,
        Why::AwaitingReview => SnoozeReason::AwaitingReview,
        Why::Artefact => SnoozeReason::Artefact,
    }
}

pub(super) fn outcome(outcome: Outcome) -> AlarmOutcome {
    match outcome {
        Outcome::Actionable => AlarmOutcome::Actionable,
        Outcome::Treated => AlarmOutcome::Treated,
        Outcome::Artefact => AlarmOutcome::Artefact,
        Outcome::Expected => AlarmOutcome::Expected,
        Outcome::Device => AlarmOutcome::Device,
    }
}

pub(super) fn work(moment: &Moment<'_>, entry: &Entry, life: &AlarmLife) -> AlarmWork {
    match life.work() {
        Work::Acknowledged { by, at } => {
            AlarmWork::Acknowledged { by: person(moment, &by), by_me: by == moment.core.me, at_ms: at.0 }
        }
        Work::Resolved { by, at, outcome: how } => {
            AlarmWork::Resolved { by: person(moment, &by), at_ms: at.0, outcome: outcome(how) }
        }
        Work::Assigned { to, by, at } => AlarmWork::Assigned {
            to: person(moment, &to),
            to_me: Some(to) == moment.core.person(),
            by: person(moment, &by),
            at_ms: at.0,
        },
        Work::Snoozed { by, until, reason } if entry.pending().is_none() => {
            AlarmWork::Snoozed { by: person(moment, &by), reason: snooze_reason(reason), until_ms: until.0 }
        }
        Work::New | Work::Seen { .. } | Work::Snoozed { .. } if entry.pending().is_some() => {
            AlarmWork::Acknowledging
        }
        Work::New | Work::Seen { .. } | Work::Snoozed { .. } => AlarmWork::New,
    }
}

fn signal(life: &AlarmLife, work: &AlarmWork, paused: bool) -> AlarmSignal {
    match life.signal() {
        Signal::Sounding | Signal::Latched if *work == AlarmWork::Acknowledging => AlarmSignal::Silent,
        Signal::Sounding | Signal::Latched if paused => AlarmSignal::Paused,
        Signal::Sounding => AlarmSignal::Sounding,
        Signal::AudioPaused { .. } => AlarmSignal::Paused,
        Signal::Acknowledged { .. } => AlarmSignal::Silent,
        Signal::Latched => AlarmSignal::Latched,
        Signal::Off if life.alarm().condition == Condition::Cleared => AlarmSignal::Off,
        Signal::Off => AlarmSignal::Silent,
    }
}

fn seal(moment: &Moment<'_>, entry: &Entry) -> SealState {
    match entry.sealing() {
        Sealing::Sealed => SealState::Sealed,
        Sealing::Since(since) if moment.now.since(since) > SEALING_LIMIT => SealState::CantConfirm,
        Sealing::Since(_) => SealState::Sealing,
    }
}

/// The enrolled name of a person; the key id where the ledger has none.
pub(super) fn person(moment: &Moment<'_>, key: &KeyId) -> String {
    moment.core.state().member(key).map_or_else(|| key.to_string(), |member| member.enrolment.name.clone())
}

pub(super) fn kind_of(alarm: &Alarm) -> AlarmKind {
    match alarm.subject.kind {
        Kind::Physiological if alarm.subject.code == private::NEWS2 => AlarmKind::Advisory,
        Kind::Physiological => AlarmKind::Physiological,
        Kind::ProbeOff | Kind::NoData => AlarmKind::Technical,
    }
}

pub(super) fn parameter(alarm: &Alarm) -> Parameter {
    if alarm.subject.code == private::NEWS2 {
        return Parameter::News2;
    }
    Measured::from_code(alarm.subject.code).and_then(parameter_of).unwrap_or(Parameter::Monitoring)
}

/// Worst value against limit, for example "SpO₂ 84 < 90".
pub(super) fn text(alarm: &Alarm) -> String {
    let label = if alarm.subject.code == private::NEWS2 {
        "NEWS2"
    } else {
        Measured::from_code(alarm.subject.code).map_or("", Measured::short)
    };
    match (alarm.subject.kind, alarm.worst, alarm.limit, alarm.subject.direction) {
        (Kind::ProbeOff, ..) => format!("{label} probe off"),
        (Kind::NoData, ..) => format!("{label} no data"),
        (Kind::Physiological, Some(worst), Some(limit), Some(direction)) => {
            let sign = match direction {
                // A score reaches its threshold; it need not pass it.
                Direction::High if alarm.subject.code == private::NEWS2 => "≥",
                Direction::Low if worst == limit => "≤",
                Direction::Low => "<",
                Direction::High if worst == limit => "≥",
                Direction::High => ">",
            };
            format!("{label} {worst} {sign} {limit}")
        }
        (Kind::Physiological, Some(worst), ..) => format!("{label} {worst}"),
        (Kind::Physiological, None, ..) => label.to_owned(),
    }
}

impl Moment<'_> {
    /// The open alarms of a patient, worst first: priority, then unanswered, then the longest.
    pub(super) fn open_alarms(&self, patient: &PatientId) -> Vec<AlarmRow> {
        let entries =
            self.core.inbox.live().filter(|(_, entry)| entry.patient() == *patient && entry.is_open());
        let mut builder = Rows::new(self);
        let mut rows: Vec<AlarmRow> = entries.filter_map(|(_, entry)| builder.row(entry)).collect();
        rows.sort_by_key(rank);
        rows
    }

    pub(super) fn tile_alarm(&self, patient: &PatientId) -> Option<TileAlarm> {
        let mut rows = self.open_alarms(patient);
        let others = u32::try_from(rows.len().saturating_sub(1)).unwrap_or(u32::MAX);
        (!rows.is_empty()).then(|| TileAlarm { row: rows.swap_remove(0), others })
    }
}

/// Sort key: unanswered high first, then priority, then unanswered, then the longest open.
pub(super) fn rank(row: &AlarmRow) -> (core::cmp::Reverse<crate::view::Priority>, bool, i64) {
    let answered = !matches!(row.work, AlarmWork::New);
    (core::cmp::Reverse(row.priority), answered, row.since_ms)
}
