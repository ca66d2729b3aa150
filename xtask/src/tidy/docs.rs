//! What the pages for people must keep: an index of the specifications, one number per decision, invariants that
//! name their tests, and no trace of the machine the project was written on.

use super::{Text, Violation};

const SPEC_INDEX: &str = "docs/spec/README.md";
const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// Parts of paths and hosts that belong to one machine. Written in halves, so that this file passes its own rule.
const MACHINE: [&str; 9] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/tmp/ba", "sh"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("registry.npm", "js"),
    concat!("files.python", "hosted"),
    concat!("proxy.go", "lang"),
];

/// Finds absolute paths of a machine and hosts of registries.
pub(crate) fn check_paths(text: &Text) -> Vec<Violation> {
    let lines = text.content.lines().enumerate();
    lines
        .filter_map(|(index, line)| MACHINE.iter().find(|word| line.contains(*word)).map(|word| (index, word)))
        .map(|(index, word)| {
            let remedy = "write it relative to the project's root, or leave the host to the reader's own configuration";
            text.violation(index + 1, format!("{word} belongs to one machine"), remedy)
        })
        .collect()
}

/// Every page of docs/spec is linked from its index, and every link there leads to a page.
pub(crate) fn check_spec_index(texts: &[Text]) -> Vec<Violation> {
    let pages: Vec<(String, &Text)> = texts
        .iter()
        .filter_map(|text| Some((text.name().strip_prefix("docs/spec/")?.to_owned(), text)))
        .filter(|(page, _)| page.ends_with(".md") && page != "README.md")
        .collect();
    let Some(index) = texts.iter().find(|text| text.name() == SPEC_INDEX) else {
        let missing = |(page, text): &(String, &Text)| {
            text.violation(1, format!("{page} has no index"), "link it from docs/spec/README.md")
        };
        return pages.iter().map(missing).collect();
    };
    let mut violations: Vec<Violation> = pages
        .iter()
        .filter(|(page, _)| !index.content.contains(&format!("({page})")))
        .map(|(page, text)| {
            text.violation(
                1,
                format!("{page} is not linked"),
                "link it from docs/spec/README.md as [title](page.md)",
            )
        })
        .collect();
    for (number, line) in index.content.lines().enumerate() {
        for link in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let is_page = link.ends_with(".md") && !link.contains('/');
            if is_page && link != "README.md" && !pages.iter().any(|(page, _)| page == link) {
                violations.push(index.violation(
                    number + 1,
                    format!("{link} does not exist"),
                    "write it or unlink it",
                ));
            }
        }
    }
    violations
}

/// Decisions are numbered once each and say context, decision and consequence.
pub(crate) fn check_decisions(texts: &[Text]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for text in
        texts.iter().filter(|text| text.name().starts_with("docs/adr/") && text.has_extension(&["md"]))
    {
        let name = text.name();
        let file = name.trim_start_matches("docs/adr/");
        if file == "README.md" {
            continue;
        }
        let number: String = file.chars().take_while(char::is_ascii_digit).collect();
        if number.len() != 4 || !file[number.len()..].starts_with('-') {
            violations.push(text.violation(1, format!("{file} has no number"), "name it NNNN-title.md"));
        } else if seen.contains(&number) {
            violations.push(text.violation(
                1,
                format!("decision {number} exists already"),
                "take the next free number",
            ));
        }
        seen.push(number);
        for part in ["context", "decision", "consequence"] {
            if !text.content.to_lowercase().contains(part) {
                let remedy = "say context, decision and consequence, each in a few sentences";
                violations.push(text.violation(1, format!("the decision has no {part}"), remedy));
            }
        }
    }
    violations
}

