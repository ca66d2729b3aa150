//! What reaches the desk from its command line and its window.

use clap::Parser as _;
use wl_desk::cli::Cli;
use wl_desk::view::PaintStamp;
use wl_desk::ward::RecordRef;

use crate::{Target, target};

pub(crate) const TARGETS: &[Target] = &[
    target("command-line", 1024, command_line),
    target("record-name", 64, record_name),
    target("paint-stamps", 2048, paint_stamps),
];

/// Arguments, one a line.
fn command_line(input: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(input) else { return false };
    Cli::try_parse_from(core::iter::once("wardlight").chain(text.lines())).is_ok()
}

fn record_name(input: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(input) else { return false };
    let Ok(name) = text.parse::<RecordRef>() else { return false };
    assert!(name.to_string().parse() == Ok(name), "a name changed when it was shown");
    true
}

fn paint_stamps(input: &[u8]) -> bool {
    serde_json::from_slice::<Vec<PaintStamp>>(input).is_ok()
}
