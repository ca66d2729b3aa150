//! Advice to the patient with what became of it: delivered and read at the patient's hub, answered under the patient's own
//! key, the answer read by somebody of the team.
//!
//! A proposal is advice that the patient accepts or declines (shared decision). Whether an answer counts is judged here, once
//! for the hub that takes it and once more for every workstation that shows it.

use wl_ledger::keys::{KeyError, PublicKey, Signature, SigningKey};
use wl_ledger::{ChainId, Hash, KeyId, PatientId, UnixMillis};

use super::page::{Lines, Page};
use super::{WritingError, check_text, words};

/// Most bytes of what a patient says in an answer.
pub const MAX_ANSWER_BYTES: usize = 2 * 1024;
/// Domain of a patient's signature under an answer.
const ANSWER_DOMAIN: &[u8] = b"wardlight/reply/1";

words! {
    /// What is asked of the patient.
    AdviceKind {
        /// Nothing.
        Advice = "advice",
        /// To accept or decline.
        Proposal = "proposal",
    }
}

words! {
    /// How far advice has come.
    Arrival {
        /// The patient's hub holds it, opened, for the patient's page.
        Delivered = "delivered",
        /// The page showed it to somebody who had signed in.
        Read = "read",
    }
}

words! {
    /// What the patient answers.
    AnswerWord {
        /// Yes to a proposal.
        Accepted = "accepted",
        /// No to a proposal.
        Declined = "declined",
        /// A question back.
        Asked = "asked",
    }
}

/// Advice.
#[derive(Clone, PartialEq, Eq)]
pub struct Advice {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The advice that this one goes on from.
    pub follows: Option<Hash>,
    /// What is asked of the patient.
    pub kind: AdviceKind,
    /// Until when a proposal takes an answer; none has no end.
    pub until: Option<UnixMillis>,
    /// The text.
    pub text: String,
}

impl Advice {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        if self.until.is_some_and(|until| self.kind != AdviceKind::Proposal || until <= self.at) {
            return Err(WritingError::Range("until"));
        }
        check_text("text", &self.text)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let page = page.time("written", self.at);
        let page = page.maybe("follows", self.follows.map(|record| record.to_string()).as_deref());
        let page = page.text("kind", self.kind.word());
        match self.until {
            Some(until) => page.time("until", until),
            None => page,
        }
        .text("text", &self.text)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            follows: lines.record("follows"),
            kind: AdviceKind::from_word(&lines.text("kind")?)?,
            until: lines.time("until"),
            text: lines.text("text")?,
        })
    }
}

/// Advice taken back.
#[derive(Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The record of the advice.
    pub record: Hash,
    /// Why, for the patient.
    pub text: String,
}

impl Withdrawal {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        check_text("text", &self.text)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        page.time("written", self.at).text("record", &self.record.to_string()).text("text", &self.text)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        let (at, record) = (lines.time("written")?, lines.record("record")?);
        Some(Self { at, record, text: lines.text("text")? })
    }
}

/// How far advice has come, said by the patient's hub.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// When, by the hub's clock.
    pub at: UnixMillis,
    /// The record of the advice.
    pub record: Hash,
    /// How far.
    pub arrival: Arrival,
    /// To whom the page showed it: the patient's key or a guardian's; none of what is delivered only.
    pub by: Option<KeyId>,
}

impl Delivery {
    pub(super) fn check(&self) -> Result<(), WritingError> {
        if self.by.is_some() == (self.arrival == Arrival::Read) { Ok(()) } else { Err(WritingError::Shape) }
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let page = page.time("written", self.at).text("record", &self.record.to_string());
        page.text("arrival", self.arrival.word()).maybe("by", self.by.map(|by| by.to_string()).as_deref())
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self {
            at: lines.time("written")?,
            record: lines.record("record")?,
            arrival: Arrival::from_word(&lines.text("arrival")?)?,
            by: lines.key("by"),
        })
    }
}

/// What the patient, or a guardian, answers.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// When, by the hub's clock.
    pub at: UnixMillis,
    /// The record of the advice.
    pub record: Hash,
    /// What.
    pub word: AnswerWord,
    /// In own words; must be there in a question.
    pub text: Option<String>,
}

