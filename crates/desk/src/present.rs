//! The views: what opened values look like on each screen. Everything here reads one core at one moment.

mod alarm;
mod frame;
mod inbox;
mod news2;
mod patient;
mod settings;
mod trend;
mod trust;
mod value;
mod ward;

pub(crate) use alarm::alarm_row;
pub(crate) use frame::{frame_view, idle_frame, key_problem, role_of, role_view, user_view, words};
pub(crate) use inbox::inbox_view;
pub(crate) use patient::patient_view;
pub(crate) use settings::settings_view;
pub(crate) use trend::{TrendSource, trend_views};
pub(crate) use trust::{TrustSource, trust_view};
pub(crate) use value::{live_value, priority_of, state_of};
pub(crate) use ward::ward_view;

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
