//! Handing patients over: signed by the giver, accepted by the receiver on the receiver's own workstation.

use super::commands::patient_of;
use super::limits::check_clinician;
use super::writing::{check_shared, record_of, sign_writing};
use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, Moment};
use crate::view::{HandOverDraft, HandOverInput, HandOversView, NotesView, UiError};
use crate::written::is_same;
use wl_ledger::{Category, KeyId, PatientId, Role};
use wl_vitals::writing::{Acceptance, HandOver, Writing, tidy};
use wl_wire::access::Screen;

impl Desk {
    /// Hand-overs that nobody has accepted yet.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn hand_overs(&self) -> Answer<HandOversView> {
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let store = session.core().await.store().ok_or_else(UiError::locked)?;
        let outbox = store.outbox().await?;
        drop(store);
        let mut core = session.core().await;
        let view = present::hand_overs_view(&Moment::new(&mut core, now), &outbox);
        for row in view.to_me.iter().chain(&view.by_me).chain(&view.others) {
            let patient = patient_of(&row.patient_id)?;
            core.log_opening_of(&patient, Screen::Document, &[Category::Notes], None, now).await?;
        }
        Ok(view)
    }

    /// What the form of a hand-over begins with, from verified data.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn hand_over_draft(&self, id: String) -> Answer<HandOverDraft> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        check_clinician(&core)?;
        check_shared(&mut core, &patient)?;
        let shown: Vec<Category> = {
            let moment = Moment::new(&mut core, now);
            present::HANDED_OVER.into_iter().filter(|category| moment.shares(&patient, *category)).collect()
        };
        core.log_opening_of(&patient, Screen::Document, &shown, None, now).await?;
        Ok(present::hand_over_draft(&Moment::new(&mut core, now), &patient))
    }

    /// Hands a patient over to somebody with whom the patient shares what is handed over.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed.
    pub async fn hand_over(&self, id: String, input: HandOverInput) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let writing = {
            let mut core = session.core().await;
            check_clinician(&core)?;
            check_shared(&mut core, &patient)?;
            let at = edge::now();
            let moment = Moment::new(&mut core, at);
            let to = receiver(&moment, &patient, &input.to)?;
            Writing::HandOver(HandOver {
                at,
                to,
                illness: present::illness_of(input.illness),
                verified: present::verified_text(&moment, &patient),
                summary: tidy(&input.summary),
                actions: tidy(&input.actions),
                situation: tidy(&input.situation),
            })
        };
        sign_writing(&session, &patient, &writing).await?;
        self.notes(id).await
    }

    /// Accepts a hand-over, with what the receiver has understood.
    ///
    /// # Errors
    /// [`UiError`]: it is to somebody else, or not open any more.
    pub async fn accept_hand_over(
        &self,
        id: String,
        record_id: String,
        synthesis: String,
    ) -> Answer<NotesView> {
        let patient = patient_of(&id)?;
        let record = record_of(&record_id)?;
        let session = self.shared.open_session().await?;
        {
            let core = session.core().await;
            check_clinician(&core)?;
            let folder = core.written.get(&patient).ok_or_else(|| UiError::not_found("hand-over"))?;
            let handed = folder.hand_overs(core.state());
            let one = handed.iter().find(|one| one.written.record == record);
            let one = one.ok_or_else(|| UiError::not_found("hand-over"))?;
            if !is_same(core.state(), &one.hand_over.to, &core.me) {
                return Err(UiError::not_allowed("Only the person to whom it is handed over accepts."));
            }
            if !one.is_open() {
                return Err(UiError::refused("This hand-over is not open any more."));
            }
        }
        let acceptance = Acceptance { at: edge::now(), record, synthesis: tidy(&synthesis) };
        sign_writing(&session, &patient, &Writing::Acceptance(acceptance)).await?;
        self.notes(id).await
    }
}

/// The person to whom a patient may be handed over.
fn receiver(moment: &Moment<'_>, patient: &PatientId, text: &str) -> Answer<KeyId> {
    let person = KeyId::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The person is not named by 32 hexadecimal digits."))?;
    let (state, me) = (moment.core.state(), &moment.core.me);
    if state.person_of(me) == Some(person) {
        return Err(UiError::bad_input("A patient is handed over to somebody else."));
    }
    let clinician =
        [Role::Physician, Role::Nurse].into_iter().any(|role| state.persons_in(role).contains(&person));
    if !clinician {
        return Err(UiError::bad_input("A patient is handed over to a physician or nurse."));
    }
    if !present::may_receive(state, patient, &person, moment.deciding) {
        return Err(UiError::refused(
            "The patient does not share vital signs, alarms and notes with this person.",
        ));
    }
    Ok(person)
}
