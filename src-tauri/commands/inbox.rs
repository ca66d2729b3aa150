//! The alarm inbox.

use super::{Answer, Shell, input};
use wl_desk::view::{AlarmRow, InboxTab, InboxView};

#[tauri::command]
pub(super) async fn inbox(shell: Shell<'_>, tab: InboxTab) -> Answer<InboxView> {
    shell.desk().await?.inbox(tab).await
}

#[tauri::command]
pub(super) async fn acknowledge(shell: Shell<'_>, alarm_id: String) -> Answer<AlarmRow> {
    shell.desk().await?.acknowledge(input::short("the alarm", alarm_id)?).await
}
