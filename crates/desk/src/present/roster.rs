//! Who is called when nobody answers, and the technical alarms of this workstation, as views.

use super::Moment;
use super::alarm::person;
use super::history::{colleague, colleagues, reaches};
use super::value::priority_of;
use crate::view::{FaultKind, FaultRow, RosterStepView, RosterView};
use wl_ledger::{Category, KeyId, PatientId};
use wl_vitals::alarm::{Fault, Priority, default_times};

pub(crate) fn roster_view(moment: &Moment<'_>, patient: &PatientId) -> Option<RosterView> {
    if !moment.shares(patient, Category::Alarms) {
        return None;
    }
    let state = moment.core.state();
    let signed = moment.core.watches.get(patient).and_then(|watch| watch.roster());
    let steps = signed.map_or(&[] as &[_], |(_, roster)| roster.steps.as_slice()).iter();
    let steps = steps.map(|step| RosterStepView {
        people: step.who.iter().filter_map(|who| colleague(moment, who)).collect(),
        high_s: step.high,
        medium_s: step.medium,
        reached: step.who.iter().any(|who| reaches(state, patient, who, moment.deciding)),
    });
    let mut colleagues = colleagues(moment, patient);
    colleagues.extend(moment.core.person().and_then(|me| colleague(moment, &me)));
    Some(RosterView {
        patient_id: patient.to_string(),
        bed: moment.bed(patient),
        steps: steps.collect(),
        by: signed.map_or_else(String::new, |(by, _)| person(moment, &by)),
        at_ms: signed.map(|(_, roster)| roster.at.0),
        colleagues,
        usual: usual(),
        can_change: crate::desk::is_clinician(moment.core),
    })
}

/// The times of the reference, in seconds.
fn usual() -> Vec<(u32, Option<u32>)> {
    let seconds = |millis: &i64| u32::try_from(millis / 1_000).unwrap_or(u32::MAX);
    let medium = default_times(Priority::Medium);
    default_times(Priority::High)
        .iter()
        .enumerate()
        .map(|(place, high)| (seconds(high), medium.get(place).map(seconds)))
        .collect()
}

/// The technical alarms that stand, the most urgent first.
pub(super) fn fault_rows(moment: &Moment<'_>) -> Vec<FaultRow> {
    let mut rows: Vec<FaultRow> = moment
        .core
        .faults
        .standing()
        .map(|(fault, standing)| FaultRow {
            fault_id: fault.to_string(),
            kind: kind(fault),
            priority: priority_of(standing.priority),
            beds: beds(moment, fault),
            since_ms: standing.since.0,
            acknowledged: standing.acknowledged.is_some(),
        })
        .collect();
    rows.sort_by_key(|row| (core::cmp::Reverse(row.priority), row.since_ms));
    rows
}

fn kind(fault: &Fault) -> FaultKind {
    match fault {
        Fault::GatewaySilent => FaultKind::GatewaySilent,
        Fault::HubSilent(_) => FaultKind::HubSilent,
        Fault::RecordsLost(_) => FaultKind::RecordsLost,
        Fault::ClockWrong => FaultKind::ClockWrong,
        Fault::NoSound => FaultKind::NoSound,
        Fault::Unverified => FaultKind::Unverified,
        Fault::Unreadable(_) => FaultKind::Unreadable,
    }
}

fn beds(moment: &Moment<'_>, fault: &Fault) -> Vec<String> {
    match fault {
        Fault::HubSilent(hub) | Fault::RecordsLost(hub) => of_hub(moment, hub),
        Fault::Unreadable(patient) => vec![moment.bed(patient)],
        Fault::GatewaySilent | Fault::ClockWrong | Fault::NoSound | Fault::Unverified => Vec::new(),
    }
}

fn of_hub(moment: &Moment<'_>, hub: &KeyId) -> Vec<String> {
    let known = |patient: &PatientId| moment.core.state().patient(patient).map(|known| known.hub);
    let mine = moment.patients().into_iter().filter(|patient| known(patient) == Some(*hub));
    let mut beds: Vec<String> = mine.map(|patient| moment.bed(&patient)).collect();
    beds.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    beds
}
