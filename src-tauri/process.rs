//! What is settled with the operating system before the first thread starts.

use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// Lets WebDriver drive the window. Whoever controls the environment would control the screen.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Without a graphics card, drawing through DMA-BUF costs eight times the processor time.
const NO_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Where the kernel shows graphics cards.
const GRAPHICS_CARDS: &str = "/dev/dri";

/// Prepares the process: its environment, and that its memory, which holds keys, never becomes a core file.
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
    for complaint in forbid_core_files() {
        eprintln!("wardlight: core files could not be switched off: {complaint}");
    }
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

/// The limit also binds the web view's processes; the flag also keeps debuggers of other programs away.
fn forbid_core_files() -> impl Iterator<Item = std::io::Error> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let limit = rustix::process::setrlimit(Resource::Core, none);
    let flag = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
    [limit, flag].into_iter().filter_map(Result::err).map(Into::into)
}
