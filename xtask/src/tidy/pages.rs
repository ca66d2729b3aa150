//! What the pages may hold: one door to the host, no markup from strings, nothing the content policy would block.

use super::{Text, Violation};

/// The only files that name the host: one speaks to it, one asks whether it is there.
const HOST: [&str; 2] = ["ui/js/host/tauri.js", "ui/js/host/host.js"];

/// The only file that parses markup; it keeps an allow-list of elements and attributes.
const MARKUP: &str = "ui/js/shared/svg.js";

/// Ways to turn a string into elements or code.
const FROM_STRINGS: [&str; 8] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "setHTMLUnsafe",
    "new Function",
    "eval(",
];

/// What may follow a scheme, for it is never fetched: the names of XML vocabularies, and the word people are shown in
/// place of an address of their own.
const NOT_FETCHED: [&str; 2] = ["www.w3.org/", "HOST"];

/// Checks one text of `ui/`; the pages' own tests are free.
pub(crate) fn check(text: &Text) -> Vec<Violation> {
    let name = text.name();
    if !name.starts_with("ui/")
        || name.starts_with("ui/test/")
        || !text.has_extension(&["js", "mjs", "html", "css"])
    {
        return Vec::new();
    }
    let mut violations = Vec::new();
    for (index, line) in text.content.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
        let mut add = |what: String, remedy| violations.push(text.violation(index + 1, what, remedy));
        if line.contains("__TAURI") && !HOST.contains(&name.as_str()) {
            add("the host is named here".into(), "call it through the interface of ui/js/host/");
        }
        for word in FROM_STRINGS.iter().filter(|word| line.contains(*word)) {
            add(
                format!("{word} makes elements or code from a string"),
                "build elements with textContent and append",
            );
        }
        if line.contains("DOMParser") && name != MARKUP {
            add(
                "markup is parsed here".into(),
                "parse drawings with ui/js/shared/svg.js, which keeps an allow-list",
            );
        }
        if names_a_remote(line) {
            add(
                "a remote address".into(),
                "ship the file with the application; the window opens no connections",
            );
        }
        if text.has_extension(&["html"]) {
            if line.contains("<script") && !line.contains("src=") {
                add("an inline script".into(), "the content policy blocks it: move it to a module in ui/js/");
            }
            if line.contains(" style=") || line.contains("<style") {
                add("an inline style".into(), "the content policy blocks it: move it to ui/css/");
            }
            if has_handler(line) {
                add("an inline event handler".into(), "the content policy blocks it: use addEventListener");
            }
        }
    }
    violations
}

fn is_comment(line: &str) -> bool {
    let start = line.trim_start();
    ["//", "/*", "*", "<!--"].iter().any(|mark| start.starts_with(mark))
}

fn names_a_remote(line: &str) -> bool {
    let fetched = |rest: &str| !NOT_FETCHED.iter().any(|harmless| rest.starts_with(harmless));
    ["http://", "https://"].iter().any(|scheme| line.split(scheme).skip(1).any(fetched))
}

/// True for attributes such as `onclick=`.
fn has_handler(line: &str) -> bool {
    line.match_indices(" on").any(|(start, _)| {
        let rest = &line[start + 3..];
        let name = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
        name > 0 && rest[name..].starts_with('=')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_its_violation_and_nothing_else() {
        let table = [
            ("ui/js/views/a.js", "window.__TAURI__.core", 1),
            ("ui/js/host/tauri.js", "window.__TAURI__.core", 0),
            ("ui/js/views/a.js", "a.innerHTML = b", 1),
            ("ui/js/shared/svg.js", "a.innerHTML = b", 1),
            ("ui/js/shared/svg.js", "new DOMParser()", 0),
            ("ui/js/views/a.js", "new DOMParser()", 1),
            ("ui/js/views/a.js", "// never innerHTML", 0),
            ("ui/js/views/a.js", "a.textContent = b", 0),
            ("ui/js/views/a.js", "fetch('https://example.org')", 1),
            ("ui/js/views/a.js", "const SVG = 'http://www.w3.org/2000/svg'", 0),
            ("ui/js/views/a.js", "const SVG = 'http://www.w3.org/'; fetch('http://a')", 1),
            ("ui/locales/a.js", "an address is like http://HOST:PORT or https://HOST", 0),
            ("ui/css/a.css", "@import url(https://example.org/a.css)", 1),
            ("ui/index.html", "<script>go()</script>", 1),
            ("ui/index.html", "<script type=\"module\" src=\"js/main.js\"></script>", 0),
            ("ui/index.html", "<p style=\"color: red\">", 1),
            ("ui/index.html", "<p onclick=\"go()\">", 1),
            ("ui/index.html", "<p>go on = stay</p>", 0),
            ("ui/test/a.mjs", "a.innerHTML = b", 0),
            ("tests/window/a.mjs", "window.__TAURI__", 0),
        ];
        for (path, content, expected) in table {
            let found = check(&Text { path: path.into(), content: content.into() });
            assert_eq!(found.len(), expected, "{path}: {content}: {found:?}");
        }
    }
}
