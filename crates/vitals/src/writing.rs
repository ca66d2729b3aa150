//! What people write about a patient (docs/spec/writing.md): notes with co-signatures, hand-overs with their acceptance,
//! orders with what became of them, advice to the patient with the patient's answers, programmes with their goals.
//!
//! A writing is plain text with a name before each value, so that whoever opens its age file with any age tool can read
//! it. One value has one encoding, as everywhere.

mod advice;
mod handover;
mod note;
mod order;
mod page;
mod programme;
mod time;

use wl_ledger::{Hash, UnixMillis};

pub use advice::{
    Advice, AdviceKind, Answer, AnswerWord, Arrival, Delivery, MAX_ANSWER_BYTES, Noted, Reply, Void,
    Withdrawal, void_of,
};
pub use handover::{Acceptance, HandOver, Illness};
pub use note::{CoSignature, Note, NoteKind};
pub use order::{MINUTES, Order, OrderStep, Ordered, Route, Step, TARGETS};
use page::{Lines, Page};
pub use programme::{GOAL_PARAMETERS, Goal, MAX_GOALS, Outcome, Programme, ProgrammeEnd, ProgrammeKind};

/// Most bytes of a writing, its padding included.
pub const MAX_WRITING_BYTES: usize = 64 * 1024;
/// Most bytes of one text in it.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;

const FIRST_LINE: &str = "wardlight writing 1 ";

/// One thing that somebody wrote. Who did is the author of the record around it.
#[derive(Clone, PartialEq, Eq)]
pub enum Writing {
    /// A note.
    Note(Note),
    /// A second name under a note.
    CoSignature(CoSignature),
    /// A patient handed over to somebody.
    HandOver(HandOver),
    /// A hand-over accepted.
    Acceptance(Acceptance),
    /// An order.
    Order(Order),
    /// Something that was done about an order.
    OrderStep(OrderStep),
    /// Advice to the patient.
    Advice(Advice),
    /// Advice taken back.
    Withdrawal(Withdrawal),
    /// How far advice has come; by the patient's hub.
    Delivery(Delivery),
    /// The patient's answer; in a record of the patient's hub.
    Reply(Reply),
    /// An answer read by somebody of the team.
    Noted(Noted),
    /// A programme of rehabilitation or prevention.
    Programme(Programme),
    /// The end of one.
    ProgrammeEnd(ProgrammeEnd),
}

