//! SPDX licence expressions, as far as crates use them: AND, OR, WITH, parentheses, and the old slash for OR.

/// Whether some choice that the expression leaves needs allowed licences only.
pub(crate) fn is_satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0, allowed };
    let is_satisfied = reader.either();
    // What was not read to its end was not understood.
    is_satisfied && reader.at == words.len()
}

struct Reader<'e> {
    words: &'e [&'e str],
    at: usize,
    allowed: &'e [String],
}

impl<'e> Reader<'e> {
    fn next(&mut self) -> Option<&'e str> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.words.get(self.at) == Some(&word);
        self.at += usize::from(is_next);
        is_next
    }

    fn either(&mut self) -> bool {
        let mut is_satisfied = self.both();
        while self.takes("OR") {
            is_satisfied |= self.both();
        }
        is_satisfied
    }

    fn both(&mut self) -> bool {
        let mut is_satisfied = self.one();
        while self.takes("AND") {
            is_satisfied &= self.one();
        }
        is_satisfied
    }

    fn one(&mut self) -> bool {
        if self.takes("(") {
            let inner = self.either();
            return self.takes(")") && inner;
        }
        let Some(name) = self.next() else { return false };
        let whole = match self.takes("WITH") {
            true => format!("{name} WITH {}", self.next().unwrap_or_default()),
            false => name.to_owned(),
        };
        self.allowed.contains(&whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        let table = [
            ("MIT", true),
            ("GPL-2.0", false),
            ("GPL-2.0 OR MIT", true),
            ("GPL-2.0/MIT", true),
            ("MIT AND ISC", true),
            ("MIT AND GPL-2.0", false),
            ("(MIT OR GPL-2.0) AND ISC", true),
            ("MIT OR GPL-2.0 AND GPL-3.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("MIT)", false),
            ("(MIT", false),
            ("MIT ISC", false),
            ("", false),
            ("AND", false),
        ];
        for (expression, expected) in table {
            assert_eq!(is_satisfied(expression, &allowed), expected, "{expression}");
        }
    }
}
