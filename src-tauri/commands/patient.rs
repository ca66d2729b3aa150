//! One patient, and why its values can be trusted.

use super::{Answer, Shell, input};
use wl_desk::view::{
    ExportView, PatientView, TrendAsk, TrendAtView, TrendTableView, TrendView, TrendsView, TrustView,
};

#[tauri::command]
pub(super) async fn patient(shell: Shell<'_>, id: String) -> Answer<PatientView> {
    shell.desk().await?.patient(input::short("the patient", id)?).await
}

#[tauri::command]
pub(super) async fn trend(shell: Shell<'_>, id: String, hours: u32) -> Answer<Vec<TrendView>> {
    shell.desk().await?.trend(input::short("the patient", id)?, hours).await
}

#[tauri::command]
pub(super) async fn trends(shell: Shell<'_>, id: String, ask: TrendAsk) -> Answer<TrendsView> {
    shell.desk().await?.trends(input::short("the patient", id)?, ask).await
}

#[tauri::command]
pub(super) async fn trend_at(shell: Shell<'_>, id: String, at_ms: i64) -> Answer<TrendAtView> {
    shell.desk().await?.trend_at(input::short("the patient", id)?, at_ms).await
}

#[tauri::command]
pub(super) async fn trend_table(shell: Shell<'_>, id: String, ask: TrendAsk) -> Answer<TrendTableView> {
    shell.desk().await?.trend_table(input::short("the patient", id)?, ask).await
}

#[tauri::command]
pub(super) async fn trust(shell: Shell<'_>, record_ref: String) -> Answer<TrustView> {
    shell.desk().await?.trust(input::short("the record", record_ref)?).await
}

#[tauri::command]
pub(super) async fn export_proof(shell: Shell<'_>, record_ref: String) -> Answer<ExportView> {
    shell.desk().await?.export_proof(input::short("the record", record_ref)?).await
}

#[tauri::command]
pub(super) async fn export_archive(shell: Shell<'_>) -> Answer<ExportView> {
    shell.desk().await?.export_archive().await
}
