//! The windows: the main one and, when somebody wants it, the wall. They show the application's own pages and go
//! nowhere else.

use crate::state::AppState;
use tauri::{
    App, AppHandle, Manager, Monitor, Runtime, Url, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent,
    webview::NewWindowResponse,
};
use wl_desk::view::{ErrorCode, UiError};

const MAIN: &str = "main";
/// The wall's window.
pub(crate) const WALL: &str = "wall";

/// Opens the main window as tauri.conf.json describes it.
///
/// # Errors
/// When the window cannot be made or is not described.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    build(app, MAIN).map(drop)
}

/// Makes a window as tauri.conf.json describes it. It leaves the application's pages for nothing and opens no other.
fn build<R: Runtime, M: Manager<R>>(app: &M, label: &str) -> tauri::Result<WebviewWindow<R>> {
    let config = app.config().app.windows.iter().find(|window| window.label == label);
    let config = config.ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?
        .on_navigation(is_own_page)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .build()
}

/// Opens the wall, over the whole of the second screen where there is one; a wall that is open comes forward.
///
/// # Errors
/// [`UiError`] when the window cannot be made.
pub(crate) fn open_wall(app: &AppHandle) -> Result<(), UiError> {
    if let Some(wall) = app.get_webview_window(WALL) {
        return show(&wall);
    }
    let wall = build(app, WALL).map_err(|error| no_window(&error))?;
    // Where there is one screen only, the wall must not cover the alarms of the main window.
    if let Some(screen) = other_screen(app) {
        wall.set_position(*screen.position()).map_err(|error| no_window(&error))?;
        wall.set_fullscreen(true).map_err(|error| no_window(&error))?;
    }
    Ok(())
}

/// The first screen on which the main window is not.
fn other_screen(app: &AppHandle) -> Option<Monitor> {
    let main = app.get_webview_window(MAIN)?;
    let here = main.current_monitor().ok().flatten()?;
    let all = main.available_monitors().ok()?;
    all.into_iter().find(|screen| screen.position() != here.position())
}

/// Closes a window.
///
/// # Errors
/// [`UiError`] when the window manager refuses.
pub(crate) fn close(window: &WebviewWindow) -> Result<(), UiError> {
    window.close().map_err(|error| no_window(&error))
}

/// Covers the whole screen, or no longer.
///
/// # Errors
/// [`UiError`] when the window manager refuses.
pub(crate) fn turn_full_screen(window: &WebviewWindow) -> Result<(), UiError> {
    let turned = window.is_fullscreen().and_then(|full| window.set_fullscreen(!full));
    turned.map_err(|error| no_window(&error))
}

fn show(window: &WebviewWindow) -> Result<(), UiError> {
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    shown.map_err(|error| no_window(&error))
}

fn no_window(error: &tauri::Error) -> UiError {
    tracing::error!(%error, "a window could not be made or changed");
    UiError {
        code: ErrorCode::Internal,
        message: "The window could not be opened or changed.".into(),
        hint: "Close it by its frame and open it again.".into(),
    }
}

/// A wall that is gone hears nothing more, and none stays when the main window closes.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    if !matches!(event, WindowEvent::Destroyed) {
        return;
    }
    if window.label() == WALL {
        window.state::<AppState>().unsubscribe(WALL);
    } else if let Some(wall) = window.app_handle().get_webview_window(WALL)
        && let Err(error) = wall.destroy()
    {
        tracing::error!(%error, "the wall could not be closed with the main window");
    }
}

/// Shows the window of the instance that runs already.
pub(crate) fn bring_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window manager may refuse each of these; the window is open all the same.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// True for the pages that are built into the program.
fn is_own_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // The same pages as Windows and Android name them.
        "http" | "https" => url.host_str() == Some("tauri.localhost") && url.port().is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_else() {
        let table = [
            ("tauri://localhost/index.html", true),
            ("http://tauri.localhost/index.html", true),
            ("tauri://elsewhere/index.html", false),
            ("http://tauri.localhost.example.org/", false),
            ("http://tauri.localhost:8080/", false),
            ("https://example.org/", false),
            ("http://localhost/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
            ("about:blank", false),
            ("javascript:alert(1)", false),
            ("ipc://localhost/ward", false),
        ];
        for (url, expected) in table {
            assert_eq!(is_own_page(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
