//! Who is called when nobody answers, and technical alarms that somebody has taken notice of.

use super::commands::patient_of;
use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, Moment};
use crate::session::Core;
use crate::view::{InboxTab, InboxView, RosterStepInput, RosterView, UiError};
use wl_ledger::{Category, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{Act, ChainError, Fault, MAX_CALLED, MAX_STEPS, Roster, RosterStep};

/// Most patients whose roster is changed at once.
const MAX_PATIENTS: usize = 128;

impl Desk {
    /// Who is called when nobody answers a patient's alarms.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn alarm_roster(&self, id: String) -> Answer<RosterView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let mut core = session.core().await;
        present::roster_view(&Moment::new(&mut core, edge::now()), &patient)
            .ok_or_else(|| UiError::not_found("patient"))
    }

    /// Signs who is called when nobody answers, for some patients. The hubs carry it out.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed, for none of the patients. A chain that reaches nobody is refused.
    pub async fn set_alarm_roster(
        &self,
        ids: Vec<String>,
        steps: Vec<RosterStepInput>,
    ) -> Answer<RosterView> {
        if ids.len() > MAX_PATIENTS || steps.len() > MAX_STEPS {
            return Err(UiError::bad_input("At most 128 patients and 5 steps are taken at once."));
        }
        let patients: Vec<PatientId> = ids.iter().map(|id| patient_of(id)).collect::<Answer<_>>()?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        if !super::is_clinician(&core) {
            drop(core);
            return self.shared.told(Err(UiError::not_allowed("Physicians and nurses do this."))).await;
        }
        let mut acts = Vec::new();
        for patient in &patients {
            let roster = named(&mut core, patient, &steps, now)?;
            acts.push((*patient, Act::Named(roster)));
        }
        core.queue_acts(acts).await?;
        patients.iter().for_each(|patient| core.changes.touch(*patient));
        let first = patients.first().ok_or_else(|| UiError::bad_input("No patient is named."))?;
        let view = present::roster_view(&Moment::new(&mut core, now), first);
        drop(core);
        session.outgoing.notify_one();
        session.stepped();
        view.ok_or_else(|| UiError::not_found("patient"))
    }

    /// Somebody has taken notice of a technical alarm of this workstation. It persists, and reminds every five minutes.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn acknowledge_fault(&self, fault_id: String) -> Answer<InboxView> {
        let session = self.shared.open_session().await?;
        let now = edge::now();
        {
            let mut core = session.core().await;
            let named = |fault: &&Fault| fault.to_string() == fault_id;
            let fault = core.faults.standing().map(|(fault, _)| fault).find(named).copied();
            let fault = fault.ok_or_else(|| UiError::not_found("technical alarm"))?;
            core.faults.acknowledge(&fault, now);
        }
        session.stepped();
        self.inbox(InboxTab::Technical).await
    }
}

/// The roster that these steps make for a patient, checked.
fn named(core: &mut Core, patient: &PatientId, steps: &[RosterStepInput], now: UnixMillis) -> Answer<Roster> {
    if !Moment::new(core, now).shares(patient, Category::Alarms) {
        return Err(UiError::not_found("patient"));
    }
    let mut named = Vec::new();
    for step in steps {
        if step.people.len() > MAX_CALLED {
            return Err(UiError::bad_input("A step calls at most 4 people."));
        }
        let who = step.people.iter().map(|key| person(core, key)).collect::<Answer<Vec<KeyId>>>()?;
        named.push(RosterStep { who, high: step.high_s, medium: step.medium_s });
    }
    let roster = Roster { at: now, steps: named };
    let time = core.deciding_time(now);
    let state = core.state();
    roster.check(|who| present::reaches(state, patient, who, time)).map_err(refusal)?;
    Ok(roster)
}

fn person(core: &Core, key: &str) -> Answer<KeyId> {
    let key = KeyId::from_hex(key)
        .ok_or_else(|| UiError::bad_input("The person is not named by 32 hexadecimal digits."))?;
    core.state().person_of(&key).ok_or_else(UiError::nobody_reached)
}

fn refusal(error: ChainError) -> UiError {
    match error {
        ChainError::Nobody(step) => UiError::step_reaches_nobody(step + 1),
        ChainError::Empty => UiError::bad_input("The first step must call somebody for every priority."),
        ChainError::Late => UiError::bad_input("The first step must call at once."),
        ChainError::Unordered(step) => {
            UiError::bad_input(format!("Step {} must come later than the one before.", step + 1))
        }
        ChainError::TooLong(n) => UiError::bad_input(format!("At most {n} steps are taken.")),
        ChainError::Crowd(step) => UiError::bad_input(format!("Step {} calls too many people.", step + 1)),
    }
}
