//! Orders to erase. Who may give them is the desk's to say, and the ledger's.

use super::{Answer, Shell, input};
use wl_desk::view::{ChangeView, EraseAsk, ErasuresView};

#[tauri::command]
pub(super) async fn erasures(shell: Shell<'_>) -> Answer<ErasuresView> {
    shell.desk().await?.erasures().await
}

#[tauri::command]
pub(super) async fn propose_erasure(shell: Shell<'_>, ask: EraseAsk) -> Answer<ChangeView> {
    shell.desk().await?.propose_erasure(input::erasure(ask)?).await
}
