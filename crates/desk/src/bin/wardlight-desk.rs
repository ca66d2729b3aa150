//! The desk on the command line, without a window.

use std::process::ExitCode;

fn main() -> ExitCode {
    wl_desk::harden_process();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("wardlight: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(wl_desk::cli::run(std::env::args_os(), &mut std::io::stdout())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<clap::Error>() {
            Some(usage) => usage.exit(),
            None => {
                eprintln!("wardlight: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}
