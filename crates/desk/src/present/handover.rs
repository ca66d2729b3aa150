//! Hand-overs as the window shows them, and what the form begins with: the score, values, open alarms, limits and last
//! notes that this workstation has verified.

use super::Moment;
use super::advice::{advice_lines, unread_actions};
use super::alarm::person;
use super::limits::differences;
use super::notes::{OnItsWay, answers, illness_view, on_their_way, sealed_row, signed_by};
use super::order::{open_actions, order_lines};
use super::patient::limits_in_force;
use super::programme::programme_lines;
use crate::desk::is_clinician;
use crate::store::Outgoing;
use crate::view::{
    AcceptedView, AlarmRow, AlarmWork, EntryView, HandOverDraft, HandOverRow, HandOverView, HandOversView,
    IllnessWord, News2Risk, News2View, Priority, ReceiverView, WrittenRow,
};
use crate::written::{Folder, Handed, is_same};
use wl_ledger::state::State;
use wl_ledger::{Category, KeyId, PatientId, Role, UnixMillis};
use wl_vitals::Parameter as Measured;
use wl_vitals::writing::HandOver;

/// What a receiver must be able to read.
pub(crate) const HANDED_OVER: [Category; 3] = [Category::Vitals, Category::Alarms, Category::Notes];
/// Most alarms and most notes that are named one by one.
const MOST_ALARMS: usize = 20;
const MOST_NOTES: usize = 3;
/// Most characters of a note's begin.
const BEGIN: usize = 100;
const MINUTE: i64 = 60_000;

/// Whether the patient shares what is handed over with a person, on any of the person's workstations.
pub(crate) fn may_receive(state: &State, patient: &PatientId, person: &KeyId, time: UnixMillis) -> bool {
    HANDED_OVER.iter().all(|category| {
        let entitled = state.entitled(patient, *category, time);
        state.keys_of(person).any(|key| entitled.contains(key))
    })
}

/// A hand-over in the record.
pub(super) fn hand_over_row(moment: &Moment<'_>, handed: &Handed<'_>, waiting: &[OnItsWay]) -> WrittenRow {
    let core = moment.core;
    let to_me = is_same(core.state(), &handed.hand_over.to, &core.me);
    let accepted = handed.accepted.map(|(written, acceptance)| AcceptedView {
        signed: signed_by(moment, &written.by, written.at()),
        synthesis: acceptance.synthesis.clone(),
        record_ref: written.place.to_string(),
    });
    let may_accept =
        to_me && handed.is_open() && is_clinician(core) && !answers(waiting, &handed.written.record);
    let replaced = handed.replaced;
    let hand_over = HandOverView { accepted, replaced, may_accept, ..view_of(moment, handed.hand_over) };
    sealed_row(moment, handed.written, EntryView::HandOver { hand_over })
}

/// A hand-over that is on its way.
pub(super) fn waiting_hand_over(moment: &Moment<'_>, hand_over: &HandOver) -> EntryView {
    EntryView::HandOver { hand_over: view_of(moment, hand_over) }
}

fn view_of(moment: &Moment<'_>, hand_over: &HandOver) -> HandOverView {
    HandOverView {
        to: person(moment, &hand_over.to),
        to_me: is_same(moment.core.state(), &hand_over.to, &moment.core.me),
        illness: illness_view(hand_over.illness),
        verified: hand_over.verified.clone(),
        summary: hand_over.summary.clone(),
        actions: hand_over.actions.clone(),
        situation: hand_over.situation.clone(),
        accepted: None,
        replaced: false,
        may_accept: false,
    }
}

/// Open hand-overs of every patient whose notes are shared.
pub(crate) fn hand_overs_view(moment: &Moment<'_>, outbox: &[Outgoing]) -> HandOversView {
    let mut view = HandOversView { to_me: Vec::new(), by_me: Vec::new(), others: Vec::new() };
    for (patient, folder) in &moment.core.written {
        if !moment.shares(patient, Category::Notes) {
            continue;
        }
        let waiting = on_their_way(patient, folder, outbox);
        for handed in folder.hand_overs(moment.core.state()).iter().filter(|one| one.is_open()) {
            let row = hand_over_row(moment, handed, &waiting);
            let to_me = is_same(moment.core.state(), &handed.hand_over.to, &moment.core.me);
            let list = match (to_me, row.mine) {
                (true, _) => &mut view.to_me,
                (false, true) => &mut view.by_me,
                (false, false) => &mut view.others,
            };
            list.push(HandOverRow {
                patient_id: patient.to_string(),
                bed: moment.bed(patient),
                name: moment.name(patient),
                row,
            });
        }
    }
    for list in [&mut view.to_me, &mut view.by_me, &mut view.others] {
        list.sort_by_key(|one| one.row.written_ms);
    }
    view
}

