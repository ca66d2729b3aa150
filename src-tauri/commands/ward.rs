//! The ward overview.

use super::{Answer, Shell};
use wl_desk::view::WardView;

#[tauri::command]
pub(super) async fn ward(shell: Shell<'_>) -> Answer<WardView> {
    shell.desk().await?.ward().await
}
