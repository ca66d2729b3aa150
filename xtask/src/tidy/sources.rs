//! What Rust source may hold, and where.

use super::{
    Text, Violation,
    lexer::{self, Line},
};

/// Longest source file, in lines.
const MAX_LINES: usize = 600;

/// Macros that mark unfinished work.
const UNFINISHED: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

/// Where time or chance enters the program.
const CLOCKS_AND_CHANCE: [&str; 14] = [
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "UNIX_EPOCH.elapsed",
    "getrandom::",
    "rand::rng",
    "rand::random",
    "thread_rng",
    "OsRng",
    "SysRng",
    "from_os_rng",
    "try_from_os_rng",
    "fastrand",
];

/// The edge of a crate: it reads the clock and the system's randomness and hands them in.
const EDGE_FILE: &str = "/src/edge.rs";

/// The other files that read a clock, each with its reason; a folder ends with a slash.
const EDGES: [(&str, &str); 8] = [
    ("benches/", "a bench measures time"),
    ("crates/gateway/benches/", "a bench measures time"),
    ("crates/sim/benches/", "a bench measures time"),
    ("crates/desk/src/sync/driver.rs", "drives the pure engine, which takes the time from it"),
    ("crates/gateway/src/clock.rs", "the gateway's edge"),
    ("crates/hub/src/ingest/mllp/server.rs", "reckons the deadlines of connections"),
    ("crates/wire/src/serve.rs", "reckons the deadlines of connections"),
    ("src-tauri/notify.rs", "tells a flood of notifications by its time"),
];

/// What a pure crate must not do.
const EFFECTS: [&str; 9] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "println!",
    "eprintln!",
    "print!",
    "async fn",
];

/// The folders of the pure crates.
const PURE_FOLDERS: [&str; 4] =
    ["crates/ledger/src/", "crates/seal/src/", "crates/vitals/src/", "crates/chart/src/"];

/// Each entry: all of these words in one string make it SQL.
const SQL: [&[&str]; 10] = [
    &["SELECT ", " FROM "],
    &["INSERT ", "INTO "],
    &["UPDATE ", " SET "],
    &["DELETE FROM "],
    &["CREATE TABLE "],
    &["CREATE INDEX "],
    &["CREATE UNIQUE INDEX "],
    &["ALTER TABLE "],
    &["DROP TABLE "],
    &["PRAGMA "],
];

/// Checks one source text; texts in other languages only for their length.
pub(crate) fn check(text: &Text) -> Vec<Violation> {
    let mut violations: Vec<Violation> = check_length(text).into_iter().collect();
    if text.has_extension(&["sql"]) && !is_in_store(&text.name()) {
        violations.push(text.violation(1, "SQL outside a store", "move it under the crate's store folder"));
    }
    if !text.has_extension(&["rs"]) {
        return violations;
    }
    let name = text.name();
    for (index, line) in lexer::lines(&text.content).iter().enumerate() {
        let found = check_line(&name, line);
        violations.extend(found.into_iter().map(|(what, remedy)| text.violation(index + 1, what, remedy)));
    }
    violations
}

fn check_length(text: &Text) -> Option<Violation> {
    let length = text.content.lines().count();
    let counts = text.has_extension(&["rs", "js", "mjs", "css", "html", "sh"]);
    (counts && length > MAX_LINES).then(|| {
        let remedy = "split the file by concept; 600 lines is the limit";
        text.violation(MAX_LINES + 1, format!("{length} lines"), remedy)
    })
}

fn check_line(name: &str, line: &Line) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for word in UNFINISHED.iter().filter(|word| has_word(&line.code, word)) {
        found.push((
            format!("{word} left behind"),
            "finish it, or return a typed error that says what is missing",
        ));
    }
    if line.in_test || is_test_path(name) {
        return found;
    }
    if !is_edge(name) {
        for word in CLOCKS_AND_CHANCE.iter().filter(|word| has_word(&line.code, word)) {
            found.push((
                format!("{word} away from the edges"),
                "take time and randomness as arguments; a new edge is named in EDGES in xtask/src/tidy/sources.rs",
            ));
        }
    }
    if PURE_FOLDERS.iter().any(|folder| name.starts_with(folder)) {
        for word in EFFECTS.iter().filter(|word| has_word(&line.code, word)) {
            found.push((
                format!("{word} in a pure crate"),
                "return what is to be done and let the caller do it",
            ));
        }
    }
    if !is_in_store(name) && SQL.iter().any(|words| words.iter().all(|word| line.strings.contains(word))) {
        found.push(("SQL outside a store".into(), "move the statement under the crate's store folder"));
    }
    found
}

