//! What the built program shows to the dynamic linker.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::process::Command;

fn symbols(arguments: &[&str]) -> String {
    let output = Command::new("nm").args(arguments).arg(env!("CARGO_BIN_EXE_wardlight")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// WebKitGTK brings its own SQLite. If the program exported the bundled SQLCipher's symbols, the system's libraries
/// would bind to them, silently and to another version.
#[test]
fn the_program_exports_no_database_symbol() {
    let exported = symbols(&["--dynamic", "--defined-only"]);
    let found: Vec<&str> = exported.lines().filter(|line| line.contains("sqlite3_")).collect();
    assert!(found.is_empty(), "exported: {found:?}");
    assert!(
        symbols(&["--dynamic", "--undefined-only"]).contains("webkit_web_view"),
        "nm read the wrong file"
    );
}

/// Without this the test above could not fail.
#[test]
fn the_database_is_linked_in() {
    assert!(
        symbols(&["--defined-only"]).contains(" sqlite3_open_v2"),
        "the desk's database is not in the program"
    );
}
