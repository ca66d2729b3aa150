//! Limits of a patient as the window shows them, and as it proposes them.

use super::Moment;
use super::alarm::person;
use super::value::parameter_of;
use crate::desk::is_clinician;
use crate::session::Core;
use crate::view::{
    LimitChangeState, LimitChangeView, LimitEdges, LimitReason, LimitRowInput, LimitRowView, LimitsPageView,
    LimitsPreviewRow, LimitsPreviewView, LimitsProposal, StandbyPlace, UiError,
};
use crate::watch::{SignedChange, is_another, ward_limits};
use std::collections::BTreeMap;
use wl_ledger::{PatientId, Role, UnixMillis};
use wl_vitals::alarm::{Counts, DeclineReason, StandbyPlace as Place};
use wl_vitals::limits::{
    BeyondGuard, Direction, Edge, LimitChange, LimitReason as Reason, LimitSet, Limits, Prescription, Side,
    adult, suggest,
};
use wl_vitals::news2::Scale;
use wl_vitals::{Decimal, Parameter, Reading};

/// Alarms by parameter.
pub(crate) type Counted = BTreeMap<Parameter, Counts>;

/// Everything of the limits dialog.
pub(crate) fn limits_page(
    moment: &Moment<'_>,
    patient: &PatientId,
    readings: &[Reading],
    counted: &Counted,
) -> LimitsPageView {
    let watch = moment.core.watches.get(patient);
    let in_force = watch.and_then(|watch| watch.in_force());
    let now = watch.map_or_else(ward_limits, |watch| watch.limits());
    let ward = adult(now.scale());
    let suggested = suggest(&ward, |parameter| typical(readings, parameter));
    let prescribed = in_force.as_ref().and_then(|change| change.change.prescribed);
    let history = watch.map(|watch| watch.history()).unwrap_or_default();
    let may_change = is_clinician(moment.core);
    let newest = in_force.as_ref().map(|change| change.record);
    LimitsPageView {
        patient_id: patient.to_string(),
        rows: ward.rows().iter().filter_map(|row| row_view(row, &now, &suggested, counted)).collect(),
        scale2: now.scale() == Scale::Two,
        scale2_by: prescribed.map_or_else(String::new, |by| person(moment, &by.by)),
        scale2_ms: prescribed.map(|by| by.at.0),
        history: history
            .iter()
            .map(|change| change_view(moment, change, newest == Some(change.record)))
            .collect(),
        may_change,
        may_prescribe: may_change
            && moment
                .core
                .state()
                .member(&moment.core.me)
                .is_some_and(|m| m.enrolment.role == Role::Physician),
        standby_until_ms: watch.and_then(|watch| watch.standby(moment.now)).map(|(_, order)| order.until.0),
    }
}

fn row_view(ward: &Limits, now: &LimitSet, suggested: &LimitSet, counted: &Counted) -> Option<LimitRowView> {
    let of = |set: &LimitSet| edges(set.get(ward.parameter, ward.unit));
    Some(LimitRowView {
        code: ward.parameter.code().0,
        unit_code: ward.unit.0,
        parameter: parameter_of(ward.parameter)?,
        unit: ward.unit.label().to_owned(),
        now: of(now),
        ward: edges(Some(ward)),
        suggested: of(suggested),
        guard_low: ward.guard_low.to_string(),
        guard_high: ward.guard_high.to_string(),
        floor: ward.floor,
        raised: counted.get(&ward.parameter).map_or(0, |counts| counts.raised),
    })
}

fn edges(row: Option<&Limits>) -> LimitEdges {
    let text = |edge: Option<Edge>| edge.map_or_else(String::new, |edge| edge.at.to_string());
    let side = |direction| row.map(|row| *row.side(direction));
    let seconds = |side: Option<Side>| {
        let delay =
            side.map_or(0, |side| if side.medium.is_some() { side.medium_delay } else { side.high_delay });
        u32::try_from(delay / 1_000).unwrap_or(0)
    };
    let (low, high) = (side(Direction::Low), side(Direction::High));
    LimitEdges {
        low_red: text(low.and_then(|side| side.high)),
        low: text(low.and_then(|side| side.medium)),
        high: text(high.and_then(|side| side.medium)),
        high_red: text(high.and_then(|side| side.high)),
        low_delay_s: seconds(low),
        high_delay_s: seconds(high),
    }
}