/// What the form of a hand-over begins with.
pub(crate) fn hand_over_draft(moment: &Moment<'_>, patient: &PatientId) -> HandOverDraft {
    let empty = Folder::default();
    let folder = moment.core.written.get(patient).unwrap_or(&empty);
    let handed = folder.hand_overs(moment.core.state());
    let before = handed.iter().rev().find(|one| one.accepted.is_some()).map(|one| one.hand_over);
    let unanswered = moment.open_alarms(patient).into_iter().filter(|row| row.work == AlarmWork::New);
    let actions: Vec<String> =
        unanswered.take(MOST_ALARMS).map(|row| format!("Answer the alarm {}", row.text)).collect();
    let actions: Vec<String> = actions.into_iter().chain(open_actions(moment, folder)).collect();
    let actions: Vec<String> = actions.into_iter().chain(unread_actions(moment, folder)).collect();
    HandOverDraft {
        patient_id: patient.to_string(),
        receivers: receivers(moment, patient),
        verified: verified_text(moment, patient),
        illness: suggested(&moment.news2(patient)),
        summary: before.map_or_else(String::new, |hand_over| hand_over.summary.clone()),
        actions: actions.join("\n"),
        situation: before.map_or_else(String::new, |hand_over| hand_over.situation.clone()),
    }
}

/// What the sheet of a shift says of a patient beside the alarms that were raised.
pub(crate) struct ShiftSheet {
    pub(crate) news2: String,
    pub(crate) unanswered: u32,
    pub(crate) limits: u32,
    pub(crate) orders: u32,
}

pub(crate) fn shift_sheet(
    moment: &Moment<'_>,
    patient: &PatientId,
    from: UnixMillis,
    to: UnixMillis,
) -> ShiftSheet {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let unanswered = moment.open_alarms(patient).into_iter().filter(|row| row.work == AlarmWork::New);
    let folder = moment.core.written.get(patient);
    ShiftSheet {
        news2: moment.news2(patient).text,
        unanswered: count(unanswered.count()),
        limits: super::trend::limit_changes(moment, patient, from, to),
        orders: count(folder.map_or(0, |folder| open_actions(moment, folder).len())),
    }
}

fn suggested(news2: &News2View) -> IllnessWord {
    match news2.risk {
        News2Risk::High => IllnessWord::Unstable,
        // A score of which too little is known is no reason to call somebody stable.
        News2Risk::Medium | News2Risk::LowMedium | News2Risk::Unknown => IllnessWord::Watcher,
        News2Risk::Low => IllnessWord::Stable,
    }
}

fn receivers(moment: &Moment<'_>, patient: &PatientId) -> Vec<ReceiverView> {
    let state = moment.core.state();
    let me = state.person_of(&moment.core.me);
    let others = [Role::Physician, Role::Nurse]
        .into_iter()
        .flat_map(|role| state.persons_in(role).into_iter().map(move |person| (person, role)));
    let mut receivers: Vec<ReceiverView> = others
        .filter(|(person, _)| Some(*person) != me)
        .map(|(key, role)| ReceiverView {
            person_id: key.to_string(),
            name: person(moment, &key),
            role: super::frame::role_view(role),
            may_read: may_receive(state, patient, &key, moment.deciding),
        })
        .collect();
    receivers.sort_by(|a, b| (!a.may_read, &a.name).cmp(&(!b.may_read, &b.name)));
    receivers
}

/// What this workstation has verified about a patient now, in lines. Ages instead of times: no time zone is needed.
pub(crate) fn verified_text(moment: &Moment<'_>, patient: &PatientId) -> String {
    let mut lines = vec![score_line(&moment.news2(patient))];
    let values: Vec<String> =
        Measured::ALL.into_iter().filter_map(|measured| value_text(moment, patient, measured)).collect();
    lines.push(match values.is_empty() {
        true => "No value is known.".to_owned(),
        false => values.join(", "),
    });
    if moment.shares(patient, Category::Alarms) {
        alarm_lines(moment, patient, &mut lines);
        let set = differences(&limits_in_force(moment, patient));
        lines.extend(set.into_iter().map(|line| format!("Limit {line}")));
    } else {
        lines.push("Alarms are not shared with the giver.".to_owned());
    }
    note_lines(moment, patient, &mut lines);
    lines.join("\n")
}

