//! The wall: a second window that only shows. Whether one may be put up is the desk's to say.

use super::{Answer, Shell};
use crate::window;
use tauri::{AppHandle, WebviewWindow};

#[tauri::command]
pub(super) async fn open_wall(app: AppHandle, shell: Shell<'_>) -> Answer<()> {
    shell.desk().await?.wall().await?;
    window::open_wall(&app)
}

#[tauri::command]
pub(super) async fn close_wall(window: WebviewWindow) -> Answer<()> {
    window::close(&window)
}

#[tauri::command]
pub(super) async fn wall_full_screen(window: WebviewWindow) -> Answer<()> {
    window::turn_full_screen(&window)
}
