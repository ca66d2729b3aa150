//! What the window would send along with a command, made to be judged and to do no harm.

use secrecy::SecretString;
use wl_desk::view::*;

/// The passphrase of every workstation.
pub(crate) fn secret() -> SecretString {
    SecretString::from("correct horse battery")
}

pub(crate) fn a_day() -> TrendAsk {
    TrendAsk { hours: 24, from_ms: None, to_ms: None }
}

pub(crate) fn a_day_of(kind: ReportKind) -> ReportAsk {
    let to_ms = wl_desk::edge::now().0;
    ReportAsk { kind, from_ms: to_ms - 86_400_000, to_ms, offset_minutes: 0 }
}

/// A change of nothing.
pub(crate) fn no_limits() -> LimitsProposal {
    LimitsProposal { reason: LimitReason::CloserWatch, scale2: false, rows: Vec::new() }
}

/// A note that could be signed, were it about somebody who shares notes.
pub(crate) fn a_note() -> NoteInput {
    NoteInput { kind: NoteWord::Progress, text: "Slept well.".into(), amends: None }
}

/// An order that could be signed, were it about somebody who shares notes.
pub(crate) fn an_order() -> OrderInput {
    let ordered = OrderedView::Observation { minutes: 60, observe: "Pain".into() };
    OrderInput { ordered, note: String::new() }
}

/// What a nurse says of an order; the other steps are other roles', each by the tests of orders.
pub(crate) fn it_was_given() -> StepInput {
    StepInput { step: StepWord::Given, text: String::new() }
}

/// Advice that could be signed, were it about somebody who shares notes.
pub(crate) fn some_advice() -> AdviceInput {
    AdviceInput { text: "Drink enough.".into(), proposal: false, until_ms: None, follows: None }
}

/// What a nurse found.
pub(crate) fn no_pain() -> ObservationInput {
    ObservationInput { consciousness: None, oxygen: None, pain: Some(0), temperature: None }
}

/// A standby of no minutes.
pub(crate) fn no_bath() -> StandbyInput {
    StandbyInput { minutes: 0, place: StandbyPlace::Bath }
}

/// The name of no record.
pub(crate) fn no_record() -> String {
    "0".repeat(64)
}

/// A programme that could be signed, were it about somebody who shares notes.
pub(crate) fn a_programme() -> ProgrammeInput {
    let from_ms = wl_desk::edge::now().0;
    let until_ms = from_ms + 28 * 86_400_000;
    let goal =
        GoalInput { measure: GoalMeasure::Weight, low: String::new(), high: "80".into(), by_ms: until_ms };
    ProgrammeInput {
        kind: ProgrammeWord::Prevention,
        title: "Less weight".into(),
        from_ms,
        until_ms,
        goals: vec![goal],
        text: String::new(),
        replaces: None,
    }
}

/// How a programme ended.
pub(crate) fn it_was_reached() -> ProgrammeEndInput {
    ProgrammeEndInput { outcome: OutcomeWord::Reached, text: "Well done.".into() }
}

/// A hand-over to nobody.
pub(crate) fn to_a_stranger() -> HandOverInput {
    let text = || "Nothing to tell.".to_owned();
    HandOverInput {
        to: "0".repeat(32),
        illness: IllnessWord::Stable,
        summary: text(),
        actions: text(),
        situation: text(),
    }
}

/// An order about nobody.
pub(crate) fn nothing_to_erase(patient_id: String) -> EraseAsk {
    let categories = vec!["vitals".to_owned()];
    EraseAsk { patient_id, categories, first_record: None, last_record: None, basis: EraseWord::Mistake }
}

/// Rules that nobody can have: there are two administrators.
pub(crate) fn too_many_signers() -> PolicyView {
    PolicyView { signers: 2, epoch_hours: 24, emergency: None, recovery_signers: 16, lock_minutes: 5 }
}

/// The passphrase alone.
pub(crate) fn alone() -> ProtectAsk {
    ProtectAsk { by: KeyProtection::Passphrase, module: String::new(), label: String::new() }
}