impl Answer {
    /// Checks the text.
    ///
    /// # Errors
    /// [`WritingError`].
    pub fn check(&self) -> Result<(), WritingError> {
        match self.text.as_deref() {
            Some(text) if text.len() > MAX_ANSWER_BYTES => Err(WritingError::TextTooLong("text")),
            Some(text) => check_text("text", text),
            None if self.word == AnswerWord::Asked => Err(WritingError::Empty("text")),
            None => Ok(()),
        }
    }

    fn write(&self, page: Page, by: &KeyId) -> Page {
        let page = page.time("written", self.at).text("record", &self.record.to_string());
        page.text("answer", self.word.word()).maybe("text", self.text.as_deref()).text("by", &by.to_string())
    }

    /// What is signed: the domain, the chain, the patient, and the lines of the reply up to the signer's.
    fn message(&self, chain: &ChainId, patient: &PatientId, by: &KeyId) -> Vec<u8> {
        let mut message = ANSWER_DOMAIN.to_vec();
        message.extend_from_slice(chain.as_bytes());
        message.extend_from_slice(patient.as_bytes());
        message.extend_from_slice(&self.write(Page::begin("reply"), by).unpadded());
        message
    }
}

/// An answer under the key of the patient or a guardian. The hub's record carries it; the hub cannot make one.
#[derive(Clone, PartialEq, Eq)]
pub struct Reply {
    /// What was answered.
    pub answer: Answer,
    /// Whose key signed.
    pub by: KeyId,
    /// Its signature.
    pub signature: Signature,
}

impl Reply {
    /// Signs an answer about a patient's record on one chain.
    pub fn sign(answer: Answer, chain: &ChainId, patient: &PatientId, key: &SigningKey) -> Self {
        let by = key.id();
        let signature = key.sign(&answer.message(chain, patient, &by));
        Self { answer, by, signature }
    }

    /// Checks the signature under the key that it names.
    ///
    /// # Errors
    /// [`KeyError::BadSignature`], also when the key is another one.
    pub fn verify(&self, chain: &ChainId, patient: &PatientId, key: &PublicKey) -> Result<(), KeyError> {
        if key.id() != self.by {
            return Err(KeyError::BadSignature);
        }
        key.verify(&self.answer.message(chain, patient, &self.by), &self.signature)
    }

    pub(super) fn write(&self, page: Page) -> Page {
        let hex: String = self.signature.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        self.answer.write(page, &self.by).text("signature", &hex)
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        let answer = Answer {
            at: lines.time("written")?,
            record: lines.record("record")?,
            word: AnswerWord::from_word(&lines.text("answer")?)?,
            text: lines.text("text"),
        };
        Some(Self { answer, by: lines.key("by")?, signature: signature(&lines.text("signature")?)? })
    }
}

fn signature(hex: &str) -> Option<Signature> {
    let (first, second) = (Hash::from_hex(hex.get(..64)?)?, Hash::from_hex(hex.get(64..)?)?);
    let mut bytes = [0; 64];
    let (front, back) = bytes.split_at_mut(32);
    front.copy_from_slice(first.as_bytes());
    back.copy_from_slice(second.as_bytes());
    Some(Signature::from_bytes(bytes))
}

/// Somebody of the team has read an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Noted {
    /// When, by the workstation's clock.
    pub at: UnixMillis,
    /// The record of the reply.
    pub record: Hash,
}

impl Noted {
    pub(super) fn write(&self, page: Page) -> Page {
        page.time("written", self.at).text("record", &self.record.to_string())
    }

    pub(super) fn read(lines: &mut Lines<'_>) -> Option<Self> {
        Some(Self { at: lines.time("written")?, record: lines.record("record")? })
    }
}

/// Why an answer decides nothing. It is kept and shown all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Void {
    /// Nothing was proposed.
    NotAsked,
    /// The proposal was withdrawn before.
    Withdrawn,
    /// It was answered before; the first answer counts.
    Answered,
    /// The deadline had passed.
    Late,
}

/// Whether an answer given at `at` decides nothing, and why. A question decides nothing by its nature and is never void.
pub fn void_of(
    advice: &Advice,
    word: AnswerWord,
    at: UnixMillis,
    answered: bool,
    withdrawn: bool,
) -> Option<Void> {
    match () {
        () if word == AnswerWord::Asked => None,
        () if advice.kind != AdviceKind::Proposal => Some(Void::NotAsked),
        () if withdrawn => Some(Void::Withdrawn),
        () if answered => Some(Void::Answered),
        () if advice.until.is_some_and(|until| until < at) => Some(Void::Late),
        () => None,
    }
}
