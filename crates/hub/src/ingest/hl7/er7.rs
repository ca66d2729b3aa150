//! The ER7 encoding: segments, fields, repetitions, components, subcomponents (HL7 v2.6 §2.5–2.7).
//!
//! The whole input is accounted for: CR, LF and CRLF end a segment in any mixture, blank lines are skipped, and any
//! other line that is no segment is an error. Nothing is allocated but the lists of segments and fields.

use std::borrow::Cow;

use super::charset::Charset;
use super::escape::unescape;
use super::profile::Limits;
use super::refusal::Reason;

/// The characters of MSH-1 and MSH-2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delimiters {
    /// Between fields, mostly `|`.
    pub field: char,
    /// Between components, mostly `^`.
    pub component: char,
    /// Between repetitions, mostly `~`.
    pub repetition: char,
    /// Around escapes, mostly `\`; absent where MSH-2 is short.
    pub escape: Option<char>,
    /// Between subcomponents, mostly `&`; absent where MSH-2 is short.
    pub subcomponent: Option<char>,
}

impl Delimiters {
    /// Reads MSH-1 and MSH-2 from the first segment. A fifth character (truncation, v2.7) is allowed and unused.
    fn read(line: &str) -> Option<Self> {
        let mut chars = line.strip_prefix("MSH")?.chars();
        let field = chars.next().filter(char::is_ascii_punctuation)?;
        let encoding = chars.as_str().split(field).next()?;
        let count = encoding.chars().count();
        let distinct =
            encoding.chars().enumerate().all(|(at, c)| encoding.chars().position(|d| d == c) == Some(at));
        let plain = encoding.chars().all(|c| c.is_ascii_punctuation());
        if !(2..=5).contains(&count) || !distinct || !plain {
            return None;
        }
        let mut encoding = encoding.chars();
        Some(Self {
            field,
            component: encoding.next()?,
            repetition: encoding.next()?,
            escape: encoding.next(),
            subcomponent: encoding.next(),
        })
    }
}

/// How the text of one message is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Syntax {
    /// Its delimiters.
    pub delimiters: Delimiters,
    /// Its character set, for `\Xhh\`.
    pub charset: Charset,
}

/// A message cut into segments. Holds patient data and therefore has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Message<'a> {
    /// How it is read.
    pub syntax: Syntax,
    /// Every segment, the header first.
    pub segments: Vec<Segment<'a>>,
}

impl<'a> Message<'a> {
    /// Cuts the text into segments.
    ///
    /// # Errors
    /// A structural [`Reason`]: no header first, bad delimiters, a second header, a line that is no segment, or a
    /// limit exceeded.
    pub fn parse(text: &'a str, charset: Charset, limits: &Limits) -> Result<Self, Reason> {
        let mut lines = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty());
        let first = lines.next().ok_or(Reason::Empty)?;
        if !first.starts_with("MSH") {
            return Err(Reason::NoHeader);
        }
        let syntax = Syntax { delimiters: Delimiters::read(first).ok_or(Reason::Delimiters)?, charset };
        let mut segments = vec![Segment::read(first, 1, syntax, limits)?];
        for line in lines {
            if segments.len() >= limits.segments {
                return Err(Reason::TooManySegments { limit: limits.segments });
            }
            let number = segments.len().saturating_add(1);
            let segment = Segment::read(line, number, syntax, limits)?;
            if segment.name == "MSH" {
                return Err(Reason::SecondHeader { line: number });
            }
            segments.push(segment);
        }
        Ok(Self { syntax, segments })
    }

    /// The segments of this name, in order.
    pub fn named<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Segment<'a>> {
        self.segments.iter().filter(move |s| s.name == name)
    }
}

/// One segment.
#[derive(Clone, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Its three-letter name.
    pub name: &'a str,
    /// Its number among the segments of the message, from 1.
    pub line: usize,
    /// The parts between field separators, the name first.
    parts: Vec<&'a str>,
    syntax: Syntax,
}

