//! First run, enrolment, unlocking and locking.

use super::{Answer, Shell, input};
use wl_desk::view::{EnrolmentRequestView, RoleView, SessionView};

#[tauri::command]
pub(super) async fn session_state(shell: Shell<'_>) -> Answer<SessionView> {
    shell.desk.session_state().await
}

#[tauri::command]
pub(super) async fn create_keys(
    shell: Shell<'_>,
    name: String,
    role: RoleView,
    passphrase: input::Passphrase,
) -> Answer<SessionView> {
    shell.desk.create_keys(input::short("the name", name)?, role, passphrase.read()?).await
}

#[tauri::command]
pub(super) async fn enrolment_request(shell: Shell<'_>) -> Answer<EnrolmentRequestView> {
    shell.desk.enrolment_request().await
}

#[tauri::command]
pub(super) async fn load_enrolment(shell: Shell<'_>, text: String) -> Answer<SessionView> {
    shell.desk.load_enrolment(input::text(text)?).await
}

#[tauri::command]
pub(super) async fn start_demo(shell: Shell<'_>) -> Answer<SessionView> {
    shell.desk.start_demo().await
}

#[tauri::command]
pub(super) async fn unlock(shell: Shell<'_>, passphrase: input::Passphrase) -> Answer<SessionView> {
    shell.desk.unlock(passphrase.read()?).await
}

#[tauri::command]
pub(super) async fn lock(shell: Shell<'_>) -> Answer<SessionView> {
    shell.desk.lock().await
}
