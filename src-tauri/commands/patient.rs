//! One patient, and why its values can be trusted.

use super::{Answer, Shell, input};
use wl_desk::view::{PatientView, TrendView, TrustView};

#[tauri::command]
pub(super) async fn patient(shell: Shell<'_>, id: String) -> Answer<PatientView> {
    shell.desk().await?.patient(input::short("the patient", id)?).await
}

#[tauri::command]
pub(super) async fn trend(shell: Shell<'_>, id: String, hours: u32) -> Answer<Vec<TrendView>> {
    shell.desk().await?.trend(input::short("the patient", id)?, hours).await
}

#[tauri::command]
pub(super) async fn trust(shell: Shell<'_>, record_ref: String) -> Answer<TrustView> {
    shell.desk().await?.trust(input::short("the record", record_ref)?).await
}