/// The median of the last day, in whole units.
fn typical(readings: &[Reading], parameter: Parameter) -> Option<i32> {
    let of = readings.iter().filter(|reading| reading.parameter() == Some(parameter));
    let mut values: Vec<i32> = of.filter_map(|reading| reading.usable()?.rounded(0)).collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn change_view(moment: &Moment<'_>, change: &SignedChange, in_force: bool) -> LimitChangeView {
    let state = match (change.carried, change.declined) {
        (Some(_), _) if in_force => LimitChangeState::InForce,
        (Some(_), _) => LimitChangeState::Replaced,
        (None, None) => LimitChangeState::Sent,
        (None, Some(DeclineReason::NeedsSecond)) => LimitChangeState::NeedsSecond,
        (None, Some(_)) => LimitChangeState::Declined,
    };
    let core = moment.core;
    LimitChangeView {
        change_id: change.record.to_string(),
        by: person(moment, &change.by),
        at_ms: change.change.at.0,
        reason: reason_view(change.change.reason),
        state,
        second: change.second.map_or_else(String::new, |second| person(moment, &second)),
        lines: differences(&change.change.limits),
        may_confirm: state == LimitChangeState::NeedsSecond
            && change.second.is_none()
            && is_clinician(core)
            && is_another(core.state(), &change.by, &core.me),
    }
}

/// What a set changes against the ward's defaults.
pub(super) fn differences(set: &LimitSet) -> Vec<String> {
    let mut lines = Vec::new();
    for ward in adult(set.scale()).rows() {
        let row = set.get(ward.parameter, ward.unit);
        let (now, before) = (edges(row), edges(Some(ward)));
        let label = ward.parameter.short();
        for (what, now, before) in [
            ("low red", &now.low_red, &before.low_red),
            ("low", &now.low, &before.low),
            ("high", &now.high, &before.high),
            ("high red", &now.high_red, &before.high_red),
        ] {
            if now != before {
                let off = |text: &str| if text.is_empty() { "off".to_owned() } else { text.to_owned() };
                lines.push(format!("{label} {what} {} (ward {})", off(now), off(before)));
            }
        }
    }
    lines
}

/// A proposal as a change to be signed: rows in force, with the proposed ones in their place.
///
/// # Errors
/// [`UiError`] naming what cannot be read.
pub(crate) fn proposed_limits(
    core: &Core,
    patient: &PatientId,
    proposal: &LimitsProposal,
    now: UnixMillis,
) -> Result<LimitChange, UiError> {
    let watch = core.watches.get(patient);
    let in_force = watch.map_or_else(ward_limits, |watch| watch.limits());
    let scale = if proposal.scale2 { Scale::Two } else { Scale::One };
    let ward = adult(scale);
    let mut rows = Vec::new();
    for of_ward in ward.rows() {
        let input = proposal
            .rows
            .iter()
            .find(|row| row.code == of_ward.parameter.code().0 && row.unit_code == of_ward.unit.0);
        let kept = match in_force.scale() == scale {
            true => in_force.get(of_ward.parameter, of_ward.unit).copied(),
            // Another scale has other limits for SpO₂; what was set for the first one does not carry over.
            false => Some(*of_ward),
        };
        rows.extend(match input {
            Some(input) => Some(read_row(of_ward, input)?),
            None => kept,
        });
    }
    let limits = LimitSet::new(scale, rows).map_err(|error| UiError::bad_input(format!("{error}.")))?;
    let before = watch.and_then(|watch| watch.in_force()).and_then(|change| change.change.prescribed);
    let prescribed = match (scale, before) {
        (Scale::One, _) => None,
        (Scale::Two, Some(before)) => Some(before),
        (Scale::Two, None) => {
            let physician =
                core.state().member(&core.me).is_some_and(|member| member.enrolment.role == Role::Physician);
            if !physician {
                return Err(UiError::not_allowed("A physician prescribes SpO₂ scale 2."));
            }
            Some(Prescription { by: core.me, at: now })
        }
    };
    Ok(LimitChange { at: now, limits, reason: reason_of(proposal.reason), prescribed })
}

fn read_row(ward: &Limits, input: &LimitRowInput) -> Result<Limits, UiError> {
    let edge = |text: &str, of_ward: Option<Edge>| -> Result<Option<Edge>, UiError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let at = Decimal::parse(text)
            .map_err(|_| UiError::bad_input(format!("{}: a limit is a number.", ward.parameter.short())))?;
        Ok(Some(Edge { at, inclusive: of_ward.is_some_and(|edge| edge.inclusive) }))
    };
    let side = |side: &Side, yellow: &str, red: &str, delay: u32| -> Result<Side, UiError> {
        let delay = i64::from(delay) * 1_000;
        let of_ward = if side.medium.is_some() { side.medium_delay } else { side.high_delay };
        // The red delay follows where the yellow one becomes shorter, and stays where it becomes longer.
        let high_delay = if delay == of_ward { side.high_delay } else { side.high_delay.min(delay) };
        let medium_delay = if delay == of_ward { side.medium_delay } else { delay };
        Ok(Side {
            medium: edge(yellow, side.medium)?,
            high: edge(red, side.high)?,
            medium_delay,
            high_delay,
            ..*side
        })
    };
    let edges = &input.edges;
    Ok(Limits {
        low: side(&ward.low, &edges.low, &edges.low_red, edges.low_delay_s)?,
        high: side(&ward.high, &edges.high, &edges.high_red, edges.high_delay_s)?,
        ..*ward
    })
}

