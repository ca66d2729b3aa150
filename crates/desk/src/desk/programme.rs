//! Programmes: begun, changed and ended by physicians.

use super::commands::patient_of;
use super::writing::{check_shared, record_of, sign_writing};
use super::{Answer, Desk, may_order};
use crate::edge;
use crate::present;
use crate::session::Core;
use crate::view::{NotesView, ProgrammeEndInput, ProgrammeInput, UiError};
use wl_ledger::{Hash, PatientId};
use wl_vitals::writing::{ProgrammeEnd, Writing, WritingError, tidy};

impl Desk {
    /// Signs a programme, or one that comes in the place of another.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed.
    pub async fn write_programme(&self, id: String, input: ProgrammeInput) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let replaces = input.replaces.as_deref().map(record_of).transpose()?;
        let session = self.shared.open_session().await?;
        check_planner(&*session.core().await)?;
        let programme = present::programme_of(edge::now(), replaces, &input).ok_or_else(bad_goals)?;
        let writing = Writing::Programme(programme);
        if let Err(WritingError::Range(_)) = writing.check() {
            return Err(bad_goals());
        }
        if let Some(record) = replaces {
            need_standing(&mut *session.core().await, &patient, &record)?;
        }
        sign_writing(&session, &patient, &writing).await?;
        self.notes(id).await
    }

    /// Signs how a programme ended.
    ///
    /// # Errors
    /// [`UiError`]: there is no such programme, or it stands no more.
    pub async fn end_programme(
        &self,
        id: String,
        record_id: String,
        input: ProgrammeEndInput,
    ) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let record = record_of(&record_id)?;
        let session = self.shared.open_session().await?;
        {
            let mut core = session.core().await;
            check_planner(&core)?;
            need_standing(&mut core, &patient, &record)?;
        }
        let outcome = present::ending_of(input.outcome);
        let end = ProgrammeEnd { at: edge::now(), record, outcome, text: tidy(&input.text) };
        sign_writing(&session, &patient, &Writing::ProgrammeEnd(end)).await?;
        self.notes(id).await
    }
}

fn check_planner(core: &Core) -> Answer<()> {
    may_order(core).then_some(()).ok_or_else(|| UiError::not_allowed("A physician plans programmes."))
}

fn bad_goals() -> UiError {
    UiError::bad_input(
        "A programme has an end after its begin and 1 to 12 goals, each of another vital sign, with possible numbers, the lower one first, by a day within the programme.",
    )
}

fn need_standing(core: &mut Core, patient: &PatientId, record: &Hash) -> Answer<()> {
    check_shared(core, patient)?;
    let folder = core.written.get(patient).ok_or_else(|| UiError::not_found("programme"))?;
    let programmes = folder.programmes(core.state());
    let one = programmes.iter().find(|one| one.written.record == *record);
    if one.ok_or_else(|| UiError::not_found("programme"))?.stands() {
        Ok(())
    } else {
        Err(UiError::refused("This programme was changed or ended already."))
    }
}
