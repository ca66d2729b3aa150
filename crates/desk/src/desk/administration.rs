//! The commands of administrators. The role is judged in `admin`, on every call.

use super::commands::patient_of;
use super::{Answer, Desk, Shared};
use crate::admin::{self, Order, reason_of};
use crate::handout;
use crate::view::{ChangeView, EnrolCheck, EnrolPreview, EnrolmentAnswerView, RegistrationPreview, UiError};
use wl_ledger::{DeviceId, KeyId, TeamId};

pub(super) fn team_of(text: &str) -> Answer<TeamId> {
    TeamId::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The team is not named by 32 hexadecimal digits."))
}

pub(super) fn key_of(text: &str) -> Answer<KeyId> {
    KeyId::from_hex(text).ok_or_else(|| UiError::bad_input("The key is not named by 32 hexadecimal digits."))
}

pub(super) fn device_of(text: &str) -> Answer<DeviceId> {
    text.parse().map(DeviceId).map_err(|_| UiError::bad_input("The device is not named by its number."))
}

impl Desk {
    /// What an enrolment request says, without its six words.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn enrol_preview(&self, text: String) -> Answer<EnrolPreview> {
        let session = self.shared.open_session().await?;
        let previewed = admin::preview(&*session.core().await, &text);
        self.shared.told(previewed).await
    }

    /// Compares the words that were read aloud with those of the request.
    ///
    /// # Errors
    /// [`UiError`]; the message says which words differ.
    pub async fn enrol_check(&self, text: String, words: String) -> Answer<EnrolCheck> {
        let session = self.shared.open_session().await?;
        let checked = admin::check(&*session.core().await, &text, &words);
        self.shared.told(checked).await
    }

    /// Enrols the key of a request into care teams. The words are compared once more.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn enrol(&self, text: String, words: String, teams: Vec<String>) -> Answer<ChangeView> {
        let teams = teams.iter().map(|team| team_of(team)).collect::<Answer<_>>()?;
        self.change(Order::Enrol { text, words, teams }).await
    }

    /// Revokes a key; the reason is left, lost, replaced or misuse.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn revoke(&self, key_id: String, reason: String) -> Answer<ChangeView> {
        let reason = reason_of(&reason)
            .ok_or_else(|| UiError::bad_input("The reason is left, lost, replaced or misuse."))?;
        self.change(Order::Revoke(key_of(&key_id)?, reason)).await
    }

    /// Creates a care team.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn create_team(&self, name: String) -> Answer<ChangeView> {
        self.change(Order::CreateTeam(name)).await
    }

    /// Puts a key into a care team.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn join_team(&self, team_id: String, key_id: String) -> Answer<ChangeView> {
        self.change(Order::JoinTeam(team_of(&team_id)?, key_of(&key_id)?)).await
    }

    /// Takes a key out of a care team.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn leave_team(&self, team_id: String, key_id: String) -> Answer<ChangeView> {
        self.change(Order::LeaveTeam(team_of(&team_id)?, key_of(&key_id)?)).await
    }

    /// What a hub's registration of a patient says.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn patient_preview(&self, text: String) -> Answer<RegistrationPreview> {
        let session = self.shared.open_session().await?;
        let read = admin::registration(&*session.core().await, &text);
        self.shared.told(read).await
    }

    /// Registers a patient by the file its hub made.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn register_patient(&self, text: String) -> Answer<ChangeView> {
        self.change(Order::RegisterPatient(text)).await
    }

    /// Registers a device under what it calls itself. If it stops before the assignment, the device is there without
    /// a patient, and asking again goes on.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn register_device(&self, identity: String, patient: Option<String>) -> Answer<ChangeView> {
        let patient = patient.as_deref().map(patient_of).transpose()?;
        let done = self.administer(Order::RegisterDevice(identity)).await?;
        match (done, patient) {
            (admin::Done::Device(device), Some(patient)) => {
                self.change(Order::AssignDevice(device, Some(patient))).await
            }
            (done, _) => Ok(done.into()),
        }
    }

    /// Assigns a device to a patient, or to none.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn assign_device(&self, device_id: String, patient: Option<String>) -> Answer<ChangeView> {
        let patient = patient.as_deref().map(patient_of).transpose()?;
        self.change(Order::AssignDevice(device_of(&device_id)?, patient)).await
    }

    /// Carries an administrator's order out (`wl_desk::admin`).
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn administer(&self, order: Order) -> Answer<admin::Done> {
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        self.shared.told(admin::carry_out(&session, &client, order).await).await
    }

    /// The enrolment answer for a new workstation or hub. Administrators only.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn enrolment_answer(&self) -> Answer<String> {
        let session = self.shared.open_session().await?;
        let answered = admin::answer(&*session.core().await);
        self.shared.told(answered).await
    }

    /// The enrolment answer for the owner of a key, saved as a file to carry. Administrators only.
    ///
    /// # Errors
    /// [`UiError`], also for a key that is not enrolled or was revoked.
    pub async fn answer_for(&self, key_id: String) -> Answer<EnrolmentAnswerView> {
        let text = self.enrolment_answer().await?;
        let key = key_of(&key_id)?;
        let session = self.shared.open_session().await?;
        if !session.core().await.state().member(&key).is_some_and(wl_ledger::state::Member::is_active) {
            return Err(UiError::bad_input("This key is not enrolled here, or it was revoked."));
        }
        let saved_as = self.shared.hand_out(&format!("wardlight-answer-{key}.txt"), text.as_bytes());
        Ok(EnrolmentAnswerView { qr_svg: crate::qr::svg(&text), saved_as, text })
    }

    pub(super) async fn change(&self, order: Order) -> Answer<ChangeView> {
        Ok(self.administer(order).await?.into())
    }
}

impl Shared {
    /// Saves a file that is carried to somebody else. Returns where, or an empty text if it could not.
    pub(super) fn hand_out(&self, name: &str, content: &[u8]) -> String {
        let mut places: Vec<_> = self.settings.handouts.as_deref().into_iter().collect();
        places.push(self.profile.directory());
        handout::save(&places, name, content).map_or_else(String::new, |path| path.display().to_string())
    }

    /// The first directory for files that are carried to somebody else.
    pub(super) fn handouts(&self) -> &std::path::Path {
        self.settings.handouts.as_deref().unwrap_or_else(|| self.profile.directory())
    }

    /// Where the request can be found: the profile holds it, but people look among their downloads.
    pub(super) fn request_at(&self, key_id: &str, text: &str) -> String {
        match self.settings.handouts {
            Some(_) => self.hand_out(&format!("wardlight-request-{key_id}.txt"), text.as_bytes()),
            None => self.profile.request_path().display().to_string(),
        }
    }
}
