//! Limits, observations and standby: what a clinician signs for the hub to carry out.

use super::commands::patient_of;
use super::{Answer, Desk};
use crate::edge;
use crate::present::{self, Moment};
use crate::session::{Core, Session};
use crate::view::{
    LimitsPageView, LimitsPreviewView, LimitsProposal, ObservationInput, StandbyInput, UiError,
};
use crate::watch::Watch;
use std::sync::Arc;
use std::time::Duration;
use wl_ledger::control::Subject;
use wl_ledger::record::RecordKind;
use wl_ledger::{Category, Hash, PatientId, Role, UnixMillis};
use wl_vitals::alarm::{Act, MAX_STANDBY, StandbyOrder, trial};
use wl_vitals::limits::{Confirmation, LimitChange, LimitSet, LimitsRecord};
use wl_vitals::observation::Observation;
use wl_vitals::{Consciousness, Decimal, Reading};

/// How far back a preview and a suggestion look, in milliseconds.
const DAY: i64 = 24 * 3_600_000;
/// Highest number of parameters a proposal may name.
const MAX_ROWS: usize = 64;
const MINUTE: i64 = 60_000;
/// How long an answer waits for what was signed to be sealed.
const SEALED_WITHIN: Duration = Duration::from_secs(3);

impl Desk {
    /// Limits in force for a patient, the ward's, and proposals.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn limits(&self, id: String) -> Answer<LimitsPageView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let readings = last_day(&session, &patient, now).await?;
        let limits = limits_of(&session, &patient).await;
        let counted = judge(limits, Arc::clone(&readings)).await?;
        let mut core = session.core().await;
        Ok(present::limits_page(&Moment::new(&mut core, now), &patient, &readings, &counted))
    }

    /// What proposed limits would have raised in the last 24 hours, and whether a second person must sign.
    ///
    /// # Errors
    /// [`UiError`] for limits that cannot be read.
    pub async fn preview_limits(&self, id: String, proposal: LimitsProposal) -> Answer<LimitsPreviewView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let change = proposed(&session, &patient, &proposal, now).await?;
        let readings = last_day(&session, &patient, now).await?;
        let before = judge(limits_of(&session, &patient).await, Arc::clone(&readings)).await?;
        let after = judge(change.limits.clone(), Arc::clone(&readings)).await?;
        Ok(present::limits_preview(&change, &before, &after, &readings))
    }

    /// Signs limits for a patient. The hub puts them in force; beyond the guard bounds a second person signs first.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then signed.
    pub async fn set_limits(&self, id: String, proposal: LimitsProposal) -> Answer<LimitsPageView> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        check_clinician(&*session.core().await)?;
        let now = edge::now();
        let change = proposed(&session, &patient, &proposal, now).await?;
        if let Err(error) = change.judge(&wl_vitals::limits::adult(change.limits.scale())) {
            return Err(UiError::bad_input(format!("The ward does not allow this: {error}.")));
        }
        let known = |watch: &Watch| watch.history().len();
        let before = session.core().await.watches.get(&patient).map_or(0, known);
        sign(&session, &patient, RecordKind::Limits, &LimitsRecord::Set(change).to_bytes()).await?;
        shows(&session, &patient, |watch| known(watch) > before).await;
        self.limits(id).await
    }

    /// Signs second under somebody else's change of limits.
    ///
    /// # Errors
    /// [`UiError`]: it does not wait, or it is this person's own.
    pub async fn confirm_limits(&self, id: String, change_id: String) -> Answer<LimitsPageView> {
        let patient = patient_of(&id)?;
        let record = Hash::from_hex(&change_id)
            .ok_or_else(|| UiError::bad_input("The change is not named by 64 hexadecimal digits."))?;
        let session = self.shared.open_session().await?;
        check_clinician(&*session.core().await)?;
        {
            let core = session.core().await;
            let watch = core.watches.get(&patient).ok_or_else(|| UiError::not_found("change"))?;
            let change = watch.awaiting().into_iter().find(|change| change.record == record);
            let change = change.ok_or_else(|| UiError::not_found("change"))?;
            if !crate::watch::is_another(core.state(), &change.by, &core.me) {
                return Err(UiError::not_allowed("A second person must sign; this change is your own."));
            }
        }
        let confirmation = LimitsRecord::Confirm(Confirmation { at: edge::now(), record });
        sign(&session, &patient, RecordKind::Limits, &confirmation.to_bytes()).await?;
        shows(&session, &patient, |watch| watch.awaiting().iter().all(|change| change.record != record))
            .await;
        self.limits(id).await
    }

    /// Signs what was observed at the bedside.
    ///
    /// # Errors
    /// [`UiError`] naming the value that cannot be.
    pub async fn observe(&self, id: String, input: ObservationInput) -> Answer<()> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        check_clinician(&*session.core().await)?;
        let observation = observation_of(&input, edge::now())?;
        sign(&session, &patient, RecordKind::Observation, &observation.to_bytes()).await
    }

    /// Suspends the watch over a patient who is away, or ends that.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn standby(&self, id: String, input: StandbyInput) -> Answer<()> {
        let patient = patient_of(&id)?;
        let session = self.shared.open_session().await?;
        check_clinician(&*session.core().await)?;
        let (at, minutes) = (edge::now(), i64::from(input.minutes));
        let act = match minutes {
            0 => Act::StandbyEnded(at),
            1.. if minutes * MINUTE <= MAX_STANDBY => Act::StandbyBegan(StandbyOrder {
                at,
                until: at.plus(minutes * MINUTE),
                place: present::place_of(input.place),
            }),
            _ => return Err(UiError::bad_input("A standby lasts 4 hours at most.")),
        };
        sign(&session, &patient, RecordKind::Act, &act.to_bytes()).await
    }
}

