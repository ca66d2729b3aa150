//! A writing as text: a first line that names its sort, then one `name: value` after the other in a fixed order. Further
//! lines of a value begin with two blanks. Line feeds at the end fill up to a multiple of 256 bytes, so that the size of
//! a record does not tell one sort of writing from another.

use wl_ledger::{Hash, KeyId, UnixMillis};

use super::FIRST_LINE;
use super::time;

const STEP: usize = 256;

/// A writing being written.
pub(super) struct Page(String);

impl Page {
    pub(super) fn begin(sort: &str) -> Self {
        Self(format!("{FIRST_LINE}{sort}\n"))
    }

    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.0.push_str(name);
        self.0.push_str(": ");
        for (place, line) in value.split('\n').enumerate() {
            if place > 0 {
                self.0.push_str("\n  ");
            }
            self.0.push_str(line);
        }
        self.0.push('\n');
        self
    }

    pub(super) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(super) fn time(self, name: &str, at: UnixMillis) -> Self {
        self.text(name, &time::text(at))
    }

    /// What stands there so far, without line feeds that fill it up.
    pub(super) fn unpadded(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    pub(super) fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_bytes();
        let padded = bytes.len().next_multiple_of(STEP);
        bytes.resize(padded, b'\n');
        bytes
    }
}

/// A writing being read. It is lenient: what does not come out again the same is refused afterwards.
pub(super) struct Lines<'a>(core::iter::Peekable<core::str::Split<'a, char>>);

impl<'a> Lines<'a> {
    /// The sort in the first line, and the rest.
    pub(super) fn begin(text: &'a str) -> Option<(&'a str, Self)> {
        let mut lines = text.split('\n').peekable();
        let sort = lines.next()?.strip_prefix(FIRST_LINE)?;
        Some((sort, Self(lines)))
    }

    /// The value of this name, if it comes next.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let first = self.0.next_if(|line| value_of(line, name).is_some())?;
        let mut value = value_of(first, name)?.to_owned();
        while let Some(line) = self.0.next_if(|line| line.starts_with("  ")) {
            value.push('\n');
            value.push_str(line.get(2..)?);
        }
        Some(value)
    }

    pub(super) fn time(&mut self, name: &str) -> Option<UnixMillis> {
        time::read(&self.text(name)?)
    }

    pub(super) fn record(&mut self, name: &str) -> Option<Hash> {
        Hash::from_hex(&self.text(name)?)
    }

    pub(super) fn key(&mut self, name: &str) -> Option<KeyId> {
        KeyId::from_hex(&self.text(name)?)
    }
}

fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix(name)?.strip_prefix(": ")
}
