//! The views: what opened values look like on each screen. Everything here reads one core at one moment.

mod advice;
mod alarm;
mod disclosures;
mod emergency;
mod frame;
mod handover;
mod history;
mod inbox;
mod integrity;
mod keys;
mod limits;
mod news2;
mod notes;
mod order;
mod patient;
mod programme;
mod proposals;
mod roster;
mod settings;
mod trend;
mod trust;
mod value;
mod ward;

pub(crate) use alarm::alarm_row;
pub(crate) use emergency::{Texts, emergency_row, emergency_view, outcome_of, reason_of};
pub(crate) use frame::{frame_view, idle_frame, role_of, role_view, user_view, words};
pub(crate) use handover::{
    HANDED_OVER, hand_over_draft, hand_overs_view, may_receive, shift_sheet, verified_text,
};
pub(crate) use history::{alarm_history, alarm_outcome_of, comment_of, reaches, snooze_reason_of};
pub(crate) use inbox::{inbox_view, over_query};
pub(crate) use integrity::{comparison_row, integrity_view};
pub(crate) use keys::{key_problem, key_problems};
pub(crate) use limits::{Counted, limits_page, limits_preview, place_of, proposed_limits};
pub(crate) use notes::{illness_of, is_on_its_way, kind_of, notes_view};
pub(crate) use order::{order_of, step_of};
pub(crate) use patient::{category_name, category_of, patient_view};
pub(crate) use programme::{ending_of, programme_of};
pub(crate) use proposals::policy_of;
pub(crate) use roster::roster_view;
pub(crate) use settings::settings_view;
pub(crate) use trend::{
    AtSource, Columns, Counts, JUST_BEFORE, Stored, Tail, TrendSource, count, is_coarse, paper_chart,
    sharing, tail_of, trend_at, trend_table, trend_views, trends_view, wanted,
};
pub(crate) use trust::{TrustSource, trust_view};
pub(crate) use value::{live_value, priority_of, state_of};
pub(crate) use ward::{ward_states, ward_view};

use crate::opener::Access;
use crate::session::Core;
use wl_ledger::{Category, PatientId, UnixMillis};

/// One core at one moment.
pub(crate) struct Moment<'a> {
    pub(crate) core: &'a Core,
    pub(crate) now: UnixMillis,
    /// The time by which sharing ends.
    pub(crate) deciding: UnixMillis,
}

impl<'a> Moment<'a> {
    pub(crate) fn new(core: &'a mut Core, now: UnixMillis) -> Self {
        let deciding = core.deciding_time(now);
        Self { core, now, deciding }
    }

    pub(crate) fn access(&self, patient: &PatientId, category: Category) -> Access {
        self.core.opener.access(self.core.state(), patient, category, self.deciding)
    }

    pub(crate) fn shares(&self, patient: &PatientId, category: Category) -> bool {
        matches!(self.access(patient, category), Access::Granted { .. })
    }

    /// The patients of whom anything is shared with this reader.
    pub(crate) fn patients(&self) -> Vec<PatientId> {
        let all = self.core.state().patients().map(|(patient, _)| *patient);
        all.filter(|patient| Category::ALL.iter().any(|category| self.shares(patient, *category))).collect()
    }

    pub(crate) fn demo(&self) -> bool {
        self.core.answer.demo
    }
}
