//! What a person's record asks of the rules, and whether it may: roles, guard bounds, second signatures.

use super::CoreError;
use crate::store::alarms::Said;
use crate::store::{self, Tx};
use wl_ledger::record::RecordKind;
use wl_ledger::state::State;
use wl_ledger::{Category, Hash, KeyId, PatientId, Role, UnixMillis};
use wl_vitals::alarm::{
    Act, AlarmAck, AlarmEngine, AlarmEvent, Carried, DeclineReason, Declined, Input, Roster,
};
use wl_vitals::limits::{LimitChange, LimitsRecord, adult};
use wl_vitals::news2::Scale;
use wl_vitals::observation::Observation;

/// A verified record of a person.
pub(super) struct Signed<'a> {
    pub(super) hash: Hash,
    pub(super) author: KeyId,
    pub(super) kind: RecordKind,
    pub(super) patient: PatientId,
    /// Its plaintext, if it opened.
    pub(super) plain: Option<&'a [u8]>,
}

/// What follows from it.
pub(super) enum Outcome {
    /// The rules get this input; the record named is the one that took effect.
    Carry(Hash, Input),
    /// Nothing, and why.
    Decline(DeclineReason),
    /// It is about an alarm and asks nothing of the rules.
    Answer(Said),
    /// It names who is called when nobody answers, and asks nothing of the rules.
    Named,
}

impl Outcome {
    /// Gives the rules their input and says so.
    pub(super) fn apply(
        &self,
        engine: &mut AlarmEngine,
        signed: &Signed<'_>,
        now: UnixMillis,
    ) -> Vec<AlarmEvent> {
        let at = engine.time(now);
        match self {
            Self::Carry(record, input) => {
                let carried = Carried { record: *record, at, input: engine.inputs() };
                let mut events = vec![AlarmEvent::Carried(carried)];
                events.extend(input.clone().apply(engine));
                events
            }
            Self::Decline(why) => {
                vec![AlarmEvent::Declined(Declined { record: signed.hash, at, why: *why })]
            }
            Self::Answer(_) | Self::Named => Vec::new(),
        }
    }
}

/// Judges a record. A change of limits beyond the guard bounds is kept until a second person signs.
pub(super) async fn judge(
    tx: &mut Tx<'_>,
    state: &State,
    engine: &AlarmEngine,
    signed: &Signed<'_>,
    now: UnixMillis,
) -> Result<Outcome, CoreError> {
    let Some(plain) = signed.plain else { return Ok(Outcome::Decline(DeclineReason::Unreadable)) };
    let at = engine.time(now);
    let role = state.member(&signed.author).map(|member| member.enrolment.role);
    let clinician = matches!(role, Some(Role::Physician | Role::Nurse));
    let carry = |input| Ok(Outcome::Carry(signed.hash, input));
    match signed.kind {
        RecordKind::Limits => match LimitsRecord::from_bytes(plain) {
            _ if !clinician => Ok(Outcome::Decline(DeclineReason::Role)),
            Ok(LimitsRecord::Set(change)) => set(tx, engine, signed, role, change, at).await,
            Ok(LimitsRecord::Confirm(confirmation)) => {
                confirm(tx, state, signed, &confirmation.record, at).await
            }
            Err(_) => Ok(Outcome::Decline(DeclineReason::Rules)),
        },
        RecordKind::Observation => match Observation::from_bytes(plain) {
            _ if !clinician => Ok(Outcome::Decline(DeclineReason::Role)),
            Ok(observation) => carry(Input::Entered(at, observation.readings())),
            Err(_) => Ok(Outcome::Decline(DeclineReason::Unreadable)),
        },
        RecordKind::Acknowledgement => match AlarmAck::from_bytes(plain) {
            Ok(ack) => Ok(Outcome::Answer(Said::Ack(ack))),
            Err(_) => Ok(Outcome::Decline(DeclineReason::Unreadable)),
        },
        RecordKind::Act => match Act::from_bytes(plain) {
            Ok(act) if !role.is_some_and(|role| act.may_be_said_by(role)) => {
                Ok(Outcome::Decline(DeclineReason::Role))
            }
            Ok(act) => match (act.alarm(), &act) {
                (Some(_), _) => Ok(Outcome::Answer(Said::Act(act))),
                (None, Act::Named(roster)) => name(tx, state, signed, roster, at).await,
                (None, Act::StandbyBegan(order)) => carry(Input::Standby(at, order.until)),
                (None, Act::StandbyEnded(_)) => carry(Input::Resumed(at)),
                (None, Act::SameLimb(limb)) => carry(Input::SameLimb(at, limb.same)),
                (None, _) => Ok(Outcome::Decline(DeclineReason::Unreadable)),
            },
            Err(_) => Ok(Outcome::Decline(DeclineReason::Unreadable)),
        },
        _ => Ok(Outcome::Decline(DeclineReason::Unreadable)),
    }
}

