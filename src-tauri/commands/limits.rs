//! Alarm limits of a patient, observations and standby.

use super::{Answer, Shell, input};
use wl_desk::view::{LimitsPageView, LimitsPreviewView, LimitsProposal, ObservationInput, StandbyInput};

#[tauri::command]
pub(super) async fn limits(shell: Shell<'_>, id: String) -> Answer<LimitsPageView> {
    shell.desk().await?.limits(input::short("the patient", id)?).await
}

#[tauri::command]
pub(super) async fn preview_limits(
    shell: Shell<'_>,
    id: String,
    proposal: LimitsProposal,
) -> Answer<LimitsPreviewView> {
    shell.desk().await?.preview_limits(input::short("the patient", id)?, proposal).await
}

#[tauri::command]
pub(super) async fn set_limits(
    shell: Shell<'_>,
    id: String,
    proposal: LimitsProposal,
) -> Answer<LimitsPageView> {
    shell.desk().await?.set_limits(input::short("the patient", id)?, proposal).await
}

#[tauri::command]
pub(super) async fn confirm_limits(
    shell: Shell<'_>,
    id: String,
    change_id: String,
) -> Answer<LimitsPageView> {
    let (id, change) = (input::short("the patient", id)?, input::short("the change", change_id)?);
    shell.desk().await?.confirm_limits(id, change).await
}

#[tauri::command]
pub(super) async fn observe(shell: Shell<'_>, id: String, input: ObservationInput) -> Answer<()> {
    shell.desk().await?.observe(input::short("the patient", id)?, input).await
}

#[tauri::command]
pub(super) async fn standby(shell: Shell<'_>, id: String, input: StandbyInput) -> Answer<()> {
    shell.desk().await?.standby(input::short("the patient", id)?, input).await
}
