//! Advice to the patient as the window and a hand-over show it.

use super::Moment;
use super::alarm::person;
use super::handover::age_text;
use super::notes::{OnItsWay, answers, role_of, sealed_row, signed_by};
use crate::desk::{is_clinician, may_order};
use crate::view::{
    AdviceView, AnswerKind, DecisionState, DeliveryView, EntryView, ReplyView, SignerWord, VoidWord,
    WithdrawnView, WrittenRow,
};
use crate::written::{Advised, Folder, Replied};
use wl_ledger::{Category, KeyId, PatientId, UnixMillis};
use wl_vitals::writing::{Advice, AdviceKind, AnswerWord, Void};

/// Most characters of advice in a line.
const BEGIN: usize = 80;

/// Advice in the record.
pub(super) fn advice_row(
    moment: &Moment<'_>,
    patient: &PatientId,
    one: &Advised<'_>,
    waiting: &[OnItsWay],
) -> WrittenRow {
    let adviser = may_order(moment.core);
    let withdrawn = one.withdrawn.map(|(written, withdrawal)| WithdrawnView {
        by: person(moment, &written.by),
        role: role_of(moment, &written.by),
        at_ms: written.at().0,
        text: withdrawal.text.clone(),
        record_ref: written.place.to_string(),
    });
    let free = one.withdrawn.is_none() && !answers(waiting, &one.written.record);
    let advice = AdviceView {
        delivery: delivery_of(moment, patient, one),
        decision: decision_of(moment, one),
        may_withdraw: adviser && free,
        may_follow: adviser,
        withdrawn,
        replies: one.replies.iter().rev().map(|reply| reply_view(moment, patient, reply, waiting)).collect(),
        ..view_of(one.advice)
    };
    sealed_row(moment, one.written, EntryView::Advice { advice })
}

/// Advice that is on its way: nobody has it.
pub(super) fn waiting_advice(advice: &Advice) -> EntryView {
    EntryView::Advice { advice: view_of(advice) }
}

fn view_of(advice: &Advice) -> AdviceView {
    let proposal = advice.kind == AdviceKind::Proposal;
    AdviceView {
        text: advice.text.clone(),
        proposal,
        until_ms: advice.until.map(|until| until.0),
        follows: advice.follows.map(|record| record.to_string()),
        delivery: DeliveryView::NotDelivered,
        decision: if proposal { DecisionState::Open } else { DecisionState::None },
        withdrawn: None,
        replies: Vec::new(),
        may_withdraw: false,
        may_follow: false,
    }
}

fn delivery_of(moment: &Moment<'_>, patient: &PatientId, one: &Advised<'_>) -> DeliveryView {
    match (one.delivered, one.read) {
        (Some(delivered), Some((at, by))) => {
            DeliveryView::Read { delivered_ms: delivered.0, at_ms: at.0, by: signer_of(moment, patient, &by) }
        }
        (Some(at), None) => DeliveryView::Delivered { at_ms: at.0 },
        (None, _) => DeliveryView::NotDelivered,
    }
}

fn decision_of(moment: &Moment<'_>, one: &Advised<'_>) -> DecisionState {
    let over = |until: UnixMillis| until < moment.deciding;
    match one.decision().map(|reply| reply.reply.answer.word) {
        Some(AnswerWord::Accepted) => DecisionState::Accepted,
        Some(AnswerWord::Declined) => DecisionState::Declined,
        Some(AnswerWord::Asked) | None if one.advice.kind != AdviceKind::Proposal => DecisionState::None,
        Some(AnswerWord::Asked) | None if one.advice.until.is_some_and(over) => DecisionState::Expired,
        Some(AnswerWord::Asked) | None => DecisionState::Open,
    }
}