/// Why a writing is refused. What it holds is never repeated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WritingError {
    /// Longer than [`MAX_WRITING_BYTES`].
    #[error("{0} bytes are more than a writing may have")]
    TooLong(usize),
    /// Not the shape of the format.
    #[error("the writing is not of its format")]
    Shape,
    /// Of its format, but not its one encoding.
    #[error("the writing is not in canonical form")]
    NotCanonical,
    /// Empty where something must be said.
    #[error("{0}: something must be written here")]
    Empty(&'static str),
    /// Longer than [`MAX_TEXT_BYTES`].
    #[error("{0}: at most 8,192 bytes are taken")]
    TextTooLong(&'static str),
    /// A number outside of what can be ordered.
    #[error("{0}: it is out of range")]
    Range(&'static str),
    /// A character that is not shown, or that turns the direction of others around.
    #[error("{0}: it holds a character that cannot be shown")]
    Character(&'static str),
}

impl Writing {
    /// When it was written, by the workstation's clock.
    pub fn at(&self) -> UnixMillis {
        match self {
            Self::Note(note) => note.at,
            Self::CoSignature(signature) => signature.at,
            Self::HandOver(hand_over) => hand_over.at,
            Self::Acceptance(acceptance) => acceptance.at,
            Self::Order(order) => order.at,
            Self::OrderStep(step) => step.at,
            Self::Advice(advice) => advice.at,
            Self::Withdrawal(withdrawal) => withdrawal.at,
            Self::Delivery(delivery) => delivery.at,
            Self::Reply(reply) => reply.answer.at,
            Self::Noted(noted) => noted.at,
            Self::Programme(programme) => programme.at,
            Self::ProgrammeEnd(end) => end.at,
        }
    }

    /// The record it answers, if it answers one.
    pub fn about(&self) -> Option<Hash> {
        match self {
            Self::Note(note) => note.amends,
            Self::CoSignature(signature) => Some(signature.record),
            Self::HandOver(_) | Self::Order(_) | Self::Advice(_) => None,
            Self::Acceptance(acceptance) => Some(acceptance.record),
            Self::OrderStep(step) => Some(step.record),
            Self::Withdrawal(withdrawal) => Some(withdrawal.record),
            Self::Delivery(delivery) => Some(delivery.record),
            Self::Reply(reply) => Some(reply.answer.record),
            Self::Noted(noted) => Some(noted.record),
            Self::Programme(programme) => programme.replaces,
            Self::ProgrammeEnd(end) => Some(end.record),
        }
    }

    /// Whether the patient's hub writes this, and nobody else may.
    pub fn is_of_hub(&self) -> bool {
        matches!(self, Self::Delivery(_) | Self::Reply(_))
    }

    /// Checks the texts.
    ///
    /// # Errors
    /// [`WritingError`].
    pub fn check(&self) -> Result<(), WritingError> {
        match self {
            Self::Note(note) => note.check(),
            Self::CoSignature(_) | Self::Noted(_) => Ok(()),
            Self::HandOver(hand_over) => hand_over.check(),
            Self::Acceptance(acceptance) => acceptance.check(),
            Self::Order(order) => order.check(),
            Self::OrderStep(step) => step.check(),
            Self::Advice(advice) => advice.check(),
            Self::Withdrawal(withdrawal) => withdrawal.check(),
            Self::Delivery(delivery) => delivery.check(),
            Self::Reply(reply) => reply.answer.check(),
            Self::Programme(programme) => programme.check(),
            Self::ProgrammeEnd(end) => end.check(),
        }
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let page = match self {
            Self::Note(note) => note.write(Page::begin("note")),
            Self::CoSignature(signature) => signature.write(Page::begin("co-signature")),
            Self::HandOver(hand_over) => hand_over.write(Page::begin("hand-over")),
            Self::Acceptance(acceptance) => acceptance.write(Page::begin("acceptance")),
            Self::Order(order) => order.write(Page::begin("order")),
            Self::OrderStep(step) => step.write(Page::begin("order-step")),
            Self::Advice(advice) => advice.write(Page::begin("advice")),
            Self::Withdrawal(withdrawal) => withdrawal.write(Page::begin("withdrawal")),
            Self::Delivery(delivery) => delivery.write(Page::begin("delivery")),
            Self::Reply(reply) => reply.write(Page::begin("reply")),
            Self::Noted(noted) => noted.write(Page::begin("noted")),
            Self::Programme(programme) => programme.write(Page::begin("programme")),
            Self::ProgrammeEnd(end) => end.write(Page::begin("programme-end")),
        };
        page.finish()
    }

    /// Reads canonical bytes and nothing else, and checks them.
    ///
    /// # Errors
    /// [`WritingError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WritingError> {
        if bytes.len() > MAX_WRITING_BYTES {
            return Err(WritingError::TooLong(bytes.len()));
        }
        let text = core::str::from_utf8(bytes).map_err(|_| WritingError::Shape)?;
        let (sort, mut lines) = Lines::begin(text).ok_or(WritingError::Shape)?;
        let writing = match sort {
            "note" => Note::read(&mut lines).map(Self::Note),
            "co-signature" => CoSignature::read(&mut lines).map(Self::CoSignature),
            "hand-over" => HandOver::read(&mut lines).map(Self::HandOver),
            "acceptance" => Acceptance::read(&mut lines).map(Self::Acceptance),
            "order" => Order::read(&mut lines).map(Self::Order),
            "order-step" => OrderStep::read(&mut lines).map(Self::OrderStep),
            "advice" => Advice::read(&mut lines).map(Self::Advice),
            "withdrawal" => Withdrawal::read(&mut lines).map(Self::Withdrawal),
            "delivery" => Delivery::read(&mut lines).map(Self::Delivery),
            "reply" => Reply::read(&mut lines).map(Self::Reply),
            "noted" => Noted::read(&mut lines).map(Self::Noted),
            "programme" => Programme::read(&mut lines).map(Self::Programme),
            "programme-end" => ProgrammeEnd::read(&mut lines).map(Self::ProgrammeEnd),
            _ => None,
        };
        let writing = writing.ok_or(WritingError::Shape)?;
        writing.check()?;
        if writing.to_bytes() == bytes { Ok(writing) } else { Err(WritingError::NotCanonical) }
    }
}

/// What a person typed, as it is signed: one sort of line end, blanks for tabs, nothing blank at either end.
pub fn tidy(typed: &str) -> String {
    let lines = typed.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    lines.replace('\t', " ").trim().to_owned()
}

/// Checks one text under its name.
fn check_text(name: &'static str, text: &str) -> Result<(), WritingError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(WritingError::TextTooLong(name));
    }
    if text.trim().is_empty() {
        return Err(WritingError::Empty(name));
    }
    if text.trim() != text {
        return Err(WritingError::NotCanonical);
    }
    if text.chars().any(is_unshown) { Err(WritingError::Character(name)) } else { Ok(()) }
}

/// Control characters but the line feed, other line ends, and what makes text read in another order than it is written:
/// "10 mg" must never look like "01 mg".
fn is_unshown(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || (character.is_control() && character != '\n')
}

/// An enumeration whose values are words in the text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$each])* $value,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }

            /// The one of this word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)+ _ => None }
            }
        }
    };
}
use words;
