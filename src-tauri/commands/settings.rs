//! Settings, and enrolling and revoking keys. Who may do it is the desk's to say.

use super::{Answer, Shell, input};
use wl_desk::view::{ChangeView, EnrolCheck, EnrolPreview, EnrolmentAnswerView, ProtectAsk, SettingsView};

#[tauri::command]
pub(super) async fn settings(shell: Shell<'_>) -> Answer<SettingsView> {
    shell.desk().await?.settings().await
}

#[tauri::command]
pub(super) async fn set_lock_minutes(shell: Shell<'_>, minutes: u8) -> Answer<()> {
    shell.desk().await?.set_lock_minutes(minutes).await
}

#[tauri::command]
pub(super) async fn protect(
    shell: Shell<'_>,
    passphrase: input::Passphrase,
    pin: Option<input::Pin>,
    ask: ProtectAsk,
) -> Answer<()> {
    let (pin, ask) = (pin.map(input::Pin::read).transpose()?, input::protection(ask)?);
    shell.desk().await?.protect(passphrase.read()?, pin, ask).await
}

#[tauri::command]
pub(super) async fn enrol_preview(shell: Shell<'_>, text: String) -> Answer<EnrolPreview> {
    shell.desk().await?.enrol_preview(input::text(text)?).await
}

#[tauri::command]
pub(super) async fn enrol_check(shell: Shell<'_>, text: String, words: String) -> Answer<EnrolCheck> {
    shell.desk().await?.enrol_check(input::text(text)?, input::short("the words", words)?).await
}

#[tauri::command]
pub(super) async fn enrol(
    shell: Shell<'_>,
    text: String,
    words: String,
    teams: Vec<String>,
) -> Answer<ChangeView> {
    let (text, words) = (input::text(text)?, input::short("the words", words)?);
    shell.desk().await?.enrol(text, words, input::ids("the teams", teams)?).await
}

#[tauri::command]
pub(super) async fn enrolment_answer(shell: Shell<'_>, key_id: String) -> Answer<EnrolmentAnswerView> {
    shell.desk().await?.answer_for(input::short("the key", key_id)?).await
}

#[tauri::command]
pub(super) async fn revoke(shell: Shell<'_>, key_id: String, reason: String) -> Answer<ChangeView> {
    let (key, reason) = (input::short("the key", key_id)?, input::short("the reason", reason)?);
    shell.desk().await?.revoke(key, reason).await
}