/// Waits a moment until what was signed is sealed and stands in the patient's watch, so that the answer tells of it. Away from
/// the gateway it does not: then the answer is of before, and what was signed waits in the outbox.
async fn shows(session: &Session, patient: &PatientId, done: impl Fn(&Watch) -> bool) {
    let sealed = |core: &Core| core.watches.get(patient).is_some_and(&done);
    let _late = session.until(SEALED_WITHIN, sealed).await;
}

/// Queues what this person signs, durably; it is sealed, signed and sent from the outbox.
async fn sign(session: &Session, patient: &PatientId, kind: RecordKind, body: &[u8]) -> Answer<()> {
    let mut core = session.core().await;
    check_clinician(&core)?;
    let category = match kind {
        RecordKind::Observation => Category::Vitals,
        _ => Category::Alarms,
    };
    if !Moment::new(&mut core, edge::now()).shares(patient, category) {
        return Err(UiError::not_found("patient"));
    }
    let store = core.store().ok_or_else(UiError::locked)?;
    store.queue(&Subject::Patient(*patient, category), kind, None, body).await?;
    core.changes.touch(*patient);
    drop(core);
    session.outgoing.notify_one();
    session.stepped();
    Ok(())
}

pub(super) fn check_clinician(core: &Core) -> Answer<()> {
    is_clinician(core).then_some(()).ok_or_else(|| UiError::not_allowed("Physicians and nurses do this."))
}

pub(crate) fn is_clinician(core: &Core) -> bool {
    core.keys().is_some()
        && core.state().member(&core.me).is_some_and(|member| {
            member.is_active() && matches!(member.enrolment.role, Role::Physician | Role::Nurse)
        })
}

async fn limits_of(session: &Session, patient: &PatientId) -> LimitSet {
    session.core().await.watches.get(patient).map_or_else(crate::watch::ward_limits, |watch| watch.limits())
}

async fn proposed(
    session: &Session,
    patient: &PatientId,
    proposal: &LimitsProposal,
    now: UnixMillis,
) -> Answer<LimitChange> {
    if proposal.rows.len() > MAX_ROWS {
        return Err(UiError::bad_input("At most 64 rows are taken at once."));
    }
    let core = session.core().await;
    present::proposed_limits(&core, patient, proposal, now)
}

/// The patient's readings of the last day, in order of time.
async fn last_day(session: &Session, patient: &PatientId, now: UnixMillis) -> Answer<Arc<Vec<Reading>>> {
    let store = {
        let mut core = session.core().await;
        let store = core.store().ok_or_else(UiError::locked)?;
        let moment = Moment::new(&mut core, now);
        if !moment.patients().contains(patient) || !moment.shares(patient, Category::Vitals) {
            return Err(UiError::not_found("patient"));
        }
        store
    };
    let stored = store.samples(patient, now.plus(-DAY), now.plus(1)).await?;
    drop(store);
    let core = session.core().await;
    let mut readings: Vec<Reading> = stored
        .iter()
        .flat_map(|series| series.samples.iter().filter_map(|sample| series.key.reading(sample)))
        .collect();
    for (_, key, samples) in core.tail().samples_of(*patient) {
        readings.extend(samples.iter().filter_map(|sample| key.reading(sample)));
    }
    readings.sort_by_key(|reading| reading.taken);
    Ok(Arc::new(readings))
}

/// Counts alarms away from the session, because a day of readings takes a moment.
async fn judge(limits: LimitSet, readings: Arc<Vec<Reading>>) -> Answer<present::Counted> {
    let judged = tokio::task::spawn_blocking(move || trial(&limits, 1_000, &readings)).await;
    judged.map_err(|_| UiError::internal("The preview could not be made."))
}

fn observation_of(input: &ObservationInput, at: UnixMillis) -> Answer<Observation> {
    let level = match input.consciousness.as_deref() {
        None => None,
        Some(text) => Some(
            text.chars()
                .next()
                .filter(|_| text.len() == 1)
                .and_then(Consciousness::from_letter)
                .ok_or_else(|| UiError::bad_input("Consciousness is A, C, V, P or U."))?,
        ),
    };
    let observation = Observation {
        at,
        consciousness: level,
        oxygen: tenths(input.oxygen.as_deref(), "Oxygen is a number with at most one decimal place.")?,
        pain: input.pain.map(|pain| u8::try_from(pain).unwrap_or(u8::MAX)),
        temperature: tenths(
            input.temperature.as_deref(),
            "Temperature is a number with at most one decimal place.",
        )?,
    };
    observation.check().map_err(|error| UiError::bad_input(format!("{error}.")))?;
    Ok(observation)
}

/// A number of tenths; nothing is rounded that a person entered.
fn tenths(text: Option<&str>, refusal: &str) -> Answer<Option<u16>> {
    let Some(text) = text else { return Ok(None) };
    let read = Decimal::parse(text).ok().and_then(|number| {
        let rounded = number.rounded(-1)?;
        (Decimal::tenths(rounded).compare(number).is_eq()).then(|| u16::try_from(rounded).ok()).flatten()
    });
    read.map(Some).ok_or_else(|| UiError::bad_input(refusal))
}
