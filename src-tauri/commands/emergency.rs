//! Emergency access.

use super::{Answer, Shell, input};
use wl_desk::view::{ChangeView, EmergencyReason, EmergencyRow, EmergencyView, ReviewOutcome};

#[tauri::command]
pub(super) async fn emergency(shell: Shell<'_>) -> Answer<EmergencyView> {
    shell.desk().await?.emergency().await
}

#[tauri::command]
pub(super) async fn break_glass(
    shell: Shell<'_>,
    patient_id: String,
    reason: EmergencyReason,
    text: String,
    categories: Vec<String>,
    minutes: u8,
) -> Answer<EmergencyRow> {
    let (patient, text) = (input::short("the patient", patient_id)?, input::short("the words", text)?);
    let categories = input::ids("the categories", categories)?;
    shell.desk().await?.break_glass(patient, reason, text, categories, minutes).await
}

#[tauri::command]
pub(super) async fn end_emergency(shell: Shell<'_>, request_id: String) -> Answer<ChangeView> {
    shell.desk().await?.end_emergency(input::short("the request", request_id)?).await
}

#[tauri::command]
pub(super) async fn release_share(shell: Shell<'_>, request_id: String) -> Answer<ChangeView> {
    shell.desk().await?.release_share(input::short("the request", request_id)?).await
}

#[tauri::command]
pub(super) async fn review_break_glass(
    shell: Shell<'_>,
    request_id: String,
    outcome: ReviewOutcome,
) -> Answer<ChangeView> {
    shell.desk().await?.review_break_glass(input::short("the request", request_id)?, outcome).await
}
