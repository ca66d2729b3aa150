//! Programmes as the window shows them: each goal beside the value that stands now. What is not known meets nothing.

use super::Moment;
use super::alarm::person;
use super::notes::{OnItsWay, answers, role_of, sealed_row};
use super::value::shows_text;
use crate::desk::may_order;
use crate::view::{
    EntryView, GoalInput, GoalMeasure, GoalState, GoalView, OutcomeWord, ProgrammeEndView, ProgrammeInput,
    ProgrammeState, ProgrammeView, ProgrammeWord, ValueState, ValueView, WrittenRow,
};
use crate::written::{Folder, Programmed};
use wl_ledger::{Hash, PatientId, UnixMillis};
use wl_vitals::writing::{Goal, MAX_GOALS, Outcome, Programme, ProgrammeKind, tidy};
use wl_vitals::{Decimal, Parameter as Measured};

/// A programme in the record.
pub(super) fn programme_row(
    moment: &Moment<'_>,
    patient: &PatientId,
    one: &Programmed<'_>,
    waiting: &[OnItsWay],
) -> WrittenRow {
    let end = one.ended.map(|(written, end)| ProgrammeEndView {
        by: person(moment, &written.by),
        role: role_of(moment, &written.by),
        at_ms: written.at().0,
        outcome: outcome_view(end.outcome),
        text: end.text.clone(),
        record_ref: written.place.to_string(),
    });
    let programme = ProgrammeView {
        state: state_of(moment, one),
        end,
        may_change: may_order(moment.core) && one.stands() && !answers(waiting, &one.written.record),
        ..view_of(moment, patient, one.programme)
    };
    sealed_row(moment, one.written, EntryView::Programme { programme })
}

/// A programme that is on its way.
pub(super) fn waiting_programme(
    moment: &Moment<'_>,
    patient: &PatientId,
    programme: &Programme,
) -> EntryView {
    EntryView::Programme { programme: view_of(moment, patient, programme) }
}

fn view_of(moment: &Moment<'_>, patient: &PatientId, programme: &Programme) -> ProgrammeView {
    ProgrammeView {
        kind: match programme.kind {
            ProgrammeKind::Rehabilitation => ProgrammeWord::Rehabilitation,
            ProgrammeKind::Prevention => ProgrammeWord::Prevention,
        },
        title: programme.title.clone(),
        from_ms: programme.from.0,
        until_ms: programme.until.0,
        goals: programme.goals.iter().filter_map(|goal| goal_view(moment, patient, goal)).collect(),
        text: programme.text.clone().unwrap_or_default(),
        state: time_of(moment, programme),
        end: None,
        may_change: false,
    }
}

fn state_of(moment: &Moment<'_>, one: &Programmed<'_>) -> ProgrammeState {
    match (one.ended.is_some(), one.replaced) {
        (true, _) => ProgrammeState::Ended,
        (false, true) => ProgrammeState::Replaced,
        (false, false) => time_of(moment, one.programme),
    }
}

fn time_of(moment: &Moment<'_>, programme: &Programme) -> ProgrammeState {
    match moment.deciding {
        now if now < programme.from => ProgrammeState::Planned,
        now if programme.until < now => ProgrammeState::Over,
        _ => ProgrammeState::Running,
    }
}

fn goal_view(moment: &Moment<'_>, patient: &PatientId, goal: &Goal) -> Option<GoalView> {
    let value = moment.value(patient, goal.parameter);
    let end = |end: Option<Decimal>| end.map_or_else(String::new, |end| end.to_string());
    Some(GoalView {
        measure: measure_view(goal.parameter)?,
        low: end(goal.low),
        high: end(goal.high),
        unit: goal.parameter.info().unit.label().to_owned(),
        by_ms: goal.by.0,
        state: goal_state(goal, &value),
        value,
    })
}

/// A value that is doubted or too old meets no goal and misses none.
fn goal_state(goal: &Goal, value: &ValueView) -> GoalState {
    let usable = matches!(value.state, ValueState::Fresh | ValueState::Ageing) && shows_text(value.state);
    match Decimal::parse(&value.text).ok().filter(|_| usable) {
        Some(number) if goal.is_met_by(number) => GoalState::Met,
        Some(_) => GoalState::NotMet,
        None => GoalState::Unknown,
    }
}

