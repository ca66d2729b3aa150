//! The shell: a window around the desk. It is the only code that names tauri.
//!
//! It promises to be thin: a command reads its arguments, makes one call to the desk and passes the answer on. It
//! must never decide about patients, trust or roles; that is the desk's.
//! Commands and events: `docs/howto/commands.md`. Why it is built this way: `docs/adr/0002-tauri-2.md`.

mod commands;
mod desk;
mod error;
pub mod events;
pub mod notify;
mod process;
pub mod sound;
mod state;
mod window;

pub use process::prepare as prepare_process;

use tauri::Manager;

/// Opens the window and serves it until it is closed.
///
/// # Errors
/// When the window cannot be made, for want of a display for example.
pub fn run() -> tauri::Result<()> {
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::bring_forward(app)))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(commands::handler())
        .setup(|app| {
            app.manage(state::AppState::new(app.handle().clone()));
            window::open(app)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
