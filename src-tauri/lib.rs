//! The shell: a window around the desk. It is the only code that names tauri.
//!
//! It promises to be thin: a command reads its arguments, makes one call to the desk and passes the answer on. It
//! must never decide about patients, trust or roles; that is the desk's.
//! Commands and events: `docs/howto/commands.md`. Why it is built this way: `docs/adr/0002-tauri-2.md`.

pub mod arguments;
mod attention;
mod commands;
mod demo;
mod error;
mod events;
mod keychain;
pub mod notify;
mod process;
mod report;
pub mod sound;
mod state;
mod window;

pub use keychain::Keychain;
pub use process::prepare as prepare_process;

use arguments::WindowArguments;
use std::time::Duration;
use tauri::{AppHandle, Manager, RunEvent, async_runtime};
use tokio::signal::unix::{SignalKind, signal};

/// How often the report is written.
const REPORT: Duration = Duration::from_secs(2);

/// Opens the window and serves it until it is closed, told to stop, or its time is over.
///
/// # Errors
/// When the window cannot be made, for want of a display for example.
pub fn run(arguments: WindowArguments) -> tauri::Result<()> {
    let mut builder = tauri::Builder::default();
    if arguments.is_single() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| window::bring_forward(app)));
    }
    let app = builder
        .plugin(tauri_plugin_notification::init())
        // The wall goes where a second screen is now, and not where one was.
        .plugin(tauri_plugin_window_state::Builder::default().with_denylist(&[window::WALL]).build())
        .invoke_handler(commands::handler())
        .on_window_event(window::on_event)
        .setup(move |app| {
            let handle = app.handle().clone();
            let limit = arguments.limit();
            app.manage(async_runtime::block_on(state::AppState::start(handle.clone(), arguments)));
            async_runtime::spawn(report(handle.clone()));
            async_runtime::spawn(end_when_told(handle, limit));
            window::open(app)?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            async_runtime::block_on(app.state::<state::AppState>().close());
        }
    });
    Ok(())
}

/// Writes the report again and again, so that there is one however the program ends.
async fn report(app: AppHandle) {
    loop {
        tokio::time::sleep(REPORT).await;
        app.state::<state::AppState>().write_report().await;
    }
}

/// Ends the program in order when the system asks for it or its time is over.
async fn end_when_told(app: AppHandle, limit: Option<Duration>) {
    let over = async {
        match limit {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = over => {}
        () = told(SignalKind::interrupt()) => {}
        () = told(SignalKind::terminate()) => {}
    }
    app.exit(0);
}

async fn told(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        // Then the signal ends the program without asking; what is durable is durable already.
        Err(_) => std::future::pending().await,
    }
}
