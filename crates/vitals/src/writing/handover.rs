//! Hand-overs in the form of I-PASS: illness severity, patient summary, action list, situation awareness and
//! contingency plans from the giver; the synthesis by the receiver is the acceptance (Starmer et al., NEJM 2014).

use wl_ledger::{Hash, KeyId, UnixMillis};

use super::page::{Lines, Page};
use super::{WritingError, check_text, words};

words! {
    /// How ill, as I-PASS has it.
    Illness {
        /// Expected to go well.
        Stable = "stable",
        /// To be watched closely.
        Watcher = "watcher",
        /// Needs somebody now.
        Unstable = "unstable",
    }
}

/// A patient handed over.
#[derive(Clone, PartialEq, Eq)]
pub struct HandOver {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The person who is to take over: one of the keys of this person.
    pub to: KeyId,
    /// I: how ill.
    pub illness: Illness,
    /// What the giver's workstation had verified when this was signed; no person wrote it.
    pub verified: String,
    /// P: what is the matter and what was done.
    pub summary: String,
    /// A: what is to be done, by whom, until when.
    pub actions: String,
    /// S: what may happen, and what to do then.
    pub situation: String,
}

impl HandOver {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        check_text("verified", &self.verified)?;
        check_text("summary", &self.summary)?;
        check_text("actions", &self.actions)?;
        check_text("situation", &self.situation)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        page.time("written", self.at)
            .text("to", &self.to.to_string())
            .text("illness", self.illness.word())
            .text("verified", &self.verified)
            .text("summary", &self.summary)
            .text("actions", &self.actions)
            .text("situation", &self.situation)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            to: lines.key("to")?,
            illness: Illness::from_word(&lines.text("illness")?)?,
            verified: lines.text("verified")?,
            summary: lines.text("summary")?,
            actions: lines.text("actions")?,
            situation: lines.text("situation")?,
        })
    }
}

/// A hand-over accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The record of the hand-over.
    pub record: Hash,
    /// S: what the receiver has understood, in own words.
    pub synthesis: String,
}

impl Acceptance {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        check_text("synthesis", &self.synthesis)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        page.time("written", self.at)
            .text("record", &self.record.to_string())
            .text("synthesis", &self.synthesis)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            record: lines.record("record")?,
            synthesis: lines.text("synthesis")?,
        })
    }
}
