//! What the program is told on its command line: a window with options, or one command without a window.

use clap::Parser;
use std::{ffi::OsString, path::PathBuf, time::Duration};

/// Options that take the next argument as their value, of the window and of the commands.
const WITH_VALUE: [&str; 6] =
    ["--profile", "--passphrase-file", "--patients", "--report", "--seconds", "--lock-seconds"];

/// Watch patients at a distance. Not a certified medical device, never the only or primary alarm.
#[derive(Parser, Debug, Clone, Default, PartialEq, Eq)]
#[command(
    name = "wardlight",
    version,
    after_help = "Without a window: wardlight status | readings | alarms | access | security | keys | enrolment | admin; see `wardlight help`."
)]
pub struct WindowArguments {
    /// The directory of this person on this workstation.
    #[arg(long, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// Open on a demo ward on this machine; nobody on it is real.
    #[arg(long, conflicts_with = "profile")]
    pub demo: bool,
    /// Patients of the demo ward; 12 if nothing is said.
    #[arg(long, value_name = "N", requires = "demo", value_parser = clap::value_parser!(u16).range(1..=200))]
    pub patients: Option<u16>,
    /// Write what the desk counted to this file, as JSON, every few seconds and at the end.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// End after so many seconds.
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,
    /// Lock after so many idle seconds at the latest, for places where everybody passes.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=900))]
    pub lock_seconds: Option<u64>,
}

impl WindowArguments {
    /// After how long the program ends by itself.
    pub(crate) fn limit(&self) -> Option<Duration> {
        self.seconds.map(Duration::from_secs)
    }

    /// The longest idle time, if it is given here.
    pub(crate) fn lock_sooner(&self) -> Option<Duration> {
        self.lock_seconds.map(Duration::from_secs)
    }

    /// Whether this is the one instance of its user's desktop. A demo and a profile of one's own may stand beside it.
    pub(crate) fn is_single(&self) -> bool {
        !self.demo && self.profile.is_none()
    }
}

/// What is to be started.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// The window.
    Window(WindowArguments),
    /// One command of `wl_desk::cli`, with all arguments as they came. No display is needed.
    Command(Vec<OsString>),
}

/// Reads the arguments, the program's name first.
///
/// # Errors
/// What clap says of them; it also carries the texts of `--help` and `--version`.
pub fn read(arguments: Vec<OsString>) -> Result<Start, clap::Error> {
    if names_command(arguments.iter().skip(1)) {
        return Ok(Start::Command(arguments));
    }
    WindowArguments::try_parse_from(arguments).map(Start::Window)
}

/// Whether one of the arguments is neither an option nor the value of one: the window takes none.
fn names_command<'a>(mut arguments: impl Iterator<Item = &'a OsString>) -> bool {
    while let Some(argument) = arguments.next() {
        if WITH_VALUE.iter().any(|option| argument == option) {
            arguments.next();
        } else if !argument.to_string_lossy().starts_with('-') {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Vec<OsString> {
        std::iter::once("wardlight").chain(text.split_whitespace()).map(OsString::from).collect()
    }

    #[test]
    fn a_command_is_told_from_the_window() {
        let table = [
            ("", false),
            ("--demo", false),
            ("--profile status", false),
            ("--demo --report out.json --seconds 90", false),
            ("--demo --patients 32", false),
            ("status", true),
            ("help", true),
            ("status --json --profile here", true),
            ("--profile here status", true),
            ("--passphrase-file words --sync readings", true),
            ("--profile=here alarms", true),
        ];
        for (text, is_command) in table {
            let start = read(given(text)).unwrap();
            assert_eq!(matches!(start, Start::Command(_)), is_command, "{text}");
        }
    }

    #[test]
    fn the_windows_options_are_read() {
        let Start::Window(read) = read(given("--demo --report out.json --seconds 90")).unwrap() else {
            panic!("a window was asked for")
        };
        assert_eq!(read.limit(), Some(Duration::from_secs(90)));
        assert!(read.demo && !read.is_single() && read.report == Some("out.json".into()));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "--demo --profile here",
            "--patients 12",
            "--demo --patients 0",
            "--seconds soon",
            "--seconds -1",
            "--unheard-of",
            "--report",
            "--lock-seconds 0",
        ] {
            assert!(read(given(text)).is_err(), "{text}");
        }
    }
}