/// "31 → 4": the same readings under the limits in force and under the proposed ones.
pub(crate) fn limits_preview(
    change: &LimitChange,
    before: &Counted,
    after: &Counted,
    readings: &[Reading],
) -> LimitsPreviewView {
    let sum = |counted: &Counted| counted.values().map(|counts| counts.raised).sum();
    let (second, refused) = match change.judge(&adult(change.limits.scale())) {
        Ok(beyond) => (beyond.iter().map(beyond_text).collect(), String::new()),
        Err(error) => (Vec::new(), error.to_string()),
    };
    let rows = Parameter::ALL.into_iter().filter_map(|parameter| {
        let of = |counted: &Counted| counted.get(&parameter).copied().unwrap_or_default();
        let (before, after) = (of(before), of(after));
        (before != after).then_some(())?;
        Some(LimitsPreviewRow {
            parameter: parameter_of(parameter)?,
            before: before.raised,
            after: after.raised,
            high_before: before.high,
            high_after: after.high,
        })
    });
    let span = match (readings.first(), readings.last()) {
        (Some(first), Some(last)) => last.taken.since(first.taken),
        (None, _) | (_, None) => 0,
    };
    LimitsPreviewView {
        before: sum(before),
        after: sum(after),
        rows: rows.collect(),
        hours: u32::try_from((span + 1_800_000) / 3_600_000).unwrap_or(0),
        second,
        refused,
    }
}

fn beyond_text(beyond: &BeyondGuard) -> String {
    let side = |direction: &Direction| match direction {
        Direction::Low => "low",
        Direction::High => "high",
    };
    match beyond {
        BeyondGuard::Outside(parameter, direction) => {
            format!("{} {}: outside what one person may set", parameter.short(), side(direction))
        }
        BeyondGuard::Off(parameter, direction) => {
            format!("{} {}: a limit of the ward is off", parameter.short(), side(direction))
        }
    }
}

fn reason_view(reason: Reason) -> LimitReason {
    match reason {
        Reason::PatientBaseline => LimitReason::PatientBaseline,
        Reason::TreatmentGoal => LimitReason::TreatmentGoal,
        Reason::TooManyAlarms => LimitReason::TooManyAlarms,
        Reason::CloserWatch => LimitReason::CloserWatch,
        Reason::WardDefault => LimitReason::WardDefault,
    }
}

fn reason_of(reason: LimitReason) -> Reason {
    match reason {
        LimitReason::PatientBaseline => Reason::PatientBaseline,
        LimitReason::TreatmentGoal => Reason::TreatmentGoal,
        LimitReason::TooManyAlarms => Reason::TooManyAlarms,
        LimitReason::CloserWatch => Reason::CloserWatch,
        LimitReason::WardDefault => Reason::WardDefault,
    }
}

/// The window's place as the record's.
pub(crate) fn place_of(place: StandbyPlace) -> Place {
    match place {
        StandbyPlace::Bath => Place::Bath,
        StandbyPlace::Imaging => Place::Imaging,
        StandbyPlace::Theatre => Place::Theatre,
        StandbyPlace::Therapy => Place::Therapy,
        StandbyPlace::Elsewhere => Place::Elsewhere,
    }
}
