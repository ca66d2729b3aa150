//! The work list over all patients.

use super::Moment;
use super::alarm::{Rows, kind_of, rank, text, work};
use super::value::priority_of;
use crate::inbox::Entry;
use crate::session::MOST_OVER;
use crate::store::OverQuery;
use crate::view::{AlarmKind, AlarmRow, AlarmWork, InboxCounts, InboxFilter, InboxTab, InboxView, Priority};
use std::collections::{BTreeMap, BTreeSet};
use wl_ledger::{Category, PatientId};
use wl_vitals::alarm::{Alarm, AlarmLife, Priority as Urgency};
use wl_vitals::codes::private;
use wl_vitals::{Code, Parameter as Measured};

/// What the score is called.
const NEWS2: &str = "NEWS2";
/// Most rows of one answer.
const MOST: usize = 500;

pub(crate) fn inbox_view(moment: &Moment<'_>, tab: InboxTab, filter: &InboxFilter) -> InboxView {
    let faults = super::roster::fault_rows(moment);
    let mut counts =
        InboxCounts { technical: u32::try_from(faults.len()).unwrap_or(u32::MAX), ..InboxCounts::default() };
    let inbox = &moment.core.inbox;
    let mut sought = Sought::new(moment, tab, filter);
    let mut found: Vec<&Entry> = Vec::new();
    for (_, entry) in inbox.live() {
        let Some(life) = entry.life().filter(|_| sought.is_shared(entry)) else { continue };
        let stage = Stage::of(moment, entry, life);
        stage.count(&mut counts);
        if stage.is_in(tab) && sought.lets_through(entry, life.alarm()) {
            found.push(entry);
        }
    }
    if tab == InboxTab::History {
        let fits = |entry: &&Entry| {
            let life = entry.life().filter(|_| sought.is_shared(entry));
            life.is_some_and(|life| sought.lets_through(entry, life.alarm()))
        };
        found.extend(inbox.over().map(|(_, entry)| entry).filter(fits));
    }
    let (rows, more) = sought.rows.chosen(tab, found);
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

impl Rows<'_, '_> {
    /// The rows of a tab in its order, as many as are shown, and whether there are more. Of what is over, which may be a
    /// year, no row is made that is not shown.
    fn chosen(&mut self, tab: InboxTab, mut found: Vec<&Entry>) -> (Vec<AlarmRow>, bool) {
        let is_over = tab == InboxTab::History;
        let most = if is_over { MOST_OVER } else { MOST };
        let more = found.len() > most;
        if is_over {
            found.sort_by_key(|entry| core::cmp::Reverse(entry.life().map(|life| life.alarm().raised)));
            found.truncate(most);
        }
        let mut rows: Vec<AlarmRow> = found.into_iter().filter_map(|entry| self.row(entry)).collect();
        if !is_over {
            rows.sort_by_key(rank);
            rows.truncate(most);
        }
        (rows, more)
    }
}

/// Where an alarm stands among the tabs.
struct Stage {
    open: bool,
    unanswered: bool,
    snoozed: bool,
    mine: bool,
    technical: bool,
}

impl Stage {
    fn of(moment: &Moment<'_>, entry: &Entry, life: &AlarmLife) -> Self {
        let work = work(moment, entry, life);
        let open = entry.is_open();
        let is_mine = matches!(
            work,
            AlarmWork::Acknowledged { by_me: true, .. }
                | AlarmWork::Assigned { to_me: true, .. }
                | AlarmWork::Acknowledging
        );
        Self {
            open,
            unanswered: open && work == AlarmWork::New,
            snoozed: matches!(work, AlarmWork::Snoozed { .. }),
            mine: open && is_mine,
            technical: open && kind_of(life.alarm()) == AlarmKind::Technical,
        }
    }

    fn is_acknowledged(&self) -> bool {
        self.open && !self.unanswered && !self.snoozed
    }

    fn count(&self, counts: &mut InboxCounts) {
        counts.acknowledged += u32::from(self.is_acknowledged());
        counts.snoozed += u32::from(self.snoozed);
        counts.technical += u32::from(self.technical);
        counts.active += u32::from(self.open);
        counts.unacknowledged += u32::from(self.unanswered);
        counts.mine += u32::from(self.mine);
    }

    fn is_in(&self, tab: InboxTab) -> bool {
        match tab {
            InboxTab::Active => self.open,
            InboxTab::Unacknowledged => self.unanswered,
            InboxTab::Mine => self.mine,
            InboxTab::Acknowledged => self.is_acknowledged(),
            InboxTab::Snoozed => self.snoozed,
            InboxTab::Technical => self.technical,
            InboxTab::History => !self.open && !self.snoozed,
        }
    }
}

/// What is looked for: every word stands in bed, name or alarm.
struct Sought<'m, 'c> {
    rows: Rows<'m, 'c>,
    moment: &'m Moment<'c>,
    is_history: bool,
    priority: Option<Priority>,
    words: Vec<String>,
    /// Bed and name of the patients whose alarms this reader may see, as they are compared; none for others.
    patients: BTreeMap<PatientId, Option<(String, String)>>,
}

impl<'m, 'c> Sought<'m, 'c> {
    fn new(moment: &'m Moment<'c>, tab: InboxTab, filter: &InboxFilter) -> Self {
        Self {
            rows: Rows::new(moment),
            moment,
            is_history: tab == InboxTab::History,
            priority: filter.priority,
            words: fold(&filter.text).split_whitespace().map(str::to_owned).collect(),
            patients: BTreeMap::new(),
        }
    }

    fn patient(&mut self, patient: PatientId) -> Option<&(String, String)> {
        let look = || {
            self.moment.shares(&patient, Category::Alarms).then(|| {
                let (bed, name) = self.rows.who(&patient);
                (fold(bed), fold(&name.text))
            })
        };
        self.patients.entry(patient).or_insert_with(look).as_ref()
    }

    fn is_shared(&mut self, entry: &Entry) -> bool {
        self.patient(entry.patient()).is_some()
    }

    fn lets_through(&mut self, entry: &Entry, alarm: &Alarm) -> bool {
        if self.priority.is_some_and(|priority| priority_of(alarm.priority) != priority) {
            return false;
        }
        if self.words.is_empty() {
            return true;
        }
        let label = label(alarm, self.is_history);
        let words = core::mem::take(&mut self.words);
        let fits = self.patient(entry.patient()).is_some_and(|(bed, name)| {
            words.iter().all(|word| bed == word || name.contains(word) || label.contains(word))
        });
        self.words = words;
        fits
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
fn label(alarm: &Alarm, is_history: bool) -> String {
    if !is_history {
        return fold(&text(alarm));
    }
    match Measured::from_code(alarm.subject.code) {
        Some(measured) => fold(measured.short()),
        None if alarm.subject.code == private::NEWS2 => fold(NEWS2),
        None => String::new(),
    }
}

/// As people type it: small letters, and SpO2 for SpO₂.
fn fold(text: &str) -> String {
    text.to_lowercase().replace('₂', "2")
}
