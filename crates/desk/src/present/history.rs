//! The history of one alarm, and what the reader may do about it.

use super::Moment;
use super::alarm::{alarm_row, came_back, outcome, person, snooze_reason, text};
use super::trend::{TrendSource, trend_views};
use crate::inbox::{SEALING_LIMIT, Sealing, What};
use crate::view::{
    AlarmComment, AlarmHistoryView, AlarmOutcome, AlarmStepKind, AlarmStepView, ColleagueView, NextCallView,
    SealState, SnoozeReason, TrendView,
};
use std::collections::BTreeSet;
use wl_ledger::state::State;
use wl_ledger::{Category, KeyId, PatientId, Role, UnixMillis};
use wl_vitals::alarm::{
    AckComment, Act, AlarmEvent, AlarmId, AlarmLife, Condition, EscalationCause, Outcome, Priority,
    unanswered_since,
};

pub(crate) fn alarm_history(
    moment: &Moment<'_>,
    alarm: &AlarmId,
    strip: Option<&TrendSource>,
) -> Option<AlarmHistoryView> {
    let entry = moment.core.inbox.entry(alarm)?;
    let (life, patient) = (entry.life()?, entry.patient());
    if !moment.shares(&patient, Category::Alarms) {
        return None;
    }
    let row = alarm_row(moment, alarm)?;
    let steps = entry.history().map(|(record, sealing, what)| AlarmStepView {
        at_ms: what.at().0,
        by: author(what).map_or_else(String::new, |by| author_name(moment, &by)),
        what: kind(moment, what),
        text: event_text(what),
        seal: seal(moment, sealing),
        record_ref: record.map(|record| record.to_string()),
    });
    let drawn: Option<TrendView> = strip.and_then(|source| {
        trend_views(moment, &patient, source).into_iter().find(|trend| trend.parameter == row.parameter)
    });
    Some(AlarmHistoryView {
        steps: steps.collect(),
        next: next_calls(moment, &patient, life),
        colleagues: colleagues(moment, &patient),
        strip: drawn,
        snooze_minutes: snooze_minutes(life.alarm().priority),
        outcomes: outcomes(life),
        row,
    })
}

/// Whether a person has a key in force that an agreement lets read a patient's alarms.
pub(crate) fn reaches(state: &State, patient: &PatientId, person: &KeyId, now: UnixMillis) -> bool {
    let readers = state.entitled(patient, Category::Alarms, now);
    state.keys_of(person).any(|key| readers.contains(key))
}

