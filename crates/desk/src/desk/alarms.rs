//! What a person does about alarms besides acknowledging: seen, put off, closed, given to a colleague, somebody called.
//! Each becomes a signed record; it is durable here before it is shown.

use super::commands::alarm_of;
use super::{Answer, Desk, strips};
use crate::edge;
use crate::present::{self, Moment};
use crate::session::Core;
use crate::view::{AlarmActInput, AlarmHistoryView, AlarmRow, UiError};
use wl_ledger::{Category, KeyId, PatientId, UnixMillis};
use wl_vitals::alarm::{
    Act, AlarmAck, AlarmId, AlarmLife, Assignment, Escalation, EscalationCause, LifeError, Resolution, Snooze,
};

/// Most alarms that are told as seen at once.
const MAX_SEEN: usize = 64;
const MINUTE: i64 = 60_000;

impl Desk {
    /// Does something about an alarm: durable here first, then signed, sent and sealed.
    ///
    /// # Errors
    /// [`UiError`]; nothing is then done.
    pub async fn act_on_alarm(&self, alarm_id: String, act: AlarmActInput) -> Answer<AlarmRow> {
        let alarm = alarm_of(&alarm_id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let mut core = session.core().await;
        let permitted = match act {
            AlarmActInput::Answer { .. } => core.answers_alarms(),
            _ => super::is_clinician(&core),
        };
        if !permitted {
            drop(core);
            let refused = Err(UiError::not_allowed("Your role does not do this about alarms."));
            return self.shared.told(refused).await;
        }
        core.load_alarm(&alarm).await?;
        let (patient, life) = shared_alarm(&mut core, &alarm, now)?;
        if let AlarmActInput::Answer { comment } = act {
            let comment = present::comment_of(comment);
            core.queue_acknowledgement(&patient, AlarmAck { alarm, at: now, comment }).await?;
        } else {
            let act = said(&core, &patient, alarm, &act, now)?;
            let mut after = life;
            after.apply(core.me, &act).map_err(refusal)?;
            core.queue_acts(vec![(patient, act)]).await?;
        }
        let row = present::alarm_row(&Moment::new(&mut core, now), &alarm);
        drop(core);
        session.outgoing.notify_one();
        session.stepped();
        row.ok_or_else(|| UiError::not_found("alarm"))
    }

    /// These alarms stood on the screen in front of somebody. Each is told once for each time it calls.
    ///
    /// # Errors
    /// [`UiError`] for more than 64 at once.
    pub async fn alarms_seen(&self, alarm_ids: Vec<String>) -> Answer<()> {
        if alarm_ids.len() > MAX_SEEN {
            return Err(UiError::bad_input("At most 64 alarms are told at once."));
        }
        let alarms: Vec<AlarmId> = alarm_ids.iter().map(|id| alarm_of(id)).collect::<Answer<_>>()?;
        let session = self.shared.open_session().await?;
        session.core().await.tell_seen(&alarms, edge::now()).await?;
        session.outgoing.notify_one();
        session.stepped();
        Ok(())
    }

    /// One alarm with all that happened: who was told, who saw, who acted, when; and the values around its crossing.
    ///
    /// # Errors
    /// [`UiError`].
    pub async fn alarm_history(&self, alarm_id: String) -> Answer<AlarmHistoryView> {
        let alarm = alarm_of(&alarm_id)?;
        let session = self.shared.open_session().await?;
        let now = edge::now();
        let source = strips::around(&session, &alarm, now).await?;
        let mut core = session.core().await;
        let moment = Moment::new(&mut core, now);
        present::alarm_history(&moment, &alarm, source.as_ref()).ok_or_else(|| UiError::not_found("alarm"))
    }
}

/// An alarm that this reader may see, as it stands now.
pub(super) fn shared_alarm(
    core: &mut Core,
    alarm: &AlarmId,
    now: UnixMillis,
) -> Answer<(PatientId, AlarmLife)> {
    let entry = core.inbox.entry(alarm).ok_or_else(|| UiError::not_found("alarm"))?;
    let (patient, life) = (entry.patient(), entry.life().cloned());
    if !Moment::new(core, now).shares(&patient, Category::Alarms) {
        return Err(UiError::not_found("alarm"));
    }
    let mut life = life.ok_or_else(|| UiError::not_found("alarm"))?;
    life.tick(now);
    Ok((patient, life))
}

fn said(
    core: &Core,
    patient: &PatientId,
    alarm: AlarmId,
    act: &AlarmActInput,
    now: UnixMillis,
) -> Answer<Act> {
    Ok(match act {
        AlarmActInput::Answer { .. } => return Err(UiError::bad_input("This is an acknowledgement.")),
        AlarmActInput::Snooze { minutes, reason } => Act::Snoozed(Snooze {
            alarm,
            at: now,
            until: now.plus(i64::from(*minutes) * MINUTE),
            reason: present::snooze_reason_of(*reason),
        }),
        AlarmActInput::Resolve { outcome } => {
            Act::Resolved(Resolution { alarm, at: now, outcome: present::alarm_outcome_of(*outcome) })
        }
        AlarmActInput::Assign { to } => {
            Act::Assigned(Assignment { alarm, at: now, to: colleague(core, patient, to, now)? })
        }
        AlarmActInput::Escalate { to } => {
            let to = colleague(core, patient, to, now)?;
            Act::Escalated(Escalation { alarm, at: now, to, cause: EscalationCause::Person })
        }
    })
}

/// A person who can be reached: with a key in force that an agreement lets read these alarms.
fn colleague(core: &Core, patient: &PatientId, key: &str, now: UnixMillis) -> Answer<KeyId> {
    let key = KeyId::from_hex(key)
        .ok_or_else(|| UiError::bad_input("The person is not named by 32 hexadecimal digits."))?;
    let person = core.state().person_of(&key).ok_or_else(UiError::nobody_reached)?;
    present::reaches(core.state(), patient, &person, now)
        .then_some(person)
        .ok_or_else(UiError::nobody_reached)
}

fn refusal(error: LifeError) -> UiError {
    match error {
        LifeError::Snooze { allowed, .. } => {
            UiError::bad_input(format!("It may be put off for {} minutes at most.", allowed / MINUTE))
        }
        LifeError::StillActive => UiError::bad_input(
            "The condition persists: close it as artefact, expected or a fault of the device, or wait until it is over.",
        ),
        LifeError::Resolved => UiError::bad_input("It is closed already."),
        LifeError::OtherAlarm => UiError::not_found("alarm"),
    }
}
