//! The commands of emergency access.

use super::commands::patient_of;
use super::joint::{agreement_of, categories_of};
use super::{Answer, Desk};
use crate::edge;
use crate::emergency::{self, Request};
use crate::present::{self, Moment, Texts};
use crate::view::{
    ChangeKind, ChangeView, EmergencyReason, EmergencyRow, EmergencyView, ReviewOutcome, UiError,
};

impl Desk {
    /// Whom the reader could open, what is open, who asks for a share, and what is to be reviewed.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn emergency(&self) -> Answer<EmergencyView> {
        let session = self.shared.open_session().await?;
        let texts = emergency::words(&session).await?;
        let mut core = session.core().await;
        Ok(present::emergency_view(&Moment::new(&mut core, edge::now()), &texts))
    }

    /// Asks for emergency access to a patient. It is answered when the request is sealed and verified here; the keys
    /// come after that, from the patient's hub or from custodians.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn break_glass(
        &self,
        patient_id: String,
        reason: EmergencyReason,
        text: String,
        categories: Vec<String>,
        minutes: u8,
    ) -> Answer<EmergencyRow> {
        let request = Request {
            patient: patient_of(&patient_id)?,
            reason: present::reason_of(reason),
            text,
            categories: categories_of(&categories)?,
            minutes,
        };
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        let id = self.shared.told(emergency::break_glass(&session, &client, request).await).await?;
        let mut core = session.core().await;
        let row = present::emergency_row(&Moment::new(&mut core, edge::now()), &id, &Texts::new());
        row.ok_or_else(|| UiError::not_found("emergency access"))
    }

    /// Ends the reader's own emergency access before its time.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn end_emergency(&self, request_id: String) -> Answer<ChangeView> {
        let id = agreement_of(&request_id)?;
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        self.shared.told(emergency::end(&session, &client, id).await).await?;
        Ok(ChangeView { kind: ChangeKind::Emergency, id: request_id })
    }

    /// Releases the reader's share of the keys that a request needs.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn release_share(&self, request_id: String) -> Answer<ChangeView> {
        let id = agreement_of(&request_id)?;
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        self.shared.told(emergency::release(&session, &client, id).await).await?;
        Ok(ChangeView { kind: ChangeKind::Emergency, id: request_id })
    }

    /// Records what a privacy officer found.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn review_break_glass(&self, request_id: String, outcome: ReviewOutcome) -> Answer<ChangeView> {
        let id = agreement_of(&request_id)?;
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        let reviewed = emergency::review(&session, &client, id, present::outcome_of(outcome)).await;
        self.shared.told(reviewed).await?;
        Ok(ChangeView { kind: ChangeKind::Emergency, id: request_id })
    }
}
