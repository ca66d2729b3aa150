//! What is pushed to the window, and the window's acknowledgement that it has painted it.

use super::{Answer, Shell, input};
use crate::events;
use tauri::{
    WebviewWindow,
    ipc::{Channel, InvokeResponseBody},
};
use wl_desk::view::{PaintStamp, UiEvent};

#[tauri::command]
pub(super) async fn subscribe(
    window: WebviewWindow,
    shell: Shell<'_>,
    channel: Channel<UiEvent>,
) -> Answer<()> {
    shell.subscribe(window.label(), channel).await
}

#[tauri::command]
pub(super) async fn subscribe_waves(
    shell: Shell<'_>,
    id: Option<String>,
    channel: Channel<InvokeResponseBody>,
) -> Answer<()> {
    let id = id.map(|id| input::short("the patient", id)).transpose()?;
    shell.desk().await?.subscribe_waves(id, events::wave_sink(channel)).await
}

#[tauri::command]
pub(super) async fn painted(shell: Shell<'_>, stamps: Vec<PaintStamp>) -> Answer<()> {
    shell.desk().await?.painted(input::stamps(stamps)?).await
}
