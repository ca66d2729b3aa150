//! Settings, and enrolling and revoking practitioners. Who may do it is the desk's to say.

use super::{Answer, Shell, input};
use wl_desk::view::{EnrolPreview, PractitionerRow, SettingsView};

#[tauri::command]
pub(super) async fn settings(shell: Shell<'_>) -> Answer<SettingsView> {
    shell.desk().await?.settings().await
}

#[tauri::command]
pub(super) async fn enrol_preview(shell: Shell<'_>, text: String) -> Answer<EnrolPreview> {
    shell.desk().await?.enrol_preview(input::text(text)?).await
}

#[tauri::command]
pub(super) async fn enrol(shell: Shell<'_>, text: String, teams: Vec<String>) -> Answer<PractitionerRow> {
    shell.desk().await?.enrol(input::text(text)?, input::ids("the teams", teams)?).await
}

#[tauri::command]
pub(super) async fn enrolment_answer(shell: Shell<'_>) -> Answer<String> {
    shell.desk().await?.enrolment_answer().await
}

#[tauri::command]
pub(super) async fn revoke(shell: Shell<'_>, key_id: String, reason: String) -> Answer<PractitionerRow> {
    shell.desk().await?.revoke(input::short("the key", key_id)?, input::short("the reason", reason)?).await
}
