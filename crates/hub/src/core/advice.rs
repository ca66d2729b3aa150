//! Advice to the patients: heard on the ledger, kept for their page, answered under their own keys.
//!
//! What the hub says of advice is owed durably together with what it follows from, and said as soon as the key of the notes
//! is here: nothing is said twice or left out by a stop in between.

use super::heard::{Signed, open};
use super::{Core, CoreError, queue, settle, tip};
use crate::store::advice::{self as stored, AdviceRow, Place};
use crate::store::{StoreError, Tx, Urgency};
use std::collections::BTreeMap;
use wl_ledger::block::Entry;
use wl_ledger::control::Subject;
use wl_ledger::record::{RecordKind, SignedRecord};
use wl_ledger::state::State;
use wl_ledger::{Category, Hash, KeyId, PatientId, Role, UnixMillis};
use wl_vitals::writing::{Answer, AnswerWord, Arrival, Delivery, Reply, Void, Writing, void_of};
use wl_wire::messages::{BlockContent, ServedItem};

/// Most answers to one piece of advice: a page that is open to a playing child must not fill the ledger.
const MAX_REPLIES: usize = 20;

/// Advice as the page shows it.
pub struct Advised {
    /// What is stored of it.
    pub row: AdviceRow,
    /// The answers, in their order.
    pub replies: Vec<Reply>,
}

impl Advised {
    /// The answer that decides; none while there is none.
    pub fn decision(&self) -> Option<&Answer> {
        let answers = self.replies.iter().map(|reply| &reply.answer);
        answers.into_iter().find(|answer| answer.word != AnswerWord::Asked)
    }
}

/// The advice of all patients of this hub.
#[derive(Default)]
pub(super) struct AdviceBook {
    of: BTreeMap<PatientId, Vec<Advised>>,
    /// Something is owed to the ledger.
    owes: bool,
}

/// Why an answer is not taken. Nothing is signed then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AnswerRefusal {
    /// There is no such advice, or it was erased.
    #[error("this advice is not here any more")]
    Gone,
    /// Nothing was proposed.
    #[error("nothing was proposed here that could be accepted or declined")]
    NotAsked,
    /// It was taken back.
    #[error("this proposal was withdrawn")]
    Withdrawn,
    /// It was answered.
    #[error("this proposal was answered before; ask a question if you have thought otherwise")]
    Answered,
    /// The deadline has passed.
    #[error("the time for an answer has passed; ask a question if it still matters to you")]
    Late,
    /// Its author's key is not in use any more.
    #[error("who proposed this is not at the hospital's workstations any more; ask your care team")]
    AuthorGone,
    /// Nobody may read the notes.
    #[error("nobody may read your notes now, so nobody would read the answer; let somebody read first")]
    NoReader,
    /// There are enough.
    #[error("there are very many answers here already; please speak with your care team")]
    TooMany,
    /// A question says nothing, or more than it may.
    #[error("write your question, in at most some 2,000 letters")]
    Text,
}

impl From<Void> for AnswerRefusal {
    fn from(void: Void) -> Self {
        match void {
            Void::NotAsked => Self::NotAsked,
            Void::Withdrawn => Self::Withdrawn,
            Void::Answered => Self::Answered,
            Void::Late => Self::Late,
        }
    }
}

impl Core {
    /// The advice to a patient, in chain order.
    pub fn advice_of(&self, patient: &PatientId) -> &[Advised] {
        self.advice.of.get(patient).map_or(&[], Vec::as_slice)
    }

    /// Whether an answer would be taken now.
    ///
    /// # Errors
    /// [`AnswerRefusal`].
    pub fn check_answer(
        &self,
        patient: &PatientId,
        answer: &Answer,
        now: UnixMillis,
    ) -> Result<(), AnswerRefusal> {
        let one = self.advice_of(patient).iter().find(|one| one.row.record == answer.record);
        let one = one.ok_or(AnswerRefusal::Gone)?;
        answer.check().map_err(|_| AnswerRefusal::Text)?;
        let now = self.latest_time(now);
        let (answered, withdrawn) = (one.decision().is_some(), one.row.withdrawal.is_some());
        if let Some(void) = void_of(&one.row.advice, answer.word, now, answered, withdrawn) {
            return Err(void.into());
        }
        let decides = answer.word != AnswerWord::Asked;
        if decides && self.state().active_member(&one.row.author).is_none() {
            return Err(AnswerRefusal::AuthorGone);
        }
        if one.replies.len() >= MAX_REPLIES {
            return Err(AnswerRefusal::TooMany);
        }
        let readers = self.state().entitled(patient, Category::Notes, now);
        if readers.is_empty() { Err(AnswerRefusal::NoReader) } else { Ok(()) }
    }