impl<'a> Segment<'a> {
    fn read(text: &'a str, line: usize, syntax: Syntax, limits: &Limits) -> Result<Self, Reason> {
        let name = text.get(..3).filter(|n| is_segment_name(n)).ok_or(Reason::SegmentName { line })?;
        let rest = text.get(3..).unwrap_or_default();
        if !rest.trim_end().is_empty() && !rest.starts_with(syntax.delimiters.field) {
            return Err(Reason::SegmentName { line });
        }
        let parts: Vec<&str> =
            text.split(syntax.delimiters.field).take(limits.fields.saturating_add(2)).collect();
        if parts.len() > limits.fields.saturating_add(1) {
            return Err(Reason::TooManyFields { line, limit: limits.fields });
        }
        let repetition = syntax.delimiters.repetition;
        if parts.iter().any(|field| field.split(repetition).nth(limits.repetitions).is_some()) {
            return Err(Reason::TooManyRepetitions { line, limit: limits.repetitions });
        }
        Ok(Self { name, line, parts, syntax })
    }

    /// Field `n` as HL7 counts it, from 1; empty where the segment is shorter. MSH-1 is the separator itself.
    pub fn field(&self, n: usize) -> Field<'a> {
        let index = match (self.name, n) {
            ("MSH", 0 | 1) | (_, 0) => None,
            ("MSH", _) => n.checked_sub(1),
            (_, _) => Some(n),
        };
        let raw = index.and_then(|at| self.parts.get(at)).copied().unwrap_or_default();
        Field { raw, syntax: self.syntax }
    }
}

fn is_segment_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// One field with its repetitions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    raw: &'a str,
    syntax: Syntax,
}

impl<'a> Field<'a> {
    /// As sent, escapes and all, without blanks around it.
    pub fn raw(&self) -> &'a str {
        self.raw.trim()
    }

    /// Whether nothing was sent, or the HL7 null `""`, or only separators.
    pub fn is_empty(&self) -> bool {
        let d = self.syntax.delimiters;
        let raw = self.raw();
        raw == "\"\""
            || raw.chars().all(|c| {
                c.is_whitespace() || c == d.component || c == d.repetition || Some(c) == d.subcomponent
            })
    }

    /// Its repetitions, at least one.
    pub fn repetitions(&self) -> impl Iterator<Item = Repetition<'a>> {
        let syntax = self.syntax;
        self.raw.split(syntax.delimiters.repetition).map(move |raw| Repetition { raw, syntax })
    }

    /// Its first repetition.
    pub fn first(&self) -> Repetition<'a> {
        let raw = self.raw.split(self.syntax.delimiters.repetition).next().unwrap_or_default();
        Repetition { raw, syntax: self.syntax }
    }

    /// Text of component `n` of the first repetition.
    pub fn text(&self, n: usize) -> Cow<'a, str> {
        self.first().text(n)
    }
}

/// One repetition of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Repetition<'a> {
    raw: &'a str,
    syntax: Syntax,
}

impl<'a> Repetition<'a> {
    /// Component `n` from 1, as sent, without blanks around it.
    pub fn component(&self, n: usize) -> &'a str {
        let index = n.saturating_sub(1);
        self.raw.split(self.syntax.delimiters.component).nth(index).unwrap_or_default().trim()
    }

    /// Component `n` from 1 with its escapes resolved; the null `""` is empty. Subcomponents stay joined.
    pub fn text(&self, n: usize) -> Cow<'a, str> {
        match self.component(n) {
            "\"\"" => Cow::Borrowed(""),
            raw => unescape(raw, self.syntax),
        }
    }

    /// All components, as sent.
    pub fn components(&self) -> impl Iterator<Item = &'a str> {
        self.raw.split(self.syntax.delimiters.component).map(str::trim)
    }
}