fn score_line(news2: &News2View) -> String {
    let known = news2.inputs.iter().filter(|input| input.points.is_some()).count();
    let risk = match news2.risk {
        News2Risk::Low => "low risk",
        News2Risk::LowMedium => "low to medium risk",
        News2Risk::Medium => "medium risk",
        News2Risk::High => "high risk",
        News2Risk::Unknown => return "NEWS2 is not known.".to_owned(),
    };
    format!("NEWS2 {}, {risk}, {known} of {} inputs known", news2.text, news2.inputs.len())
}

fn value_text(moment: &Moment<'_>, patient: &PatientId, measured: Measured) -> Option<String> {
    let (name, value) = match measured {
        Measured::NibpSystolic => ("BP", moment.blood_pressure(patient)),
        Measured::NibpDiastolic | Measured::NibpMean => return None,
        _ => (measured.short(), moment.value(patient, measured)),
    };
    if value.text.is_empty() {
        return None;
    }
    let age = value.taken_ms.map_or(0, |taken| moment.now.since(UnixMillis(taken)));
    let old = if age >= MINUTE { format!(" ({} ago)", age_text(age)) } else { String::new() };
    Some(format!("{name} {} {}{old}", value.text, measured.info().unit.label()))
}

fn alarm_lines(moment: &Moment<'_>, patient: &PatientId, lines: &mut Vec<String>) {
    let open = moment.open_alarms(patient);
    if open.is_empty() {
        lines.push("No open alarm.".to_owned());
    }
    lines.extend(open.iter().take(MOST_ALARMS).map(|row| alarm_line(moment, row)));
    if let Some(more) = open.len().checked_sub(MOST_ALARMS).filter(|more| *more > 0) {
        lines.push(format!("and {more} more alarms"));
    }
}

fn alarm_line(moment: &Moment<'_>, row: &AlarmRow) -> String {
    let priority = match row.priority {
        Priority::High => "High",
        Priority::Medium => "Medium",
        Priority::Low => "Low",
    };
    let work = match &row.work {
        AlarmWork::New => "nobody has answered".to_owned(),
        AlarmWork::Acknowledging => "acknowledgement on its way".to_owned(),
        AlarmWork::Acknowledged { by, .. } => format!("acknowledged by {by}"),
        AlarmWork::Assigned { to, by, .. } => format!("given to {to} by {by}"),
        AlarmWork::Snoozed { by, .. } => format!("put off by {by}"),
        AlarmWork::Resolved { .. } => "closed".to_owned(),
    };
    let age = age_text(moment.now.since(UnixMillis(row.since_ms)));
    format!("{priority} alarm {}, since {age}, {work}", row.text)
}

fn note_lines(moment: &Moment<'_>, patient: &PatientId, lines: &mut Vec<String>) {
    let Some(folder) = moment.core.written.get(patient) else { return };
    order_lines(moment, folder, lines);
    advice_lines(moment, folder, lines);
    programme_lines(moment, patient, folder, lines);
    let mut newest: Vec<_> =
        folder.notes(moment.core.state()).into_iter().filter_map(|mut all| all.pop()).collect();
    newest.sort_by_key(|version| std::cmp::Reverse(version.written.at()));
    for version in newest.into_iter().take(MOST_NOTES) {
        let first = version.note.text.lines().next().unwrap_or_default();
        let mut begin: String = first.chars().take(BEGIN).collect();
        if begin.len() < version.note.text.len() {
            begin.push('…');
        }
        let (by, age) = (person(moment, &version.written.by), moment.now.since(version.written.at()));
        lines.push(format!("Note by {by}, {} ago: {}", age_text(age), begin.trim()));
    }
}

/// "3 min", "2 h 5 min", "4 d".
pub(super) fn age_text(age: i64) -> String {
    let minutes = age.max(0) / MINUTE;
    match (minutes / 1440, minutes / 60, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, _, _) => format!("{days} d"),
    }
}
