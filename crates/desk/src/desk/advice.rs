//! Advice to the patient: given and taken back by physicians; the patient's answers are read by physicians and nurses.

use super::commands::patient_of;
use super::writing::{check_shared, record_of, sign_writing};
use super::{Answer, Desk, is_clinician, may_order};
use crate::edge;
use crate::session::Core;
use crate::view::{AdviceInput, NotesView, UiError};
use wl_ledger::{Hash, PatientId, UnixMillis};
use wl_vitals::writing::{Advice, AdviceKind, Noted, Withdrawal, Writing, tidy};

/// Longest time that a proposal can stay open, in milliseconds: 90 days.
const LONGEST: i64 = 90 * 24 * 3_600_000;

impl Desk {
    /// Signs advice to a patient. The patient's hub delivers it.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed.
    pub async fn write_advice(&self, id: String, input: AdviceInput) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let follows = input.follows.as_deref().map(record_of).transpose()?;
        let (at, session) = (edge::now(), self.shared.open_session().await?);
        check_adviser(&*session.core().await)?;
        let until = input.until_ms.map(UnixMillis);
        if until.is_some_and(|until| !input.proposal || until <= at || until.since(at) > LONGEST) {
            return Err(UiError::bad_input(
                "A proposal ends later than now and within 90 days; advice has no end.",
            ));
        }
        if let Some(record) = follows {
            is_there(&mut *session.core().await, &patient, &record)?;
        }
        let kind = if input.proposal { AdviceKind::Proposal } else { AdviceKind::Advice };
        let advice = Advice { at, follows, kind, until, text: tidy(&input.text) };
        sign_writing(&session, &patient, &Writing::Advice(advice)).await?;
        self.notes(id).await
    }

    /// Takes advice back, with the reason that the patient reads.
    ///
    /// # Errors
    /// [`UiError`]: there is no such advice, or it is withdrawn.
    pub async fn withdraw_advice(&self, id: String, record_id: String, text: String) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let record = record_of(&record_id)?;
        let session = self.shared.open_session().await?;
        {
            let mut core = session.core().await;
            check_adviser(&core)?;
            if is_there(&mut core, &patient, &record)? {
                return Err(UiError::refused("This advice is withdrawn."));
            }
        }
        let withdrawal = Withdrawal { at: edge::now(), record, text: tidy(&text) };
        sign_writing(&session, &patient, &Writing::Withdrawal(withdrawal)).await?;
        self.notes(id).await
    }

    /// Signs that an answer of the patient was read, so that it stands out nowhere any more.
    ///
    /// # Errors
    /// [`UiError`]: there is no such answer, or somebody has read it.
    pub async fn note_reply(&self, id: String, record_id: String) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let record = record_of(&record_id)?;
        let session = self.shared.open_session().await?;
        {
            let mut core = session.core().await;
            if !is_clinician(&core) {
                return Err(UiError::not_allowed("Physicians and nurses sign that an answer was read."));
            }
            check_shared(&mut core, &patient)?;
            let folder = core.written.get(&patient).ok_or_else(|| UiError::not_found("answer"))?;
            let advice = folder.advice(core.state());
            let mut replies = advice.iter().flat_map(|one| &one.replies);
            let reply = replies.find(|one| one.written.record == record);
            if reply.ok_or_else(|| UiError::not_found("answer"))?.noted.is_some() {
                return Err(UiError::refused("Somebody of the team has read this answer."));
            }
        }
        sign_writing(&session, &patient, &Writing::Noted(Noted { at: edge::now(), record })).await?;
        self.notes(id).await
    }
}

fn check_adviser(core: &Core) -> Answer<()> {
    may_order(core).then_some(()).ok_or_else(|| UiError::not_allowed("A physician advises patients."))
}

/// Whether this advice is withdrawn.
///
/// # Errors
/// There is no such advice here.
fn is_there(core: &mut Core, patient: &PatientId, record: &Hash) -> Answer<bool> {
    check_shared(core, patient)?;
    let folder = core.written.get(patient).ok_or_else(|| UiError::not_found("advice"))?;
    let advice = folder.advice(core.state());
    let one = advice.iter().find(|one| one.written.record == *record);
    Ok(one.ok_or_else(|| UiError::not_found("advice"))?.withdrawn.is_some())
}