/// The clinicians besides the reader who may read a patient's alarms, by name.
pub(super) fn colleagues(moment: &Moment<'_>, patient: &PatientId) -> Vec<ColleagueView> {
    let state = moment.core.state();
    let readers = state.entitled(patient, Category::Alarms, moment.deciding);
    let persons: BTreeSet<KeyId> = readers.iter().filter_map(|key| state.person_of(key)).collect();
    let others = persons.into_iter().filter(|person| Some(*person) != moment.core.person());
    let mut all: Vec<ColleagueView> = others.filter_map(|person| colleague(moment, &person)).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// A clinician by name; none for anybody else.
pub(super) fn colleague(moment: &Moment<'_>, who: &KeyId) -> Option<ColleagueView> {
    let role = moment.core.state().member(who)?.enrolment.role;
    let clinician = matches!(role, Role::Physician | Role::Nurse);
    let role = super::role_view(role).filter(|_| clinician)?;
    Some(ColleagueView { key_id: who.to_string(), name: person(moment, who), role })
}

fn next_calls(moment: &Moment<'_>, patient: &PatientId, life: &AlarmLife) -> Vec<NextCallView> {
    let roster = moment.core.watches.get(patient).and_then(|watch| watch.roster());
    let Some(chain) = roster.and_then(|(_, roster)| roster.chain(life.alarm().priority, |_| true).ok())
    else {
        return Vec::new();
    };
    let since = unanswered_since(life, moment.now);
    let is_called = |who: &KeyId| {
        life.called().iter().any(|called| called.to == *who && called.cause == EscalationCause::Time)
    };
    let steps = chain.steps().iter().map(|step| NextCallView {
        names: step.who.iter().map(|who| person(moment, who)).collect(),
        at_ms: since.map(|since| since.plus(step.after).0),
        done: step.who.iter().any(is_called),
    });
    steps.collect()
}

fn author(what: &What) -> Option<KeyId> {
    match what {
        What::Event(_) => None,
        What::Ack(by, _) | What::Act(by, _) => Some(*by),
    }
}

/// The patient's hub has no name here: the window says that it is the hub.
fn author_name(moment: &Moment<'_>, key: &KeyId) -> String {
    let is_hub = moment.core.state().member(key).is_some_and(|member| member.enrolment.role == Role::Hub);
    if is_hub { String::new() } else { person(moment, key) }
}

fn kind(moment: &Moment<'_>, what: &What) -> AlarmStepKind {
    match what {
        What::Ack(_, ack) => AlarmStepKind::Acknowledged { comment: comment(ack.comment) },
        What::Act(_, act) => act_kind(moment, act),
        What::Event(event) => match event {
            AlarmEvent::Raised(_) => AlarmStepKind::Raised,
            AlarmEvent::Reopened(_) => AlarmStepKind::Reopened,
            AlarmEvent::Escalated(_) => AlarmStepKind::Rose,
            AlarmEvent::Inhibited(_) => AlarmStepKind::Inhibited,
            AlarmEvent::Cleared(_) => AlarmStepKind::Cleared,
            // The others are about no alarm and stand in no history.
            AlarmEvent::Worsened(_)
            | AlarmEvent::BackfillNoted(_)
            | AlarmEvent::Began(_)
            | AlarmEvent::Carried(_)
            | AlarmEvent::Resumed(_)
            | AlarmEvent::Declined(_) => AlarmStepKind::Worsened,
        },
    }
}

fn act_kind(moment: &Moment<'_>, act: &Act) -> AlarmStepKind {
    match act {
        Act::Delivered(_) => AlarmStepKind::Delivered,
        Act::Snoozed(snooze) => {
            AlarmStepKind::Snoozed { until_ms: snooze.until.0, reason: snooze_reason(snooze.reason) }
        }
        Act::Resolved(resolution) => AlarmStepKind::Resolved { outcome: outcome(resolution.outcome) },
        Act::Assigned(assignment) => AlarmStepKind::Assigned { to: person(moment, &assignment.to) },
        Act::Returned(back) => AlarmStepKind::CameBack { why: came_back(back.cause) },
        Act::Escalated(escalation) => AlarmStepKind::Escalated {
            to: person(moment, &escalation.to),
            by_time: escalation.cause == EscalationCause::Time,
        },
        // The others are about the watch and stand in no alarm's history.
        Act::Seen(_) | Act::StandbyBegan(_) | Act::StandbyEnded(_) | Act::SameLimb(_) | Act::Named(_) => {
            AlarmStepKind::Seen
        }
    }
}

fn event_text(what: &What) -> String {
    match what {
        What::Event(event) => event.alarm().map_or_else(String::new, text),
        What::Ack(..) | What::Act(..) => String::new(),
    }
}

fn seal(moment: &Moment<'_>, sealing: Option<Sealing>) -> SealState {
    match sealing {
        Some(Sealing::Sealed) => SealState::Sealed,
        Some(Sealing::Since(since)) if moment.now.since(since) > SEALING_LIMIT => SealState::CantConfirm,
        Some(Sealing::Since(_)) | None => SealState::Sealing,
    }
}

/// What may be chosen, within what the priority allows.
fn snooze_minutes(priority: Priority) -> Vec<u32> {
    match priority {
        Priority::High => vec![1, 2],
        Priority::Medium => vec![5, 15, 30],
        Priority::Low => vec![60, 240, 720],
    }
}

fn outcomes(life: &AlarmLife) -> Vec<AlarmOutcome> {
    let all = [Outcome::Actionable, Outcome::Treated, Outcome::Artefact, Outcome::Expected, Outcome::Device];
    let over = life.alarm().condition == Condition::Cleared;
    let allowed =
        all.into_iter().filter(|how| over || !matches!(how, Outcome::Actionable | Outcome::Treated));
    allowed.map(outcome).collect()
}

fn comment(comment: AckComment) -> AlarmComment {
    match comment {
        AckComment::None => AlarmComment::None,
        AckComment::Going => AlarmComment::Going,
        AckComment::AtBedside => AlarmComment::AtBedside,
        AckComment::Artefact => AlarmComment::Artefact,
        AckComment::Expected => AlarmComment::Expected,
        AckComment::Device => AlarmComment::Device,
    }
}

/// The ledger's word for a comment of the window.
pub(crate) fn comment_of(comment: AlarmComment) -> AckComment {
    match comment {
        AlarmComment::None => AckComment::None,
        AlarmComment::Going => AckComment::Going,
        AlarmComment::AtBedside => AckComment::AtBedside,
        AlarmComment::Artefact => AckComment::Artefact,
        AlarmComment::Expected => AckComment::Expected,
        AlarmComment::Device => AckComment::Device,
    }
}

/// The ledger's word for a reason of the window.
pub(crate) fn snooze_reason_of(reason: SnoozeReason) -> wl_vitals::alarm::SnoozeReason {
    use wl_vitals::alarm::SnoozeReason as Why;
    match reason {
        SnoozeReason::Treated => Why::Treated,
        SnoozeReason::Procedure => Why::Procedure,
        SnoozeReason::Expected => Why::Expected,
        SnoozeReason::AwaitingReview => Why::AwaitingReview,
        SnoozeReason::Artefact => Why::Artefact,
    }
}

/// The ledger's word for an outcome of the window.
pub(crate) fn alarm_outcome_of(outcome: AlarmOutcome) -> Outcome {
    match outcome {
        AlarmOutcome::Actionable => Outcome::Actionable,
        AlarmOutcome::Treated => Outcome::Treated,
        AlarmOutcome::Artefact => Outcome::Artefact,
        AlarmOutcome::Expected => Outcome::Expected,
        AlarmOutcome::Device => Outcome::Device,
    }
}
