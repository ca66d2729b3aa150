//! What is settled with the operating system before the first thread starts.

/// Lets WebDriver drive the window. Whoever controls the environment would control the screen.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Without a graphics card, drawing through DMA-BUF costs eight times the processor time.
const NO_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Where the kernel shows graphics cards.
const GRAPHICS_CARDS: &str = "/dev/dri";

/// Prepares the process: its environment, and that neither a core file nor a panic tells what is in its memory.
///
/// Call it first thing in `main`, while there is one thread.
pub fn prepare() {
    if !cfg!(feature = "e2e") {
        remove_variable(AUTOMATION);
    }
    let is_unset = std::env::var_os(NO_DMABUF).is_none();
    if is_unset && !std::path::Path::new(GRAPHICS_CARDS).exists() {
        set_variable(NO_DMABUF, "1");
    }
    wl_desk::harden_process();
}

#[expect(unsafe_code, reason = "the environment is changed before the first thread starts")]
fn remove_variable(name: &str) {
    // SAFETY: `prepare` is the first call in `main`; no other thread reads the environment.
    unsafe { std::env::remove_var(name) };
}

#[expect(unsafe_code, reason = "the environment is changed before the first thread starts")]
fn set_variable(name: &str, value: &str) {
    // SAFETY: `prepare` is the first call in `main`; no other thread reads the environment.
    unsafe { std::env::set_var(name, value) };
}
