//! The work list over all patients.

use super::Moment;
use super::alarm::{alarm_row, rank};
use crate::inbox::Entry;
use crate::session::MOST_OVER;
use crate::store::OverQuery;
use crate::view::{AlarmKind, AlarmRow, AlarmWork, InboxCounts, InboxFilter, InboxTab, InboxView, Priority};
use std::collections::BTreeSet;
use wl_ledger::{Category, PatientId};
use wl_vitals::alarm::Priority as Urgency;
use wl_vitals::codes::private;
use wl_vitals::{Code, Parameter as Measured};

/// What the score is called.
const NEWS2: &str = "NEWS2";
/// Most rows of one answer.
const MOST: usize = 500;

pub(crate) fn inbox_view(moment: &Moment<'_>, tab: InboxTab, filter: &InboxFilter) -> InboxView {
    let text = fold(filter.text.trim());
    let faults = super::roster::fault_rows(moment);
    let mut counts =
        InboxCounts { technical: u32::try_from(faults.len()).unwrap_or(u32::MAX), ..InboxCounts::default() };
    let mut rows: Vec<AlarmRow> = Vec::new();
    let shared = shared(moment);
    let inbox = &moment.core.inbox;
    let over = (tab == InboxTab::History).then(|| inbox.over());
    for (id, entry) in inbox.live().chain(over.into_iter().flatten()) {
        if !shared.contains(&entry.patient()) {
            continue;
        }
        let Some(row) = alarm_row(moment, id) else { continue };
        let open = entry.is_open();
        let mine = open
            && matches!(
                row.work,
                AlarmWork::Acknowledged { by_me: true, .. }
                    | AlarmWork::Assigned { to_me: true, .. }
                    | AlarmWork::Acknowledging
            );
        let unanswered = open && row.work == AlarmWork::New;
        let snoozed = matches!(row.work, AlarmWork::Snoozed { .. });
        let technical = open && row.kind == AlarmKind::Technical;
        let acknowledged = open && !unanswered && !snoozed;
        counts.acknowledged += u32::from(acknowledged);
        counts.snoozed += u32::from(snoozed);
        counts.technical += u32::from(technical);
        counts.active += u32::from(open);
        counts.unacknowledged += u32::from(unanswered);
        counts.mine += u32::from(mine);
        let wanted = match tab {
            InboxTab::Active => open,
            InboxTab::Unacknowledged => unanswered,
            InboxTab::Mine => mine,
            InboxTab::Acknowledged => acknowledged,
            InboxTab::Snoozed => snoozed,
            InboxTab::Technical => technical,
            InboxTab::History => !open && !snoozed,
        };
        if wanted && is_let_through(&row, &label(entry, &row, tab), &text, filter) {
            rows.push(row);
        }
    }
    match tab {
        InboxTab::Active
        | InboxTab::Unacknowledged
        | InboxTab::Mine
        | InboxTab::Acknowledged
        | InboxTab::Snoozed
        | InboxTab::Technical => rows.sort_by_key(rank),
        InboxTab::History => rows.sort_by_key(|row| core::cmp::Reverse(row.since_ms)),
    }
    let most = if tab == InboxTab::History { MOST_OVER } else { MOST };
    let more = rows.len() > most;
    rows.truncate(most);
    let (asked, to_review) = super::emergency::waiting(moment);
    let proposals = super::proposals::proposal_rows(moment).iter().filter(|row| row.can_approve).count();
    InboxView {
        tab,
        rows,
        counts,
        more,
        asked,
        to_review,
        proposals: u32::try_from(proposals).unwrap_or(u32::MAX),
        faults,
    }
}

/// The patients whose alarms this reader may see.
fn shared(moment: &Moment<'_>) -> BTreeSet<PatientId> {
    let all = moment.core.state().patients().map(|(patient, _)| *patient);
    all.filter(|patient| moment.shares(patient, Category::Alarms)).collect()
}

/// What a filter asks of the alarms that are over; none where no patient and no parameter fits a word of it.
pub(crate) fn over_query(moment: &Moment<'_>, filter: &InboxFilter) -> Option<OverQuery> {
    let priority = filter.priority.map(|priority| match priority {
        Priority::Low => Urgency::Low,
        Priority::Medium => Urgency::Medium,
        Priority::High => Urgency::High,
    });
    let (patients, text) = (shared(moment), fold(filter.text.trim()));
    let words = text.split_whitespace().map(|word| {
        let fits = |patient: &&PatientId| {
            fold(&moment.bed(patient)) == word || fold(&moment.name(patient).text).contains(word)
        };
        let on = Measured::ALL.into_iter().filter(|measured| fold(measured.short()).contains(word));
        let news2 = fold(NEWS2).contains(word).then_some(private::NEWS2);
        let codes: Vec<Code> = on.map(Measured::code).chain(news2).collect();
        (patients.iter().filter(fits).copied().collect::<Vec<_>>(), codes)
    });
    let words: Vec<_> = words.collect();
    let some = words.iter().all(|(patients, codes)| !patients.is_empty() || !codes.is_empty());
    some.then_some(OverQuery { priority, words })
}

/// What a search calls an alarm: all it says while it is open, and the vital sign alone once it is over, because that is
/// what the store is asked for.
fn label(entry: &Entry, row: &AlarmRow, tab: InboxTab) -> String {
    if tab != InboxTab::History {
        return fold(&row.text);
    }
    let code = entry.life().map(|life| life.alarm().subject.code);
    match code.and_then(Measured::from_code) {
        Some(measured) => fold(measured.short()),
        None if code == Some(private::NEWS2) => fold(NEWS2),
        None => String::new(),
    }
}

/// As people type it: small letters, and SpO2 for SpO₂.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('₂', "2")
}

/// Every word that is searched for stands in bed, name or alarm.
fn is_let_through(row: &AlarmRow, label: &str, text: &str, filter: &InboxFilter) -> bool {
    if filter.priority.is_some_and(|priority| row.priority != priority) {
        return false;
    }
    let (name, bed) = (fold(&row.name.text), fold(&row.bed));
    text.split_whitespace().all(|word| bed == word || name.contains(word) || label.contains(word))
}