    /// Takes an answer that the patient's or a guardian's key has signed; durable before this returns.
    ///
    /// # Errors
    /// [`CoreError::Answer`] when it is not taken; [`CoreError`].
    pub async fn take_reply(
        &mut self,
        patient: &PatientId,
        reply: &Reply,
        now: UnixMillis,
    ) -> Result<(), CoreError> {
        self.check_answer(patient, &reply.answer, now).map_err(CoreError::Answer)?;
        let mut tx = self.store.begin().await?;
        if stored::reply(&mut tx, patient, reply).await? {
            stored::owe(&mut tx, &reply.answer.record, &Writing::Reply(reply.clone())).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        self.read_advice().await?;
        self.tell(now).await?;
        Ok(())
    }

    /// Notes that the page shows a patient's advice to whoever has this key. Returns whether any was new.
    ///
    /// # Errors
    /// [`CoreError`].
    pub async fn show_advice(
        &mut self,
        patient: &PatientId,
        by: KeyId,
        now: UnixMillis,
    ) -> Result<bool, CoreError> {
        let new = self.advice_of(patient).iter().filter(|one| one.row.shown.is_none());
        let new: Vec<Hash> = new.map(|one| one.row.record).collect();
        if new.is_empty() {
            return Ok(false);
        }
        let mut tx = self.store.begin().await?;
        for record in &new {
            if stored::show(&mut tx, patient, record, now).await? {
                let read = Delivery { at: now, record: *record, arrival: Arrival::Read, by: Some(by) };
                stored::owe(&mut tx, record, &Writing::Delivery(read)).await?;
            }
        }
        tx.commit().await.map_err(StoreError::from)?;
        self.read_advice().await?;
        self.tell(now).await?;
        Ok(true)
    }

    /// Takes what a block says about advice. Returns whether something was written.
    pub(super) async fn hear_advice(
        &mut self,
        content: &BlockContent,
        now: UnixMillis,
    ) -> Result<bool, CoreError> {
        if !content.items.iter().any(|item| self.is_note(item)) {
            return Ok(false);
        }
        let found = self.verified(content, |item| self.is_note(item))?;
        let (state, chain) = (self.verifier.state(), self.answer.chain);
        let mut tx = self.store.begin().await?;
        let mut taken = false;
        for signed in &found {
            let plain = open(&mut tx, state, &chain, signed).await?;
            // Most notes are of no concern here, and what does not open is not delivered: its author sees that.
            let Some(Ok(writing)) = plain.map(|plain| Writing::from_bytes(&plain)) else { continue };
            taken |= take(&mut tx, state, &self.hub, signed, &writing, now).await?;
        }
        tx.commit().await.map_err(StoreError::from)?;
        if taken {
            self.read_advice().await?;
            self.tell(now).await?;
        }
        Ok(taken)
    }

    fn is_note(&self, item: &ServedItem) -> bool {
        let Entry::Record(bytes) = &item.item.entry else { return false };
        let Ok(record) = SignedRecord::parse(bytes) else { return false };
        record.header().kind == RecordKind::Note
            && self.state().stream(record.header().stream).is_some_and(|stream| {
                matches!(stream.subject, Subject::Patient(patient, Category::Notes) if self.bedsides.contains_key(&patient))
            })
    }

    /// Reads the book out of the store again.
    pub(super) async fn read_advice(&mut self) -> Result<(), CoreError> {
        let mut tx = self.store.begin().await?;
        let (rows, replies) = (stored::all(&mut tx).await?, stored::replies(&mut tx).await?);
        let owes = !stored::owed(&mut tx).await?.is_empty();
        drop(tx);
        let mut book = AdviceBook { of: BTreeMap::new(), owes };
        let mut by_record: BTreeMap<Hash, Vec<Reply>> = BTreeMap::new();
        for reply in replies {
            by_record.entry(reply.answer.record).or_default().push(reply);
        }
        for row in rows {
            let replies = by_record.remove(&row.record).unwrap_or_default();
            book.of.entry(row.patient).or_default().push(Advised { row, replies });
        }
        self.advice = book;
        Ok(())
    }

    /// Signs what is owed about advice, each once its patient's notes have a key here. Returns whether something was.
    pub(super) async fn tell(&mut self, now: UnixMillis) -> Result<bool, CoreError> {
        if !self.advice.owes || self.recovering {
            return Ok(false);
        }
        let seen = tip(&self.verifier);
        let (state, bedsides, hub) = (self.verifier.state(), &self.bedsides, self.hub);
        let author = &mut self.author;
        let mut tx = self.store.begin().await?;
        let told = async {
            let (mut said, mut left) = (false, false);
            for owed in stored::owed(&mut tx).await? {
                let bedside = bedsides.get(&owed.patient);
                let place = bedside.and_then(|bedside| bedside.place(state, &hub, Category::Notes));
                let Some((place, keys)) = place else {
                    left = true;
                    continue;
                };
                let draft = author.draft(&place, &keys, RecordKind::Note, now, seen, &owed.body)?;
                queue(&mut tx, Urgency::Then, &draft).await?;
                stored::said(&mut tx, owed.id).await?;
                said = true;
            }
            Ok((said, left))
        }
        .await;
        let (said, left) = settle(tx, &mut self.author, told).await?;
        self.advice.owes = left;
        Ok(said)
    }
}

/// Takes one writing. Whoever may not say it has said nothing.
async fn take(
    tx: &mut Tx<'_>,
    state: &State,
    hub: &KeyId,
    signed: &Signed,
    writing: &Writing,
    now: UnixMillis,
) -> Result<bool, CoreError> {
    let (record, author) = (&signed.record, signed.record.author());
    let physician = state.member(&author).is_some_and(|member| member.enrolment.role == Role::Physician);
    let own = author == *hub;
    Ok(match writing {
        Writing::Advice(advice) if physician => {
            let header = record.header();
            let place = Place {
                stream: header.stream,
                seq: header.seq,
                height: record.height(),
                index: record.index(),
            };
            let hash = record.hash();
            let new = stored::put(tx, &hash, &signed.patient, &author, &place, advice).await?;
            if new {
                let delivered = Delivery { at: now, record: hash, arrival: Arrival::Delivered, by: None };
                stored::owe(tx, &hash, &Writing::Delivery(delivered)).await?;
            }
            new
        }
        Writing::Withdrawal(withdrawal) if physician => {
            stored::withdraw(tx, &signed.patient, withdrawal).await?
        }
        // A hub that came from a backup learns from the ledger what it said before.
        Writing::Reply(reply) if own => stored::reply(tx, &signed.patient, reply).await?,
        Writing::Delivery(delivery) if own && delivery.arrival == Arrival::Read => {
            stored::show(tx, &signed.patient, &delivery.record, delivery.at).await?
        }
        _ => false,
    })
}
