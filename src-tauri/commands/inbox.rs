//! The alarm inbox.

use super::{Answer, Shell, input};
use wl_desk::view::{
    AlarmActInput, AlarmHistoryView, AlarmRow, InboxFilter, InboxTab, InboxView, RosterStepInput, RosterView,
};

#[tauri::command]
pub(super) async fn inbox(shell: Shell<'_>, tab: InboxTab, filter: Option<InboxFilter>) -> Answer<InboxView> {
    shell.desk().await?.inbox_where(tab, &filter.unwrap_or_default()).await
}

#[tauri::command]
pub(super) async fn pause_sound(shell: Shell<'_>) -> Answer<()> {
    shell.desk().await?.pause_sound().await
}

#[tauri::command]
pub(super) async fn acknowledge(shell: Shell<'_>, alarm_id: String) -> Answer<AlarmRow> {
    shell.desk().await?.acknowledge(input::short("the alarm", alarm_id)?).await
}

#[tauri::command]
pub(super) async fn act_on_alarm(shell: Shell<'_>, alarm_id: String, act: AlarmActInput) -> Answer<AlarmRow> {
    shell.desk().await?.act_on_alarm(input::short("the alarm", alarm_id)?, act).await
}

#[tauri::command]
pub(super) async fn alarms_seen(shell: Shell<'_>, alarm_ids: Vec<String>) -> Answer<()> {
    shell.desk().await?.alarms_seen(input::ids("the alarms", alarm_ids)?).await
}

#[tauri::command]
pub(super) async fn alarm_history(shell: Shell<'_>, alarm_id: String) -> Answer<AlarmHistoryView> {
    shell.desk().await?.alarm_history(input::short("the alarm", alarm_id)?).await
}

#[tauri::command]
pub(super) async fn alarm_roster(shell: Shell<'_>, id: String) -> Answer<RosterView> {
    shell.desk().await?.alarm_roster(input::short("the patient", id)?).await
}

#[tauri::command]
pub(super) async fn set_alarm_roster(
    shell: Shell<'_>,
    ids: Vec<String>,
    steps: Vec<RosterStepInput>,
) -> Answer<RosterView> {
    shell.desk().await?.set_alarm_roster(input::ids("the patients", ids)?, steps).await
}

#[tauri::command]
pub(super) async fn acknowledge_fault(shell: Shell<'_>, fault_id: String) -> Answer<InboxView> {
    shell.desk().await?.acknowledge_fault(input::short("the technical alarm", fault_id)?).await
}
