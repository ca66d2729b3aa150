//! First run, enrolment, unlocking and locking.

use super::{Answer, Shell, input};
use wl_desk::view::{EnrolmentRequestView, RoleView, SessionView};

#[tauri::command]
pub(super) async fn session_state(shell: Shell<'_>) -> Answer<SessionView> {
    let session = shell.desk().await?.session_state().await?;
    Ok(shell.with_sound(session))
}

#[tauri::command]
pub(super) async fn create_keys(
    shell: Shell<'_>,
    name: String,
    role: RoleView,
    passphrase: input::Passphrase,
) -> Answer<SessionView> {
    let name = input::short("the name", name)?;
    let session = shell.desk().await?.create_keys(name, role, passphrase.read()?).await?;
    Ok(shell.with_sound(session))
}

#[tauri::command]
pub(super) async fn enrolment_request(shell: Shell<'_>) -> Answer<EnrolmentRequestView> {
    shell.desk().await?.enrolment_request().await
}

#[tauri::command]
pub(super) async fn load_enrolment(shell: Shell<'_>, text: String) -> Answer<SessionView> {
    let session = shell.desk().await?.load_enrolment(input::text(text)?).await?;
    Ok(shell.with_sound(session))
}

#[tauri::command]
pub(super) async fn start_demo(shell: Shell<'_>) -> Answer<SessionView> {
    let session = shell.start_demo().await?;
    Ok(shell.with_sound(session))
}

#[tauri::command]
pub(super) async fn unlock(
    shell: Shell<'_>,
    passphrase: input::Passphrase,
    pin: Option<input::Pin>,
) -> Answer<SessionView> {
    let pin = pin.map(input::Pin::read).transpose()?;
    let session = shell.desk().await?.unlock_with(passphrase.read()?, pin).await?;
    Ok(shell.with_sound(session))
}

#[tauri::command]
pub(super) async fn lock(shell: Shell<'_>) -> Answer<SessionView> {
    let session = shell.desk().await?.lock().await?;
    Ok(shell.with_sound(session))
}

#[tauri::command]
pub(super) async fn active(shell: Shell<'_>) -> Answer<()> {
    shell.desk().await?.active().await
}
