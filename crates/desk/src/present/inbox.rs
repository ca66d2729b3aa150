//! The work list over all patients.

use super::Moment;
use super::alarm::{alarm_row, rank};
use crate::view::{AlarmRow, AlarmWork, InboxCounts, InboxTab, InboxView};
use wl_ledger::Category;

/// Most rows of one answer.
const MOST: usize = 500;

pub(crate) fn inbox_view(moment: &Moment<'_>, tab: InboxTab) -> InboxView {
    let mut counts = InboxCounts { active: 0, unacknowledged: 0, mine: 0 };
    let mut rows: Vec<AlarmRow> = Vec::new();
    for (id, entry) in moment.core.inbox.entries() {
        if !moment.shares(&entry.patient(), Category::Alarms) {
            continue;
        }
        let Some(row) = alarm_row(moment, id) else { continue };
        let open = entry.is_open();
        let mine = open
            && matches!(row.work, AlarmWork::Acknowledged { by_me: true, .. } | AlarmWork::Acknowledging);
        let unanswered = open && row.work == AlarmWork::New;
        counts.active += u32::from(open);
        counts.unacknowledged += u32::from(unanswered);
        counts.mine += u32::from(mine);
        let wanted = match tab {
            InboxTab::Active => open,
            InboxTab::Unacknowledged => unanswered,
            InboxTab::Mine => mine,
            InboxTab::History => !open,
        };
        if wanted {
            rows.push(row);
        }
    }
    match tab {
        InboxTab::Active | InboxTab::Unacknowledged | InboxTab::Mine => rows.sort_by_key(rank),
        InboxTab::History => rows.sort_by_key(|row| core::cmp::Reverse(row.since_ms)),
    }
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    InboxView { tab, rows, counts, more }
}
