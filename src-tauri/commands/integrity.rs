//! Whether everybody is shown the same: second sources, a colleague's file, and what is handed out.

use super::{Answer, Shell, input};
use wl_desk::view::{ComparisonRow, HandoutView, IntegrityView};

#[tauri::command]
pub(super) async fn set_sources(
    shell: Shell<'_>,
    addresses: Vec<String>,
    witnesses: Vec<String>,
) -> Answer<IntegrityView> {
    let addresses = input::ids("the addresses", addresses)?;
    shell.desk().await?.set_sources(addresses, input::ids("the witnesses", witnesses)?).await
}

#[tauri::command]
pub(super) async fn compare_file(shell: Shell<'_>, text: String) -> Answer<ComparisonRow> {
    shell.desk().await?.compare_file(input::text(text)?).await
}

#[tauri::command]
pub(super) async fn export_head(shell: Shell<'_>) -> Answer<HandoutView> {
    shell.desk().await?.export_head().await
}

#[tauri::command]
pub(super) async fn export_checkpoint(shell: Shell<'_>) -> Answer<HandoutView> {
    shell.desk().await?.export_checkpoint().await
}

#[tauri::command]
pub(super) async fn export_evidence(shell: Shell<'_>, id: i64) -> Answer<HandoutView> {
    shell.desk().await?.export_evidence(id).await
}