/// True where `word` stands in `code` and is not the end of a longer name.
fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(start, _)| !code[..start].chars().next_back().is_some_and(is_part))
}

/// The store folders, and these rules, which must name what they look for.
fn is_in_store(name: &str) -> bool {
    name.starts_with("xtask/") || name.split('/').any(|part| part.starts_with("store"))
}

fn is_edge(name: &str) -> bool {
    let is_pure = PURE_FOLDERS.iter().any(|folder| name.starts_with(folder));
    (name.ends_with(EDGE_FILE) && !is_pure)
        || EDGES
            .iter()
            .any(|(edge, _)| if edge.ends_with('/') { name.starts_with(edge) } else { name == *edge })
}

/// Test code that is not marked by an attribute: integration tests, and files that a test module names.
fn is_test_path(name: &str) -> bool {
    name.starts_with("tests/")
        || name.contains("/tests/")
        || name.ends_with("/tests.rs")
        || name.ends_with("_tests.rs")
        || name.ends_with("/build.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, content: &str) -> usize {
        check(&Text { path: path.into(), content: content.into() }).len()
    }

    #[test]
    fn each_rule_finds_its_violation_and_nothing_else() {
        let table = [
            ("crates/desk/src/a.rs", "let now = SystemTime::now();", 1),
            ("crates/desk/src/a.rs", "let now = std::time::Instant::now();", 1),
            ("crates/desk/src/edge.rs", "let now = SystemTime::now();", 0),
            ("crates/ledger/src/edge.rs", "let now = SystemTime::now();", 1),
            ("crates/desk/src/a.rs", "// SystemTime::now() is for the edges", 0),
            ("crates/desk/src/a.rs", "let s = \"SystemTime::now\";", 0),
            ("crates/desk/src/a.rs", "let now = MyInstant::now();", 0),
            ("crates/desk/tests/a.rs", "let now = SystemTime::now();", 0),
            ("crates/desk/src/a.rs", "#[cfg(test)]\nmod tests {\nfn f() { Instant::now(); }\n}", 0),
            ("benches/latency.rs", "let now = Instant::now();", 0),
            ("crates/ledger/src/a.rs", "use std::fs;", 1),
            ("crates/ledger/src/a.rs", "pub async fn f() {}", 1),
            ("crates/hub/src/a.rs", "use std::fs;", 0),
            ("crates/hub/src/a.rs", "query(\"SELECT a FROM b\")", 1),
            ("crates/hub/src/a.rs", "query(\"PRAGMA key\")", 1),
            ("crates/hub/src/a.rs", "\"Select a bed from the list\"", 0),
            ("crates/hub/src/store/outbox.rs", "query(\"SELECT a FROM b\")", 0),
            ("crates/hub/src/store.rs", "query(\"DELETE FROM b\")", 0),
            ("crates/hub/src/store.rs", "fn f() { todo!() }", 1),
            ("crates/hub/tests/a.rs", "fn f() { dbg!(1); unimplemented!() }", 2),
            ("crates/hub/migrations/a.sql", "create table a (b);", 1),
            ("crates/hub/src/store/migrations/a.sql", "create table a (b);", 0),
        ];
        for (path, content, expected) in table {
            assert_eq!(count(path, content), expected, "{path}: {content}");
        }
    }

    #[test]
    fn files_end_at_six_hundred_lines() {
        assert_eq!(count("ui/js/a.js", &"x\n".repeat(600)), 0);
        assert_eq!(count("ui/js/a.js", &"x\n".repeat(601)), 1);
        assert_eq!(count("docs/a.md", &"x\n".repeat(601)), 0);
    }
}
