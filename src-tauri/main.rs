//! The program: a few words to the operating system, then the window.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: no other thread may run yet.
    wardlight_lib::prepare_process();
    match wardlight_lib::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wardlight: {error}");
            ExitCode::FAILURE
        }
    }
}