/// Every item under "Invariants" in ARCHITECTURE.md names, in backticks after "Test:", tests that exist.
pub(crate) fn check_invariants(texts: &[Text]) -> Vec<Violation> {
    let Some(page) = texts.iter().find(|text| text.name() == ARCHITECTURE) else {
        let page = Text { path: ARCHITECTURE.into(), content: String::new() };
        return vec![page.violation(
            1,
            "there is no such page",
            "write it: bird's eye, code map, invariants",
        )];
    };
    let items = invariant_items(&page.content);
    if items.is_empty() {
        return vec![page.violation(1, "it lists no invariants", "add a section \"Invariants\" with a list")];
    }
    let mut violations = Vec::new();
    for (line, item) in items {
        let names = item.split_once("Test:").map(|(_, tests)| backticked(tests)).unwrap_or_default();
        if names.is_empty() {
            let remedy = "end it with \"Test: `name`.\"; an invariant without a test is a wish";
            violations.push(page.violation(line, "an invariant without a test", remedy));
        }
        for name in names.iter().filter(|name| !texts.iter().any(|text| defines_test(text, name))) {
            let what = format!("there is no test `{name}`");
            violations.push(page.violation(
                line,
                what,
                "name a Rust test function or the title of a JavaScript test",
            ));
        }
    }
    violations
}

/// Pages whose tables have a column "test": what is promised there is held by a test, or says that it is not.
const PAGES_OF_PROMISES: [&str; 4] =
    ["docs/SECURITY.md", "docs/PRIVACY.md", "docs/RISKS.md", "docs/HAZARDS.md"];

/// Every row of those tables names, in backticks in the column "test", tests that exist, or says "none:" and why.
pub(crate) fn check_promises(texts: &[Text]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for name in PAGES_OF_PROMISES {
        let Some(page) = texts.iter().find(|text| text.name() == name) else {
            let page = Text { path: name.into(), content: String::new() };
            violations.push(page.violation(
                1,
                "there is no such page",
                "write it, with the test of each promise",
            ));
            continue;
        };
        for (line, cell) in test_cells(&page.content) {
            let named = backticked(&cell);
            if named.is_empty() && !cell.starts_with("none: ") {
                let remedy = "name a test in backticks, or write \"none: \" and why";
                violations.push(page.violation(line, "a promise without a test", remedy));
            }
            for name in named.iter().filter(|name| !texts.iter().any(|text| defines_test(text, name))) {
                let what = format!("there is no test `{name}`");
                let remedy = "name a Rust test function or the title of a JavaScript test";
                violations.push(page.violation(line, what, remedy));
            }
        }
    }
    violations
}

/// The cells of the column "test" of every table: line (from 1) and content.
fn test_cells(content: &str) -> Vec<(usize, String)> {
    let mut cells = Vec::new();
    let mut column = None;
    for (index, line) in content.lines().enumerate() {
        let Some(row) = line.strip_prefix('|') else {
            column = None;
            continue;
        };
        let row: Vec<&str> = row.trim_end().trim_end_matches('|').split('|').map(str::trim).collect();
        let is_rule = row.iter().all(|cell| cell.starts_with("---"));
        match column {
            None => column = Some(row.iter().position(|cell| *cell == "test")),
            Some(Some(at)) if !is_rule => {
                cells.push((index + 1, row.get(at).copied().unwrap_or_default().to_owned()));
            }
            Some(_) => {}
        }
    }
    cells
}

/// The list items under the heading "Invariants": first line (from 1) and joined text.
fn invariant_items(content: &str) -> Vec<(usize, String)> {
    let mut items: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (index, line) in content.lines().enumerate() {
        if line.starts_with('#') {
            inside = line.to_lowercase().contains("invariants");
            continue;
        }
        let is_item =
            line.starts_with("- ") || line.split_once(". ").is_some_and(|(n, _)| n.parse::<u32>().is_ok());
        if inside && is_item {
            items.push((index + 1, line.to_owned()));
        } else if let (true, true, Some((_, item))) = (inside, line.starts_with(' '), items.last_mut()) {
            item.push_str(line);
        }
    }
    items
}

