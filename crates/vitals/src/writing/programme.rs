//! Programmes: what a patient and those who care are working towards over weeks, with goals that values are held against.

use wl_ledger::{Hash, UnixMillis};

use super::page::{Lines, Page};
use super::{WritingError, check_text, words};
use crate::codes::Parameter;
use crate::reading::{Code, Decimal};

/// Most goals of one programme.
pub const MAX_GOALS: usize = 12;
/// What a goal can be about: measured or entered numbers that a person can work towards.
pub const GOAL_PARAMETERS: [Parameter; 9] = [
    Parameter::HeartRate,
    Parameter::Spo2,
    Parameter::RespiratoryRate,
    Parameter::NibpSystolic,
    Parameter::NibpDiastolic,
    Parameter::Temperature,
    Parameter::GlucoseCapillary,
    Parameter::Pain,
    Parameter::Weight,
];

words! {
    /// What a programme is for.
    ProgrammeKind {
        /// To become able again.
        Rehabilitation = "rehabilitation",
        /// To stay well.
        Prevention = "prevention",
    }
}

words! {
    /// How a programme ended.
    Outcome {
        /// Its goals were reached.
        Reached = "reached",
        /// Some of them were.
        Partly = "partly",
        /// It was given up.
        Stopped = "stopped",
    }
}

/// One goal: a value between two numbers, in the unit of the code table, by a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Goal {
    /// What is measured.
    pub parameter: Parameter,
    /// Lowest number that meets it; none has no lower end.
    pub low: Option<Decimal>,
    /// Highest; none has no upper end.
    pub high: Option<Decimal>,
    /// By when.
    pub by: UnixMillis,
}

impl Goal {
    /// Whether a number meets it.
    pub fn is_met_by(&self, value: Decimal) -> bool {
        self.low.is_none_or(|low| low.compare(value).is_le())
            && self.high.is_none_or(|high| value.compare(high).is_le())
    }

    fn check(&self) -> Result<(), WritingError> {
        let range = Err(WritingError::Range("goals"));
        if !GOAL_PARAMETERS.contains(&self.parameter) || (self.low.is_none() && self.high.is_none()) {
            return range;
        }
        if let (Some(low), Some(high)) = (self.low, self.high)
            && low.compare(high).is_gt()
        {
            return range;
        }
        let info = self.parameter.info();
        let possible = |value: Decimal| {
            info.bounds(info.unit)
                .is_none_or(|(low, high)| low.compare(value).is_le() && value.compare(high).is_le())
        };
        if [self.low, self.high].into_iter().flatten().all(possible) { Ok(()) } else { range }
    }

    fn line(&self) -> String {
        let end = |end: Option<Decimal>| end.map_or_else(|| "-".to_owned(), |end| end.to_string());
        let code = self.parameter.info().code.0;
        format!("{code} {} to {} by {}", end(self.low), end(self.high), super::time::text(self.by))
    }

    fn read(line: &str) -> Option<Self> {
        let (code, rest) = line.split_once(' ')?;
        let (low, rest) = rest.split_once(" to ")?;
        let (high, by) = rest.split_once(" by ")?;
        let end = |text: &str| match text {
            "-" => Some(None),
            text => Decimal::parse(text).ok().map(Some),
        };
        Some(Self {
            parameter: Parameter::from_code(Code(code.parse().ok()?))?,
            low: end(low)?,
            high: end(high)?,
            by: super::time::read(by)?,
        })
    }
}

/// A programme.
#[derive(Clone, PartialEq, Eq)]
pub struct Programme {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The programme in whose place it comes.
    pub replaces: Option<Hash>,
    /// What it is for.
    pub kind: ProgrammeKind,
    /// What it is called.
    pub title: String,
    /// Its begin.
    pub from: UnixMillis,
    /// Its end.
    pub until: UnixMillis,
    /// Its goals.
    pub goals: Vec<Goal>,
    /// What is done, and goals that no number tells.
    pub text: Option<String>,
}

impl Programme {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        check_text("title", &self.title)?;
        if self.until <= self.from {
            return Err(WritingError::Range("until"));
        }
        if self.goals.is_empty() || self.goals.len() > MAX_GOALS {
            return Err(WritingError::Range("goals"));
        }
        for (place, goal) in self.goals.iter().enumerate() {
            goal.check()?;
            let again = self.goals.iter().take(place).any(|one| one.parameter == goal.parameter);
            if again || goal.by < self.from || self.until < goal.by {
                return Err(WritingError::Range("goals"));
            }
        }
        self.text.as_deref().map_or(Ok(()), |text| check_text("text", text))
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let goals: Vec<String> = self.goals.iter().map(Goal::line).collect();
        page.time("written", self.at)
            .maybe("replaces", self.replaces.map(|record| record.to_string()).as_deref())
            .text("kind", self.kind.word())
            .text("title", &self.title)
            .time("from", self.from)
            .time("until", self.until)
            .text("goals", &goals.join("\n"))
            .maybe("text", self.text.as_deref())
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            replaces: lines.record("replaces"),
            kind: ProgrammeKind::from_word(&lines.text("kind")?)?,
            title: lines.text("title")?,
            from: lines.time("from")?,
            until: lines.time("until")?,
            goals: lines
                .text("goals")?
                .split('\n')
                .take(MAX_GOALS + 1)
                .map(Goal::read)
                .collect::<Option<_>>()?,
            text: lines.text("text"),
        })
    }
}

/// The end of a programme.
#[derive(Clone, PartialEq, Eq)]
pub struct ProgrammeEnd {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The record of the programme.
    pub record: Hash,
    /// How it ended.
    pub outcome: Outcome,
    /// What is to be said of it.
    pub text: String,
}

impl ProgrammeEnd {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        check_text("text", &self.text)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let page = page.time("written", self.at).text("record", &self.record.to_string());
        page.text("outcome", self.outcome.word()).text("text", &self.text)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            record: lines.record("record")?,
            outcome: Outcome::from_word(&lines.text("outcome")?)?,
            text: lines.text("text")?,
        })
    }
}
