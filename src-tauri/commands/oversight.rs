//! The access log and the security events. Who may read them is the desk's to say.

use super::{Answer, Shell, input};
use wl_desk::view::{
    AccessFormat, AccessLogView, AccessQuery, ReportAsk, ReportFormat, ReportView, ReportWords, SavedView,
    SecurityView,
};

#[tauri::command]
pub(super) async fn access_log(shell: Shell<'_>, query: AccessQuery) -> Answer<AccessLogView> {
    shell.desk().await?.access_log(input::query(query)?).await
}

#[tauri::command]
pub(super) async fn export_access_log(
    shell: Shell<'_>,
    query: AccessQuery,
    format: AccessFormat,
) -> Answer<SavedView> {
    shell.desk().await?.export_access_log(input::query(query)?, format).await
}

#[tauri::command]
pub(super) async fn report(shell: Shell<'_>, ask: ReportAsk) -> Answer<ReportView> {
    shell.desk().await?.ward_report(ask).await
}

#[tauri::command]
pub(super) async fn export_report(
    shell: Shell<'_>,
    ask: ReportAsk,
    format: ReportFormat,
    words: ReportWords,
) -> Answer<SavedView> {
    shell.desk().await?.export_report(ask, format, words).await
}

#[tauri::command]
pub(super) async fn export_strip(
    shell: Shell<'_>,
    alarm_id: String,
    offset_minutes: i32,
    words: ReportWords,
) -> Answer<SavedView> {
    shell.desk().await?.export_strip(input::short("the alarm", alarm_id)?, offset_minutes, words).await
}

#[tauri::command]
pub(super) async fn security_events(shell: Shell<'_>) -> Answer<SecurityView> {
    shell.desk().await?.security_events().await
}

#[tauri::command]
pub(super) async fn finish_security_event(shell: Shell<'_>, id: String) -> Answer<SecurityView> {
    shell.desk().await?.finish_security_event(input::short("the event", id)?).await
}
