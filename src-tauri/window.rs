//! The one window: it shows the application's own pages and goes nowhere else.

use tauri::{App, AppHandle, Manager, Url, WebviewWindowBuilder, webview::NewWindowResponse};

const LABEL: &str = "main";

/// Opens the window that tauri.conf.json describes.
///
/// # Errors
/// When the window cannot be made or is not described.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let config = app.config().app.windows.iter().find(|window| window.label == LABEL);
    let config = config.ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?
        .on_navigation(is_own_page)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .build()?;
    Ok(())
}

/// Shows the window of the instance that runs already.
pub(crate) fn bring_forward(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
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