fn reply_view(
    moment: &Moment<'_>,
    patient: &PatientId,
    one: &Replied<'_>,
    waiting: &[OnItsWay],
) -> ReplyView {
    let answer = &one.reply.answer;
    let free = one.noted.is_none() && !answers(waiting, &one.written.record);
    ReplyView {
        id: one.written.record.to_string(),
        answer: match answer.word {
            AnswerWord::Accepted => AnswerKind::Accepted,
            AnswerWord::Declined => AnswerKind::Declined,
            AnswerWord::Asked => AnswerKind::Asked,
        },
        text: answer.text.clone().unwrap_or_default(),
        by: signer_of(moment, patient, &one.reply.by),
        at_ms: one.written.at().0,
        void: one.void.map(void_view),
        noted: one.noted.map(|(by, at)| signed_by(moment, &by, at)),
        may_note: free && is_clinician(moment.core),
        record_ref: one.written.place.to_string(),
    }
}

fn void_view(void: Void) -> VoidWord {
    match void {
        Void::NotAsked => VoidWord::NotAsked,
        Void::Withdrawn => VoidWord::Withdrawn,
        Void::Answered => VoidWord::Answered,
        Void::Late => VoidWord::Late,
    }
}

fn signer_of(moment: &Moment<'_>, patient: &PatientId, key: &KeyId) -> SignerWord {
    match moment.core.state().patient(patient) {
        Some(known) if known.sign.id() == *key => SignerWord::Patient,
        Some(known) if known.guardians.contains_key(key) => SignerWord::Guardian,
        _ => SignerWord::FormerGuardian,
    }
}

impl Moment<'_> {
    /// Answers of a patient that nobody of the team has read; none where notes are not shared.
    pub(super) fn unread_answers(&self, patient: &PatientId) -> u32 {
        let folder = self.core.written.get(patient).filter(|_| self.shares(patient, Category::Notes));
        let unread = folder.map_or(0, |folder| {
            folder.advice(self.core.state()).iter().map(|one| one.unread().count()).sum::<usize>()
        });
        u32::try_from(unread).unwrap_or(u32::MAX)
    }
}

/// Advice that is not settled, in lines for a hand-over: not delivered, not read, not decided, answered and not read.
pub(super) fn advice_lines(moment: &Moment<'_>, folder: &Folder, lines: &mut Vec<String>) {
    for one in &folder.advice(moment.core.state()) {
        let state = match (one.delivered, one.read, decision_of(moment, one)) {
            _ if one.withdrawn.is_some() => None,
            (None, _, _) => Some("not delivered to the patient's hub"),
            (Some(_), None, _) => Some("not read by the patient"),
            (Some(_), Some(_), DecisionState::Open) => Some("the patient has not decided"),
            (Some(_), Some(_), DecisionState::Expired) => Some("the deadline passed without a decision"),
            (Some(_), Some(_), DecisionState::Declined) => Some("declined by the patient"),
            (Some(_), Some(_), DecisionState::None | DecisionState::Accepted) => None,
        };
        let name = name_of(moment, one);
        lines.extend(state.map(|state| format!("{name}: {state}")));
        lines.extend(one.unread().map(|reply| format!("{name}: {}", unread_line(reply))));
    }
}

/// Answers that nobody has read, as things to do.
pub(super) fn unread_actions(moment: &Moment<'_>, folder: &Folder) -> Vec<String> {
    let advice = folder.advice(moment.core.state());
    let unread = advice.iter().filter(|one| one.unread().next().is_some());
    unread.map(|one| format!("Read the patient's answer to: {}", begin_of(&one.advice.text))).collect()
}

fn name_of(moment: &Moment<'_>, one: &Advised<'_>) -> String {
    let word = if one.advice.kind == AdviceKind::Proposal { "Proposal" } else { "Advice" };
    let age = age_text(moment.now.since(one.written.at()));
    format!("{word} to the patient, {age} ago, \"{}\"", begin_of(&one.advice.text))
}

fn unread_line(one: &Replied<'_>) -> String {
    let word = match one.reply.answer.word {
        AnswerWord::Accepted => "accepted",
        AnswerWord::Declined => "declined",
        AnswerWord::Asked => "asked back",
    };
    match &one.reply.answer.text {
        Some(text) => format!("{word}, nobody has read it: \"{}\"", begin_of(text)),
        None => format!("{word}, nobody has read it"),
    }
}

fn begin_of(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let mut begin: String = first.chars().take(BEGIN).collect();
    if begin.len() < text.len() {
        begin.push('…');
    }
    begin
}
