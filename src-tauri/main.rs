//! The program: a few words to the operating system, then the window, or one command without it.

use std::{ffi::OsString, process::ExitCode, sync::Arc};
use wardlight_lib::arguments::{self, Start};

fn main() -> ExitCode {
    // Before anything else: no other thread may run yet.
    wardlight_lib::prepare_process();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    match arguments::read(std::env::args_os().collect()) {
        Ok(Start::Window(arguments)) => told(wardlight_lib::run(arguments)),
        Ok(Start::Command(arguments)) => command(arguments),
        Err(usage) => usage.exit(),
    }
}

/// Carries one command out. Nothing of the window is touched, so no display is needed.
fn command(arguments: Vec<OsString>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return told(Err::<(), _>(error)),
    };
    match runtime.block_on(wl_desk::cli::run_with(
        arguments,
        Arc::new(wardlight_lib::Keychain),
        Arc::new(wl_token::Tokens::default()),
        &mut std::io::stdout(),
    )) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<clap::Error>() {
            Some(usage) => usage.exit(),
            None => told(Err::<(), _>(format!("{error:#}"))),
        },
    }
}

fn told<E: std::fmt::Display>(done: Result<(), E>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wardlight: {error}");
            ExitCode::FAILURE
        }
    }
}
