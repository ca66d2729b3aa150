//! The access log of this person: each opening of a patient's record is durable before it is answered, and leaves as a
//! signed receipt within a minute.

use super::Core;
use crate::store::StoreError;
use crate::view::UiError;
use std::collections::BTreeMap;
use wl_ledger::control::{Categories, Subject};
use wl_ledger::record::RecordKind;
use wl_ledger::{AgreementId, Category, PatientId, UnixMillis};
use wl_wire::access::{MAX_AGREEMENTS, Opening, Reason, Screen};

/// Somebody still looks on while the record is asked for at least this often, in milliseconds.
const LOOKING_ON: i64 = 60_000;
/// The time that one opening stands for at most, in milliseconds.
const ONE_OPENING: i64 = 15 * 60_000;
/// Openings wait at most this long for others to go with, in milliseconds; with the sender's turns it is a minute.
const BATCH_AGE: i64 = 55_000;

#[derive(Clone, Copy)]
struct Visit {
    since: UnixMillis,
    last: UnixMillis,
    categories: Categories,
}

/// What this person is looking at: a page that is drawn again each second is one opening.
#[derive(Default)]
pub(crate) struct Visits(BTreeMap<(PatientId, Screen), Visit>);

impl Visits {
    /// Whether an opening that was logged before covers this one.
    fn covers(&mut self, what: (PatientId, Screen), categories: Categories, now: UnixMillis) -> bool {
        let Some(visit) = self.0.get_mut(&what) else { return false };
        let covers = (0..LOOKING_ON).contains(&now.since(visit.last))
            && (0..ONE_OPENING).contains(&now.since(visit.since))
            && categories.iter().all(|category| visit.categories.contains(category));
        if covers {
            visit.last = now;
        }
        covers
    }

    fn begin(&mut self, what: (PatientId, Screen), categories: Categories, now: UnixMillis) {
        self.0.insert(what, Visit { since: now, last: now, categories });
    }
}

/// What a screen shows, if it is shared.
fn shown_by(screen: Screen) -> &'static [Category] {
    match screen {
        Screen::Patient => &[Category::Vitals, Category::Waveforms, Category::Alarms, Category::Identity],
        Screen::Trend => &[Category::Vitals, Category::Alarms],
        Screen::Document => &[Category::Documents, Category::Images, Category::Notes],
        Screen::Export => &[Category::Vitals, Category::Alarms, Category::Identity],
        Screen::BreakGlass => &Category::ALL,
    }
}

impl Core {
    /// Logs that this person opens a patient's record, durably. Nothing of it may be answered before.
    ///
    /// If it stops after this, the entry is in the database and its receipt is sent after the next start.
    ///
    /// # Errors
    /// [`UiError`] when the log cannot be written, or the ledger has refused this workstation's receipts.
    pub(crate) async fn log_opening(
        &mut self,
        patient: &PatientId,
        screen: Screen,
        now: UnixMillis,
    ) -> Result<(), UiError> {
        let time = self.deciding_time(now);
        let shared: Vec<Category> = shown_by(screen)
            .iter()
            .copied()
            .filter(|category| {
                let access = self.opener.access(self.state(), patient, *category, time);
                matches!(access, crate::opener::Access::Granted { .. })
            })
            .collect();
        self.log_opening_of(patient, screen, &shared, None, now).await
    }

    /// Logs an opening of exactly these categories, with the reason where the glass was broken.
    ///
    /// # Errors
    /// As [`Core::log_opening`].
    pub(crate) async fn log_opening_of(
        &mut self,
        patient: &PatientId,
        screen: Screen,
        categories: &[Category],
        reason: Option<Reason>,
        now: UnixMillis,
    ) -> Result<(), UiError> {
        if categories.is_empty() {
            return Ok(());
        }
        let store = self.store().ok_or_else(UiError::locked)?;
        if self.receipts_refused {
            return Err(UiError::no_receipt("The ledger has refused this workstation's access receipts."));
        }
        let opened = Categories::of(categories);
        let what = (*patient, screen);
        if reason.is_none() && self.visits.covers(what, opened, now) {
            return Ok(());
        }
        let agreements = self.agreements_behind(patient, categories, now);
        let opening = Opening { at: now, screen, categories: opened, agreements, reason };
        store.keep_opening(patient, &opening).await.map_err(|error| {
            tracing::error!(%error, "the access log cannot be written");
            UiError::no_receipt("The access log of this workstation cannot be written.")
        })?;
        self.visits.begin(what, opened, now);
        Ok(())
    }

    /// The agreements that let this reader read now, ascending.
    fn agreements_behind(
        &mut self,
        patient: &PatientId,
        categories: &[Category],
        now: UnixMillis,
    ) -> Vec<AgreementId> {
        let time = self.deciding_time(now);
        let state = self.state();
        let mut ids: Vec<AgreementId> = categories
            .iter()
            .flat_map(|category| state.agreements_for(&self.me, patient, *category, time))
            .map(|granted| granted.agreement.id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(MAX_AGREEMENTS);
        ids
    }

    /// Moves openings that have waited long enough, or all of them, into receipts in the outbox.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn batch_openings(&mut self, all: bool, now: UnixMillis) -> Result<(), StoreError> {
        let Some(store) = self.store() else { return Ok(()) };
        for (patient, oldest) in store.waiting_openings().await? {
            // A clock that was set back does not keep an opening from being told.
            if all || !(0..BATCH_AGE).contains(&now.since(oldest)) {
                store.batch_openings(&patient).await?;
            }
        }
        Ok(())
    }

    /// A subject of this workstation's own notices that has no stream yet, though something waits for it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn unopened_access(&self) -> Result<Option<Subject>, StoreError> {
        let Some(store) = self.store() else { return Ok(None) };
        let waiting = store.waiting_openings().await?;
        let subjects = waiting.into_iter().map(|(patient, _)| Subject::Access(patient));
        Ok(subjects.into_iter().find(|subject| self.state().stream_of(&self.me, subject).is_none()))
    }

    /// Looks whether the ledger has refused a receipt of this workstation for good.
    pub(crate) fn note_refused(&mut self, outbox: &[crate::store::Outgoing]) {
        self.receipts_refused = outbox
            .iter()
            .any(|outgoing| outgoing.kind == RecordKind::AccessReceipt && outgoing.refused.is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_drawn_again_is_one_opening_for_a_quarter_of_an_hour() {
        let what = (PatientId::from_bytes([1; 16]), Screen::Patient);
        let (vitals, more) =
            (Categories::of(&[Category::Vitals]), Categories::of(&[Category::Vitals, Category::Notes]));
        let at = |seconds: i64| UnixMillis(1_000_000 + seconds * 1000);
        let mut visits = Visits::default();
        assert!(!visits.covers(what, vitals, at(0)), "nothing was logged before");
        visits.begin(what, vitals, at(0));
        assert!(!visits.covers((what.0, Screen::Trend), vitals, at(1)), "another screen");
        assert!(!visits.covers(what, more, at(1)), "more than was logged");
        let mut covered = 0;
        while visits.covers(what, vitals, at(covered * 30)) {
            covered += 1;
        }
        assert_eq!(covered * 30, 900, "looking on longer is a further opening");
        visits.begin(what, vitals, at(0));
        assert!(!visits.covers(what, vitals, at(60)), "who comes back opens again");
        assert!(!visits.covers(what, vitals, at(-1)), "a clock set back hides no opening");
    }
}