/// Programmes that run or are over, in lines for a hand-over.
pub(super) fn programme_lines(
    moment: &Moment<'_>,
    patient: &PatientId,
    folder: &Folder,
    lines: &mut Vec<String>,
) {
    for one in folder.programmes(moment.core.state()).iter().filter(|one| one.stands()) {
        let view = view_of(moment, patient, one.programme);
        let count = |state: GoalState| view.goals.iter().filter(|goal| goal.state == state).count();
        let over = if view.state == ProgrammeState::Over { ", its time is over" } else { "" };
        lines.push(format!(
            "Programme {}: {} goals met, {} not, {} not known{over}",
            one.programme.title,
            count(GoalState::Met),
            count(GoalState::NotMet),
            count(GoalState::Unknown),
        ));
    }
}

fn measure_view(parameter: Measured) -> Option<GoalMeasure> {
    Some(match parameter {
        Measured::HeartRate => GoalMeasure::HeartRate,
        Measured::Spo2 => GoalMeasure::Spo2,
        Measured::RespiratoryRate => GoalMeasure::RespirationRate,
        Measured::NibpSystolic => GoalMeasure::Systolic,
        Measured::NibpDiastolic => GoalMeasure::Diastolic,
        Measured::Temperature => GoalMeasure::Temperature,
        Measured::GlucoseCapillary => GoalMeasure::Glucose,
        Measured::Pain => GoalMeasure::Pain,
        Measured::Weight => GoalMeasure::Weight,
        _ => return None,
    })
}

fn measured(measure: GoalMeasure) -> Measured {
    match measure {
        GoalMeasure::HeartRate => Measured::HeartRate,
        GoalMeasure::Spo2 => Measured::Spo2,
        GoalMeasure::RespirationRate => Measured::RespiratoryRate,
        GoalMeasure::Systolic => Measured::NibpSystolic,
        GoalMeasure::Diastolic => Measured::NibpDiastolic,
        GoalMeasure::Temperature => Measured::Temperature,
        GoalMeasure::Glucose => Measured::GlucoseCapillary,
        GoalMeasure::Pain => Measured::Pain,
        GoalMeasure::Weight => Measured::Weight,
    }
}

/// What the window asks for, as it is signed; none where a number is none or there are too many goals.
pub(crate) fn programme_of(
    at: UnixMillis,
    replaces: Option<Hash>,
    input: &ProgrammeInput,
) -> Option<Programme> {
    if input.goals.len() > MAX_GOALS {
        return None;
    }
    let text = Some(tidy(&input.text)).filter(|text| !text.is_empty());
    Some(Programme {
        at,
        replaces,
        kind: match input.kind {
            ProgrammeWord::Rehabilitation => ProgrammeKind::Rehabilitation,
            ProgrammeWord::Prevention => ProgrammeKind::Prevention,
        },
        title: tidy(&input.title),
        from: UnixMillis(input.from_ms),
        until: UnixMillis(input.until_ms),
        goals: input.goals.iter().map(goal_of).collect::<Option<_>>()?,
        text,
    })
}

fn goal_of(input: &GoalInput) -> Option<Goal> {
    let end = |text: &str| match text.trim() {
        "" => Some(None),
        text => Decimal::parse(text).ok().map(Some),
    };
    let (low, high) = (end(&input.low)?, end(&input.high)?);
    Some(Goal { parameter: measured(input.measure), low, high, by: UnixMillis(input.by_ms) })
}

/// The window's word as the record's.
pub(crate) fn ending_of(word: OutcomeWord) -> Outcome {
    match word {
        OutcomeWord::Reached => Outcome::Reached,
        OutcomeWord::Partly => Outcome::Partly,
        OutcomeWord::Stopped => Outcome::Stopped,
    }
}

fn outcome_view(outcome: Outcome) -> OutcomeWord {
    match outcome {
        Outcome::Reached => OutcomeWord::Reached,
        Outcome::Partly => OutcomeWord::Partly,
        Outcome::Stopped => OutcomeWord::Stopped,
    }
}
