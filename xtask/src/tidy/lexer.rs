//! Splits Rust source into code, string contents and test code, line by line, so that a rule never trips over
//! a comment or over its own description.

/// One line of source.
#[derive(Debug, Default, Clone)]
pub(crate) struct Line {
    /// What the compiler sees, with comments removed and string contents blanked.
    pub(crate) code: String,
    /// The contents of string literals on this line.
    pub(crate) strings: String,
    /// True inside an item marked `#[cfg(test)]`.
    pub(crate) in_test: bool,
}

#[derive(Clone, Copy)]
enum State {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text { hashes: Option<usize> },
}

/// Splits `source`; the result has one entry per line, the first line at index 0.
pub(crate) fn lines(source: &str) -> Vec<Line> {
    let characters: Vec<char> = source.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\0');
    let (mut lines, mut line, mut state, mut index) = (Vec::new(), Line::default(), State::Code, 0);
    while index < characters.len() {
        let (current, next) = (at(index), at(index + 1));
        let mut used = 1;
        if current == '\n' {
            if matches!(state, State::LineComment) {
                state = State::Code;
            }
            lines.push(std::mem::take(&mut line));
            index += 1;
            continue;
        }
        match state {
            State::LineComment => {}
            State::BlockComment { depth } => {
                if current == '*' && next == '/' {
                    used = 2;
                    state = if depth == 1 { State::Code } else { State::BlockComment { depth: depth - 1 } };
                } else if current == '/' && next == '*' {
                    used = 2;
                    state = State::BlockComment { depth: depth + 1 };
                }
            }
            State::Text { hashes } => {
                let closes =
                    current == '"' && hashes.is_none_or(|n| (1..=n).all(|offset| at(index + offset) == '#'));
                if closes {
                    used = 1 + hashes.unwrap_or(0);
                    line.code.push('"');
                    line.strings.push(' ');
                    state = State::Code;
                } else if current == '\\' && hashes.is_none() && next != '\n' {
                    used = 2;
                    line.strings.push(next);
                } else {
                    line.strings.push(current);
                }
            }
            State::Code => {
                let (taken, following) = step_in_code(&characters, index, &mut line.code);
                used = taken;
                state = following;
            }
        }
        index += used;
    }
    lines.push(line);
    mark_tests(&mut lines);
    lines
}

/// Reads one token's worth of code at `index`: how many characters it took and what follows.
fn step_in_code(characters: &[char], index: usize, code: &mut String) -> (usize, State) {
    let at = |offset: usize| characters.get(index + offset).copied().unwrap_or('\0');
    let after_word = index > 0
        && characters.get(index - 1).is_some_and(|c| c.is_alphanumeric() || *c == '_')
        && !(characters.get(index - 1) == Some(&'b') || characters.get(index - 1) == Some(&'c'));
    match (at(0), at(1)) {
        ('/', '/') => return (2, State::LineComment),
        ('/', '*') => return (2, State::BlockComment { depth: 1 }),
        ('"', _) => {
            code.push('"');
            return (1, State::Text { hashes: None });
        }
        ('r', '"' | '#') if !after_word => {
            let hashes = (1..).take_while(|offset| at(*offset) == '#').count();
            if at(1 + hashes) == '"' {
                code.push('"');
                return (2 + hashes, State::Text { hashes: Some(hashes) });
            }
        }
        // A character literal; anything else after an apostrophe is a lifetime.
        ('\'', '\\') => {
            let length = (2..).take(12).find(|offset| *offset > 2 && at(*offset) == '\'').unwrap_or(2);
            return (length + 1, State::Code);
        }
        ('\'', _) if at(2) == '\'' => return (3, State::Code),
        _ => {}
    }
    code.push(at(0));
    (1, State::Code)
}

/// Marks the items behind `#[cfg(test)]`, from the attribute to the closing brace or semicolon.
fn mark_tests(lines: &mut [Line]) {
    let mut depth: Option<i64> = None;
    for line in lines {
        if depth.is_none() && is_test_attribute(&line.code) {
            depth = Some(0);
        }
        let Some(open) = depth else { continue };
        line.in_test = true;
        let mut open = open;
        let mut ended = false;
        for character in line.code.chars() {
            match character {
                '{' => open += 1,
                '}' => {
                    open -= 1;
                    ended |= open == 0;
                }
                ';' => ended |= open == 0,
                _ => {}
            }
        }
        depth = if ended && open == 0 { None } else { Some(open) };
    }
}

fn is_test_attribute(code: &str) -> bool {
    let compact: String = code.split_whitespace().collect();
    compact.contains("#[cfg(test)]") || compact.contains("#[cfg(all(test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_told_from_code() {
        let table = [
            ("let a = 1; // dbg!(a)", "let a = 1; ", ""),
            ("let s = \"dbg!(a)\";", "let s = \"\";", "dbg!(a) "),
            ("let s = r#\"SELECT \"x\" FROM\"#;", "let s = \"\";", "SELECT \"x\" FROM "),
            ("let s = \"a\\\"b\"; c()", "let s = \"\"; c()", "a\"b "),
            ("a /* x /* y */ z */ b", "a  b", ""),
            ("let c = '\"'; d()", "let c = ; d()", ""),
            ("let c = '\\''; d()", "let c = ; d()", ""),
            ("let c = '\\u{1F600}'; d()", "let c = ; d()", ""),
            ("fn f<'a>(x: &'a str) {}", "fn f<'a>(x: &'a str) {}", ""),
            ("let b = b\"PRAGMA\";", "let b = b\"\";", "PRAGMA "),
        ];
        for (source, code, strings) in table {
            let line = lines(source).remove(0);
            assert_eq!((line.code.as_str(), line.strings.as_str()), (code, strings), "{source}");
        }
    }

    #[test]
    fn test_items_end_with_their_brace() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}";
        let in_test: Vec<bool> = lines(source).iter().map(|line| line.in_test).collect();
        assert_eq!(in_test, [false, true, true, true, true, false, true, true, false]);
    }
}