/// A chain that reaches nobody is refused here too, whatever the workstation thought.
async fn name(
    tx: &mut Tx<'_>,
    state: &State,
    signed: &Signed<'_>,
    roster: &Roster,
    at: UnixMillis,
) -> Result<Outcome, CoreError> {
    let readers = state.entitled(&signed.patient, Category::Alarms, at);
    let reaches = |person: &KeyId| state.keys_of(person).any(|key| readers.contains(key));
    if roster.check(reaches).is_err() {
        return Ok(Outcome::Decline(DeclineReason::Rules));
    }
    store::alarms::put_roster(tx, &signed.patient, roster).await?;
    Ok(Outcome::Named)
}

async fn set(
    tx: &mut Tx<'_>,
    engine: &AlarmEngine,
    signed: &Signed<'_>,
    role: Option<Role>,
    change: LimitChange,
    at: UnixMillis,
) -> Result<Outcome, CoreError> {
    // Scale 2 begins with the physician who prescribes it; while it is in force others may change limits under it.
    let begins = change.limits.scale() == Scale::Two && engine.settings().limits.scale() == Scale::One;
    let by_author = change.prescribed.is_some_and(|prescription| prescription.by == signed.author);
    if begins && (role != Some(Role::Physician) || !by_author) {
        return Ok(Outcome::Decline(DeclineReason::Role));
    }
    match change.judge(&adult(change.limits.scale())) {
        Err(_) => Ok(Outcome::Decline(DeclineReason::Rules)),
        Ok(beyond) if beyond.is_empty() => {
            store::heard::settle(tx, &signed.patient).await?;
            Ok(Outcome::Carry(signed.hash, Input::Limits(at, Box::new(change.limits))))
        }
        Ok(_) => {
            let body = LimitsRecord::Set(change).to_bytes();
            store::heard::wait(tx, &signed.hash, &signed.patient, &signed.author, &body).await?;
            Ok(Outcome::Decline(DeclineReason::NeedsSecond))
        }
    }
}

async fn confirm(
    tx: &mut Tx<'_>,
    state: &State,
    signed: &Signed<'_>,
    record: &Hash,
    at: UnixMillis,
) -> Result<Outcome, CoreError> {
    let waiting = store::heard::awaiting(tx, record, &signed.patient).await?;
    let change = waiting
        .filter(|row| is_another(state, &row.author, &signed.author))
        .and_then(|row| LimitsRecord::from_bytes(&row.body).ok());
    let Some(LimitsRecord::Set(change)) = change else {
        return Ok(Outcome::Decline(DeclineReason::NothingToConfirm));
    };
    store::heard::settle(tx, &signed.patient).await?;
    Ok(Outcome::Carry(*record, Input::Limits(at, Box::new(change.limits))))
}

/// Whether two keys are of two persons.
fn is_another(state: &State, first: &KeyId, second: &KeyId) -> bool {
    let persons = (state.person_of(first), state.person_of(second));
    matches!(persons, (Some(first), Some(second)) if first != second)
}
