//! Notes and the names under them.

use wl_ledger::{Hash, UnixMillis};

use super::page::{Lines, Page};
use super::{WritingError, check_text, words};

words! {
    /// What a note is.
    NoteKind {
        /// How the patient is doing.
        Progress = "progress",
        /// Care by nurses.
        Nursing = "nursing",
        /// A ward round.
        Round = "round",
        /// Something was done to the patient.
        Procedure = "procedure",
        /// Advice of another discipline.
        Consultation = "consultation",
        /// The stay begins.
        Admission = "admission",
        /// The stay ends.
        Discharge = "discharge",
    }
}

/// A note, or the newer wording of one: both stay.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// When it was written, by the workstation's clock.
    pub at: UnixMillis,
    /// What it is.
    pub kind: NoteKind,
    /// The record of the note that it amends.
    pub amends: Option<Hash>,
    /// The text.
    pub text: String,
}

impl Note {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        check_text("text", &self.text)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let page = page.time("written", self.at).text("kind", self.kind.word());
        page.maybe("amends", self.amends.map(|record| record.to_string()).as_deref()).text("text", &self.text)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            kind: NoteKind::from_word(&lines.text("kind")?)?,
            amends: lines.record("amends"),
            text: lines.text("text")?,
        })
    }
}

/// A second person's name under a note.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CoSignature {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The record of the note.
    pub record: Hash,
}

impl CoSignature {
    pub(super) fn write(&self, page: Page) -> Page {
        page.time("written", self.at).text("record", &self.record.to_string())
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self { at: lines.time("written")?, record: lines.record("record")? })
    }
}