fn backticked(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn defines_test(text: &Text, name: &str) -> bool {
    if text.has_extension(&["rs"]) {
        return text.content.contains(&format!("fn {name}("));
    }
    text.has_extension(&["mjs", "js"]) && text.content.contains(&format!("test(\"{name}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, content: &str) -> Text {
        Text { path: path.into(), content: content.into() }
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for word in MACHINE {
            assert_eq!(check_paths(&text("docs/a.md", &format!("see {word}x"))).len(), 1, "{word}");
        }
        assert_eq!(check_paths(&text("docs/a.md", "see ../shared/data and docs/work")), []);
    }

    #[test]
    fn pages_and_index_agree() {
        let table = [
            ("[a](a.md)", vec!["a.md"], 0),
            ("[a](a.md) [v](vectors/a.json)", vec!["a.md"], 0),
            ("[a](a.md)", vec!["a.md", "b.md"], 1),
            ("[a](a.md) [b](b.md)", vec!["a.md"], 1),
        ];
        for (index, pages, expected) in table {
            let mut texts = vec![text("docs/spec/README.md", index)];
            texts.extend(pages.iter().map(|page| text(&format!("docs/spec/{page}"), "")));
            assert_eq!(check_spec_index(&texts).len(), expected, "{index} {pages:?}");
        }
        assert_eq!(check_spec_index(&[text("docs/spec/a.md", "")]).len(), 1);
    }

    #[test]
    fn decisions_are_numbered_and_whole() {
        let whole = "Context: a. Decision: b. Consequence: c.";
        let table = [
            (vec![("docs/adr/0001-a.md", whole), ("docs/adr/0002-b.md", whole)], 0),
            (vec![("docs/adr/0001-a.md", whole), ("docs/adr/0001-b.md", whole)], 1),
            (vec![("docs/adr/layout.md", whole)], 1),
            (vec![("docs/adr/0001-a.md", "Context: a. Decision: b.")], 1),
        ];
        for (pages, expected) in table {
            let texts: Vec<Text> = pages.iter().map(|(path, content)| text(path, content)).collect();
            assert_eq!(check_decisions(&texts).len(), expected, "{pages:?}");
        }
    }

    #[test]
    fn promises_name_tests_that_exist_or_say_why_not() {
        let table = [
            ("| what | test |\n| --- | --- |\n| a | `it_holds` |\n", 0),
            ("| what | test |\n| --- | --- |\n| a | `it_holds` `the window opens` |\n", 0),
            ("| test | what |\n| --- | --- |\n| none: nobody can test it | a |\n", 0),
            ("| what | test |\n| --- | --- |\n| a | `it_hold` |\n", 1),
            ("| what | test |\n| --- | --- |\n| a | |\n", 1),
            ("| what | test |\n| --- | --- |\n| a |\n", 1),
            ("| what | who |\n| --- | --- |\n| `b` | a |\n", 0),
            ("text\n| what |\n| --- |\n| a |\n\n| test |\n| --- |\n| a |\n", 1),
        ];
        for (content, expected) in table {
            let mut texts = vec![
                text("crates/a/src/lib.rs", "fn it_holds() {}"),
                text("tests/window/a.test.mjs", "test(\"the window opens\", async () => {});"),
            ];
            texts.extend(PAGES_OF_PROMISES.map(|page| text(page, content)));
            assert_eq!(check_promises(&texts).len(), expected * PAGES_OF_PROMISES.len(), "{content}");
        }
        assert_eq!(check_promises(&[]).len(), PAGES_OF_PROMISES.len());
    }

    #[test]
    fn invariants_name_tests_that_exist() {
        let source = text("crates/a/src/lib.rs", "fn it_holds() {}");
        let page = text("tests/window/a.test.mjs", "test(\"the window opens\", async () => {});");
        let table = [
            ("# Invariants\n- It holds.\n  Test: `it_holds`.\n", 0),
            ("# Invariants\n1. It opens. Test: `the window opens`.\n", 0),
            ("# Invariants\n- It holds. Test: `it_hold`.\n", 1),
            ("# Invariants\n- It holds.\n", 1),
            ("# Other\n- It holds.\n", 1),
        ];
        for (content, expected) in table {
            let texts = [
                text("crates/a/src/lib.rs", &source.content),
                text("tests/window/a.test.mjs", &page.content),
                text(ARCHITECTURE, content),
            ];
            assert_eq!(check_invariants(&texts).len(), expected, "{content}");
        }
        assert_eq!(check_invariants(&[]).len(), 1);
    }
}
