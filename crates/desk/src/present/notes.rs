//! What people wrote about one patient as the window shows it.

use super::Moment;
use super::advice::{advice_row, waiting_advice};
use super::alarm::person;
use super::frame::role_view;
use super::handover::{hand_over_row, waiting_hand_over};
use super::order::{order_row, waiting_order};
use super::programme::{programme_row, waiting_programme};
use crate::desk::{is_clinician, may_order};
use crate::opener::writes_notes;
use crate::session::Core;
use crate::store::Outgoing;
use crate::view::{
    EntryView, IllnessWord, NoteView, NoteWord, NotesView, RoleView, SignedBy, VersionView, WrittenRow,
    WrittenState,
};
use crate::written::{Folder, Version, Written, is_same, may_co_sign};
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::{Hash, KeyId, PatientId, UnixMillis};
use wl_vitals::writing::{Advice, Illness, Note, NoteKind, Order, Programme, Writing};

/// What this person wrote that the verified chain does not hold yet, by the number in the outbox.
pub(super) struct OnItsWay {
    pub(super) id: i64,
    pub(super) state: WrittenState,
    pub(super) writing: Writing,
}

/// The timeline of a patient.
pub(crate) fn notes_view(moment: &Moment<'_>, patient: &PatientId, outbox: &[Outgoing]) -> NotesView {
    let core = moment.core;
    let empty = Folder::default();
    let folder = core.written.get(patient).unwrap_or(&empty);
    let waiting = on_their_way(patient, folder, outbox);
    let (notes, handed) = (folder.notes(core.state()), folder.hand_overs(core.state()));
    let mut sealed: Vec<WrittenRow> =
        notes.iter().filter_map(|versions| note_row(moment, versions, &waiting)).collect();
    sealed.extend(handed.iter().map(|one| hand_over_row(moment, one, &waiting)));
    sealed.extend(folder.orders(core.state()).iter().map(|one| order_row(moment, one, &waiting)));
    let advice = folder.advice(core.state());
    sealed.extend(advice.iter().map(|one| advice_row(moment, patient, one, &waiting)));
    let programmes = folder.programmes(core.state());
    sealed.extend(programmes.iter().map(|one| programme_row(moment, patient, one, &waiting)));
    sealed.sort_by_key(|row| std::cmp::Reverse((latest_of(row), row.sealed_ms)));
    let mut rows: Vec<WrittenRow> =
        waiting.iter().rev().map(|one| waiting_row(moment, patient, one)).collect();
    rows.append(&mut sealed);
    let may_write = core.keys().is_some() && writes_notes(core.state(), &core.me);
    NotesView {
        patient_id: patient.to_string(),
        rows,
        may_write,
        may_hand_over: is_clinician(core),
        may_order: may_order(core),
        may_advise: may_order(core),
        may_plan: may_order(core),
    }
}

/// Where a row stands in time: where it was written, but advice with an answer that nobody has read where it was answered.
fn latest_of(row: &WrittenRow) -> i64 {
    let EntryView::Advice { advice } = &row.entry else { return row.written_ms };
    let unread = advice.replies.iter().filter(|reply| reply.noted.is_none());
    unread.map(|reply| reply.at_ms).max().unwrap_or(row.written_ms)
}

/// What waits in the outbox about a patient, in the order in which it was written. What came into the record since the
/// outbox was read does not wait any more.
pub(super) fn on_their_way(patient: &PatientId, folder: &Folder, outbox: &[Outgoing]) -> Vec<OnItsWay> {
    let came =
        |one: &Outgoing| one.signed.as_ref().is_some_and(|(stream, seq, _)| folder.holds(*stream, *seq));
    let of = outbox.iter().filter(|one| {
        one.kind == RecordKind::Note
            && matches!(one.subject, Subject::Patient(whose, _) if whose == *patient)
            && !came(one)
    });
    let read = |one: &Outgoing| {
        let state = if one.refused.is_some() { WrittenState::Refused } else { WrittenState::Waiting };
        Some(OnItsWay { id: one.id, state, writing: Writing::from_bytes(&one.body).ok()? })
    };
    of.filter_map(read).collect()
}

/// Whether something on its way answers a record.
pub(super) fn answers(waiting: &[OnItsWay], record: &Hash) -> bool {
    waiting.iter().any(|one| one.state == WrittenState::Waiting && one.writing.about() == Some(*record))
}

/// Whether this person's answer to the same record, or the very same text, is on its way already.
pub(crate) fn is_on_its_way(
    core: &Core,
    patient: &PatientId,
    outbox: &[Outgoing],
    writing: &Writing,
) -> bool {
    let empty = Folder::default();
    let waiting = on_their_way(patient, core.written.get(patient).unwrap_or(&empty), outbox);
    match writing.about() {
        Some(record) => answers(&waiting, &record),
        None => {
            waiting.iter().any(|one| one.state == WrittenState::Waiting && is_alike(&one.writing, writing))
        }
    }
}

/// Whether two writings differ in nothing but their time.
fn is_alike(first: &Writing, second: &Writing) -> bool {
    match (first, second) {
        (Writing::Note(a), Writing::Note(b)) => Note { at: b.at, ..a.clone() } == *b,
        (Writing::HandOver(a), Writing::HandOver(b)) => a.to == b.to,
        (Writing::Order(a), Writing::Order(b)) => Order { at: b.at, ..a.clone() } == *b,
        (Writing::Programme(a), Writing::Programme(b)) => Programme { at: b.at, ..a.clone() } == *b,
        (Writing::Advice(a), Writing::Advice(b)) => Advice { at: b.at, ..a.clone() } == *b,
        _ => false,
    }
}

