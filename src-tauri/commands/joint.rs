//! Acts that two people answer for, and trouble with keys. Who may do what is the desk's to say.

use super::{Answer, Shell, input};
use wl_desk::view::{ChangeView, KeyProblemView, PolicyView, RoleView};

#[tauri::command]
pub(super) async fn add_key(
    shell: Shell<'_>,
    person_id: String,
    text: String,
    words: String,
) -> Answer<ChangeView> {
    let (person, words) = (input::short("the person", person_id)?, input::short("the words", words)?);
    shell.desk().await?.add_key(person, input::text(text)?, words).await
}

#[tauri::command]
pub(super) async fn reinstate(shell: Shell<'_>, key_id: String) -> Answer<ChangeView> {
    shell.desk().await?.reinstate(input::short("the key", key_id)?).await
}

#[tauri::command]
pub(super) async fn change_role(shell: Shell<'_>, person_id: String, role: RoleView) -> Answer<ChangeView> {
    shell.desk().await?.change_role(input::short("the person", person_id)?, role).await
}

#[tauri::command]
pub(super) async fn set_policy(shell: Shell<'_>, policy: PolicyView) -> Answer<ChangeView> {
    shell.desk().await?.set_policy(policy).await
}

#[tauri::command]
pub(super) async fn set_custodians(
    shell: Shell<'_>,
    threshold: u8,
    people: Vec<String>,
) -> Answer<ChangeView> {
    shell.desk().await?.set_custodians(threshold, input::ids("the custodians", people)?).await
}

#[tauri::command]
pub(super) async fn retire_device(shell: Shell<'_>, device_id: String) -> Answer<ChangeView> {
    shell.desk().await?.retire_device(input::short("the device", device_id)?).await
}

#[tauri::command]
pub(super) async fn approve(
    shell: Shell<'_>,
    proposal_id: String,
    words: Option<String>,
) -> Answer<ChangeView> {
    let words = words.map(|words| input::short("the words", words)).transpose()?;
    shell.desk().await?.approve(input::short("the proposal", proposal_id)?, words).await
}

#[tauri::command]
pub(super) async fn withdraw(shell: Shell<'_>, proposal_id: String) -> Answer<ChangeView> {
    shell.desk().await?.withdraw(input::short("the proposal", proposal_id)?).await
}

#[tauri::command]
pub(super) async fn record_consent(
    shell: Shell<'_>,
    patient_id: String,
    team_id: String,
    categories: Vec<String>,
    hours: u32,
) -> Answer<ChangeView> {
    let (patient, team) = (input::short("the patient", patient_id)?, input::short("the team", team_id)?);
    shell.desk().await?.record_consent(patient, team, input::ids("the categories", categories)?, hours).await
}

#[tauri::command]
pub(super) async fn disclose(
    shell: Shell<'_>,
    patient_id: String,
    person_id: String,
    categories: Vec<String>,
    days: u32,
    order: String,
) -> Answer<ChangeView> {
    let (patient, person) =
        (input::short("the patient", patient_id)?, input::short("the person", person_id)?);
    let categories = input::ids("the categories", categories)?;
    shell.desk().await?.disclose(patient, person, categories, days, input::text(order)?).await
}

#[tauri::command]
pub(super) async fn end_disclosure(shell: Shell<'_>, agreement_id: String) -> Answer<ChangeView> {
    shell.desk().await?.end_disclosure(input::short("the agreement", agreement_id)?).await
}

#[tauri::command]
pub(super) async fn key_problems(
    shell: Shell<'_>,
    patient_id: Option<String>,
) -> Answer<Vec<KeyProblemView>> {
    let patient = patient_id.map(|id| input::short("the patient", id)).transpose()?;
    shell.desk().await?.key_problems(patient).await
}
