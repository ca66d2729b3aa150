//! Advice with what became of it, put together in chain order. Whether an answer decides anything is judged here again,
//! whatever the hub let through.

use super::{Folder, Written, is_clinician};
use wl_ledger::state::State;
use wl_ledger::{KeyId, Role, UnixMillis};
use wl_vitals::writing::{Advice, AnswerWord, Arrival, Reply, Void, Withdrawal, Writing, void_of};

/// One answer of the patient.
pub struct Replied<'a> {
    /// Its record.
    pub written: &'a Written,
    /// The answer, with the signature that the opener has checked.
    pub reply: &'a Reply,
    /// Why it decides nothing, if so.
    pub void: Option<Void>,
    /// Who of the team read it first, and when.
    pub noted: Option<(KeyId, UnixMillis)>,
}

/// Advice with what became of it.
pub struct Advised<'a> {
    /// Its record.
    pub written: &'a Written,
    /// What was advised.
    pub advice: &'a Advice,
    /// When the patient's hub first said that it holds it.
    pub delivered: Option<UnixMillis>,
    /// When the page first showed it, and to whose key.
    pub read: Option<(UnixMillis, KeyId)>,
    /// A physician took it back.
    pub withdrawn: Option<(&'a Written, &'a Withdrawal)>,
    /// The answers, in chain order.
    pub replies: Vec<Replied<'a>>,
}

impl Advised<'_> {
    /// The patient's decision; none while there is none.
    pub fn decision(&self) -> Option<&Replied<'_>> {
        self.replies.iter().find(|one| one.void.is_none() && one.reply.answer.word != AnswerWord::Asked)
    }

    /// Answers that nobody of the team has read.
    pub fn unread(&self) -> impl Iterator<Item = &Replied<'_>> {
        self.replies.iter().filter(|one| one.noted.is_none())
    }
}

impl Folder {
    /// The advice, in the order in which it came into the chain. What is said about advice before it is there says nothing.
    pub fn advice(&self, state: &State) -> Vec<Advised<'_>> {
        let role = |key: &KeyId| state.member(key).map(|member| member.enrolment.role);
        let mut all: Vec<Advised<'_>> = Vec::new();
        for written in self.0.values() {
            let by = role(&written.by);
            match &written.writing {
                Writing::Advice(advice) if by == Some(Role::Physician) => all.push(begun(written, advice)),
                Writing::Withdrawal(withdrawal) if by == Some(Role::Physician) => {
                    if let Some(one) = all.iter_mut().find(|one| one.written.record == withdrawal.record) {
                        one.withdrawn.get_or_insert((written, withdrawal));
                    }
                }
                Writing::Delivery(delivery) if by == Some(Role::Hub) => {
                    if let Some(one) = all.iter_mut().find(|one| one.written.record == delivery.record) {
                        one.delivered.get_or_insert(written.at());
                        let read = delivery.by.filter(|_| delivery.arrival == Arrival::Read);
                        one.read = one.read.or(read.map(|by| (written.at(), by)));
                    }
                }
                Writing::Reply(reply) if by == Some(Role::Hub) => reply_to(&mut all, written, reply),
                Writing::Noted(noted) if is_clinician(state, &written.by) => {
                    let mut replies = all.iter_mut().flat_map(|one| &mut one.replies);
                    if let Some(one) = replies.find(|one| one.written.record == noted.record) {
                        one.noted.get_or_insert((written.by, written.at()));
                    }
                }
                _ => {}
            }
        }
        all
    }
}

fn begun<'a>(written: &'a Written, advice: &'a Advice) -> Advised<'a> {
    Advised { written, advice, delivered: None, read: None, withdrawn: None, replies: Vec::new() }
}

fn reply_to<'a>(all: &mut [Advised<'a>], written: &'a Written, reply: &'a Reply) {
    let Some(one) = all.iter_mut().find(|one| one.written.record == reply.answer.record) else { return };
    // The same signature in a second record is the same answer.
    if one.replies.iter().any(|known| known.reply == reply) {
        return;
    }
    let (answered, withdrawn) = (one.decision().is_some(), one.withdrawn.is_some());
    let void = void_of(one.advice, reply.answer.word, written.at(), answered, withdrawn);
    one.replies.push(Replied { written, reply, void, noted: None });
}
