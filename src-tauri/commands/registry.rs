//! Care teams, patients and devices. Who may change them is the desk's to say.

use super::{Answer, Shell, input};
use wl_desk::view::{ChangeView, RegistrationPreview};

#[tauri::command]
pub(super) async fn create_team(shell: Shell<'_>, name: String) -> Answer<ChangeView> {
    shell.desk().await?.create_team(input::short("the name", name)?).await
}

#[tauri::command]
pub(super) async fn join_team(shell: Shell<'_>, team_id: String, key_id: String) -> Answer<ChangeView> {
    let (team, key) = (input::short("the team", team_id)?, input::short("the key", key_id)?);
    shell.desk().await?.join_team(team, key).await
}

#[tauri::command]
pub(super) async fn leave_team(shell: Shell<'_>, team_id: String, key_id: String) -> Answer<ChangeView> {
    let (team, key) = (input::short("the team", team_id)?, input::short("the key", key_id)?);
    shell.desk().await?.leave_team(team, key).await
}

#[tauri::command]
pub(super) async fn patient_preview(shell: Shell<'_>, text: String) -> Answer<RegistrationPreview> {
    shell.desk().await?.patient_preview(input::text(text)?).await
}

#[tauri::command]
pub(super) async fn register_patient(shell: Shell<'_>, text: String) -> Answer<ChangeView> {
    shell.desk().await?.register_patient(input::text(text)?).await
}

#[tauri::command]
pub(super) async fn register_device(
    shell: Shell<'_>,
    identity: String,
    patient_id: Option<String>,
) -> Answer<ChangeView> {
    let patient = patient_id.map(|id| input::short("the patient", id)).transpose()?;
    shell.desk().await?.register_device(input::short("the device", identity)?, patient).await
}

#[tauri::command]
pub(super) async fn assign_device(
    shell: Shell<'_>,
    device_id: String,
    patient_id: Option<String>,
) -> Answer<ChangeView> {
    let patient = patient_id.map(|id| input::short("the patient", id)).transpose()?;
    shell.desk().await?.assign_device(input::short("the device", device_id)?, patient).await
}