fn note_row(moment: &Moment<'_>, versions: &[Version<'_>], waiting: &[OnItsWay]) -> Option<WrittenRow> {
    let (newest, earlier) = versions.split_last()?;
    let core = moment.core;
    let (state, me) = (core.state(), &core.me);
    let writes = core.keys().is_some() && writes_notes(state, me);
    let free = writes && !answers(waiting, &newest.written.record);
    let note = NoteView {
        kind: kind_view(newest.note.kind),
        text: newest.note.text.clone(),
        co_signed: co_signed(moment, newest),
        earlier: earlier.iter().rev().map(|version| version_view(moment, version)).collect(),
        amends: false,
        may_amend: free && is_same(state, &newest.written.by, me),
        may_co_sign: free && may_co_sign(state, newest, me),
    };
    Some(sealed_row(moment, newest.written, EntryView::Note { note }))
}

fn version_view(moment: &Moment<'_>, version: &Version<'_>) -> VersionView {
    VersionView {
        text: version.note.text.clone(),
        kind: kind_view(version.note.kind),
        written_ms: version.written.at().0,
        co_signed: co_signed(moment, version),
        record_ref: version.written.place.to_string(),
    }
}

fn co_signed(moment: &Moment<'_>, version: &Version<'_>) -> Vec<SignedBy> {
    version.co_signed.iter().map(|(by, at)| signed_by(moment, by, *at)).collect()
}

pub(super) fn signed_by(moment: &Moment<'_>, by: &KeyId, at: UnixMillis) -> SignedBy {
    SignedBy { by: person(moment, by), at_ms: at.0 }
}

/// A row of what is in the record.
pub(super) fn sealed_row(moment: &Moment<'_>, written: &Written, entry: EntryView) -> WrittenRow {
    WrittenRow {
        id: written.record.to_string(),
        by: person(moment, &written.by),
        role: role_of(moment, &written.by),
        mine: is_same(moment.core.state(), &written.by, &moment.core.me),
        written_ms: written.at().0,
        sealed_ms: Some(written.sequenced.0),
        state: WrittenState::Sealed,
        record_ref: Some(written.place.to_string()),
        entry,
    }
}

fn waiting_row(moment: &Moment<'_>, patient: &PatientId, one: &OnItsWay) -> WrittenRow {
    let me = &moment.core.me;
    let entry = match &one.writing {
        Writing::Note(note) => EntryView::Note {
            note: NoteView {
                kind: kind_view(note.kind),
                text: note.text.clone(),
                co_signed: Vec::new(),
                earlier: Vec::new(),
                amends: note.amends.is_some(),
                may_amend: false,
                may_co_sign: false,
            },
        },
        Writing::CoSignature(_) => EntryView::CoSignature,
        Writing::HandOver(hand_over) => waiting_hand_over(moment, hand_over),
        Writing::Acceptance(_) => EntryView::Acceptance,
        Writing::Order(order) => waiting_order(order),
        Writing::OrderStep(_) => EntryView::OrderStep,
        Writing::Advice(advice) => waiting_advice(advice),
        Writing::Withdrawal(_) => EntryView::Withdrawal,
        Writing::Programme(programme) => waiting_programme(moment, patient, programme),
        Writing::ProgrammeEnd(_) => EntryView::ProgrammeEnd,
        // What hubs write lies in no workstation's outbox.
        Writing::Noted(_) | Writing::Delivery(_) | Writing::Reply(_) => EntryView::Noted,
    };
    WrittenRow {
        id: format!("waiting-{}", one.id),
        by: person(moment, me),
        role: role_of(moment, me),
        mine: true,
        written_ms: one.writing.at().0,
        sealed_ms: None,
        state: one.state,
        record_ref: None,
        entry,
    }
}

pub(super) fn role_of(moment: &Moment<'_>, key: &KeyId) -> Option<RoleView> {
    moment.core.state().member(key).and_then(|member| role_view(member.enrolment.role))
}

fn kind_view(kind: NoteKind) -> NoteWord {
    match kind {
        NoteKind::Progress => NoteWord::Progress,
        NoteKind::Nursing => NoteWord::Nursing,
        NoteKind::Round => NoteWord::Round,
        NoteKind::Procedure => NoteWord::Procedure,
        NoteKind::Consultation => NoteWord::Consultation,
        NoteKind::Admission => NoteWord::Admission,
        NoteKind::Discharge => NoteWord::Discharge,
    }
}

/// The window's word as the record's.
pub(crate) fn kind_of(word: NoteWord) -> NoteKind {
    match word {
        NoteWord::Progress => NoteKind::Progress,
        NoteWord::Nursing => NoteKind::Nursing,
        NoteWord::Round => NoteKind::Round,
        NoteWord::Procedure => NoteKind::Procedure,
        NoteWord::Consultation => NoteKind::Consultation,
        NoteWord::Admission => NoteKind::Admission,
        NoteWord::Discharge => NoteKind::Discharge,
    }
}

pub(super) fn illness_view(illness: Illness) -> IllnessWord {
    match illness {
        Illness::Stable => IllnessWord::Stable,
        Illness::Watcher => IllnessWord::Watcher,
        Illness::Unstable => IllnessWord::Unstable,
    }
}

/// The window's word as the record's.
pub(crate) fn illness_of(word: IllnessWord) -> Illness {
    match word {
        IllnessWord::Stable => Illness::Stable,
        IllnessWord::Watcher => Illness::Watcher,
        IllnessWord::Unstable => Illness::Unstable,
    }
}
