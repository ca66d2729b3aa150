//! The commands of acts that two people answer for, of people with several workstations, and of the hospital's rules.

use super::administration::{device_of, key_of, team_of};
use super::commands::patient_of;
use super::{Answer, Desk};
use crate::admin::{self, Order};
use crate::edge;
use crate::present::{self, Moment};
use crate::two_person;
use crate::view::{ChangeView, KeyProblemView, PolicyView, RoleView, UiError};
use wl_ledger::codec::tagged_hash;
use wl_ledger::control::{Action, Agreement, Categories, Holder, Purpose};
use wl_ledger::{AgreementId, Category, Hash, PatientId, Role, UnixMillis};

/// Longest consent that is recorded at the bedside, in hours.
const MAX_CONSENT_HOURS: u32 = 7 * 24;
/// Longest disclosure by order of the law, in days.
const MAX_DISCLOSURE_DAYS: u32 = 366;
const HOUR: i64 = 3_600_000;

pub(super) fn proposal_of(text: &str) -> Answer<Hash> {
    Hash::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The proposal is not named by 64 hexadecimal digits."))
}

pub(super) fn agreement_of(text: &str) -> Answer<AgreementId> {
    AgreementId::from_hex(text)
        .ok_or_else(|| UiError::bad_input("The agreement is not named by 32 hexadecimal digits."))
}

pub(super) fn categories_of(names: &[String]) -> Answer<Vec<Category>> {
    let unknown = || UiError::bad_input("A category is not known.");
    let all: Answer<Vec<Category>> =
        names.iter().map(|name| present::category_of(name).ok_or_else(unknown)).collect();
    let mut all = all?;
    all.sort_unstable();
    all.dedup();
    if all.is_empty() {
        return Err(UiError::bad_input("At least one category is named."));
    }
    Ok(all)
}

impl Desk {
    /// Enrols the key of a request as a further workstation of a person. The words are compared once more.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn add_key(&self, person_id: String, text: String, words: String) -> Answer<ChangeView> {
        self.change(Order::AddKey { person: key_of(&person_id)?, text, words }).await
    }

    /// Undoes the revocation of a key, from now on.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn reinstate(&self, key_id: String) -> Answer<ChangeView> {
        self.change(Order::Reinstate(key_of(&key_id)?)).await
    }

    /// Gives a person another role.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn change_role(&self, person_id: String, role: RoleView) -> Answer<ChangeView> {
        self.change(Order::ChangeRole(key_of(&person_id)?, present::role_of(role))).await
    }

    /// Changes the hospital's rules.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn set_policy(&self, policy: PolicyView) -> Answer<ChangeView> {
        self.change(Order::SetPolicy(present::policy_of(&policy))).await
    }

    /// Appoints custodians of emergency keys; none switches the fallback off.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn set_custodians(&self, threshold: u8, people: Vec<String>) -> Answer<ChangeView> {
        let people = people.iter().map(|person| key_of(person)).collect::<Answer<_>>()?;
        self.change(Order::SetCustodians(threshold, people)).await
    }

    /// Retires a device for good.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn retire_device(&self, device_id: String) -> Answer<ChangeView> {
        self.change(Order::RetireDevice(device_of(&device_id)?)).await
    }

    /// Gives a further signature. For an enrolment the six words are compared by everybody who signs it.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn approve(&self, proposal_id: String, words: Option<String>) -> Answer<ChangeView> {
        let proposal = proposal_of(&proposal_id)?;
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        let approved = admin::approve(&session, &client, proposal, words.as_deref()).await;
        Ok(self.shared.told(approved).await?.into())
    }

    /// Ends a proposal.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn withdraw(&self, proposal_id: String) -> Answer<ChangeView> {
        let proposal = proposal_of(&proposal_id)?;
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        Ok(self.shared.told(admin::withdraw(&session, &client, proposal).await).await?.into())
    }

    /// Records consent that a patient gave at the bedside, for at most seven days. A second practitioner signs too.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn record_consent(
        &self,
        patient_id: String,
        team_id: String,
        categories: Vec<String>,
        hours: u32,
    ) -> Answer<ChangeView> {
        let (patient, team) = (patient_of(&patient_id)?, team_of(&team_id)?);
        let categories = categories_of(&categories)?;
        if !(1..=MAX_CONSENT_HOURS).contains(&hours) {
            return Err(UiError::bad_input("Consent at the bedside is recorded for 1 hour to 7 days."));
        }
        let (session, client) = (self.shared.open_session().await?, self.shared.client().await?);
        let now = {
            let mut core = session.core().await;
            if !two_person::has_role(core.state(), &core.me, &[Role::Physician, Role::Nurse]) {
                return Err(UiError::not_allowed(
                    "Only physicians and nurses record consent at the bedside.",
                ));
            }
            if core.state().patient(&patient).is_none() {
                return Err(UiError::not_found("patient"));
            }
            core.deciding_time(edge::now())
        };
        let until = now.plus(i64::from(hours) * HOUR);
        let agreement =
            agreement(patient, Holder::Team(team), &categories, Purpose::Treatment, (now, until))?;
        Ok(admin::propose(&session, &client, Action::RecordConsent(agreement)).await?.into())
    }

    /// Discloses a patient's records by an order of the law. The order itself stays outside; its digest is signed.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn disclose(
        &self,
        patient_id: String,
        person_id: String,
        categories: Vec<String>,
        days: u32,
        order: String,
    ) -> Answer<ChangeView> {
        let (patient, person) = (patient_of(&patient_id)?, key_of(&person_id)?);
        let categories = categories_of(&categories)?;
        if !(1..=MAX_DISCLOSURE_DAYS).contains(&days) {
            return Err(UiError::bad_input("A disclosure lasts 1 to 366 days."));
        }
        if order.trim().is_empty() {
            return Err(UiError::bad_input("The order is needed: its digest is what is signed."));
        }
        let session = self.shared.open_session().await?;
        let now = {
            let mut core = session.core().await;
            if core.state().patient(&patient).is_none() {
                return Err(UiError::not_found("patient"));
            }
            core.deciding_time(edge::now())
        };
        let until = now.plus(i64::from(days) * 24 * HOUR - HOUR);
        let agreement =
            agreement(patient, Holder::Person(person), &categories, Purpose::LegalDisclosure, (now, until))?;
        let order = tagged_hash("wardlight/legal-order/1", &[order.trim().as_bytes()]);
        self.change(Order::Disclose(agreement, order)).await
    }

    /// Ends a disclosure before its time.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn end_disclosure(&self, agreement_id: String) -> Answer<ChangeView> {
        self.change(Order::EndDisclosure(agreement_of(&agreement_id)?)).await
    }

    /// What is wrong with keys: the own one, and those of one patient or of all.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn key_problems(&self, patient_id: Option<String>) -> Answer<Vec<KeyProblemView>> {
        let patient = patient_id.as_deref().map(patient_of).transpose()?;
        let (_, request) = self.shared.profile.request()?;
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        let moment = Moment::new(&mut core, edge::now());
        Ok(present::key_problems(&request, &moment, patient.as_ref()))
    }
}

/// An agreement that is recorded for the patient: for treatment or by an order, from now until its end, not passed on.
fn agreement(
    patient: PatientId,
    holder: Holder,
    categories: &[Category],
    purpose: Purpose,
    (from, until): (UnixMillis, UnixMillis),
) -> Answer<Agreement> {
    Ok(Agreement {
        id: AgreementId::from_bytes(edge::random()?),
        patient,
        holder,
        categories: Categories::of(categories),
        purpose,
        from,
        until: Some(until),
        delegable: None,
        terms: None,
    })
}
