//! `wardlight replay-alarms`: what the rules say today about what the ledger holds, against what the hub said.

use super::told;
use crate::desk::Desk;
use crate::session::Replay;
use anyhow::{Context as _, bail};
use std::io::Write;
use wl_ledger::{PatientId, UnixMillis};
use wl_vitals::alarm::{Alarm, AlarmEvent, Difference};

/// Replays one patient or all and prints every difference.
///
/// # Errors
/// The command fails where there is a difference, so that scripts see it.
pub(super) async fn alarms(
    desk: &Desk,
    patient: Option<&str>,
    to: Option<UnixMillis>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let session = desk.session().await.context("the session has ended")?;
    let patients: Vec<PatientId> = match patient {
        Some(name) => vec![PatientId::from_hex(name).context("a patient is named by 32 hexadecimal digits")?],
        None => {
            let ward = desk.ward().await.map_err(told)?;
            ward.tiles.iter().filter_map(|tile| PatientId::from_hex(&tile.patient_id)).collect()
        }
    };
    let mut differences = 0;
    for patient in patients {
        let replay = session.replay_alarms(patient, to, crate::edge::now()).await?;
        differences += replay.found.differences.len();
        print(&replay, out)?;
    }
    if differences > 0 {
        bail!("{differences} differences between what the hub said and what the rules say");
    }
    Ok(())
}

fn print(replay: &Replay, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let found = &replay.found;
    writeln!(
        out,
        "{} until {}: {} inputs, {} readings, {} events agree, {} differences",
        replay.patient,
        replay.until.0,
        found.inputs,
        found.readings,
        found.agreed,
        found.differences.len()
    )?;
    if replay.closed > 0 {
        writeln!(out, "  {} records do not open here and were not judged", replay.closed)?;
    }
    if replay.later > 0 {
        writeln!(out, "  {} later events were not judged", replay.later)?;
    }
    for difference in &found.differences {
        match difference {
            Difference::Missing(event) => writeln!(out, "  left out: {}", sentence(event))?,
            Difference::Unfounded(event) => writeln!(out, "  without a reason: {}", sentence(event))?,
            Difference::OtherLimits(began) => {
                writeln!(out, "  the hub began at {} with limits that are not the ward's", began.at.0)?;
            }
            Difference::NoBeginning => writeln!(out, "  the hub never said how it began")?,
        }
    }
    Ok(())
}

/// What an event says, without a name: time, kind, code, values.
fn sentence(event: &AlarmEvent) -> String {
    let (kind, alarm) = match event {
        AlarmEvent::Raised(alarm) => ("raised", Some(alarm)),
        AlarmEvent::Reopened(alarm) => ("reopened", Some(alarm)),
        AlarmEvent::Escalated(alarm) => ("escalated", Some(alarm)),
        AlarmEvent::Worsened(alarm) => ("worsened", Some(alarm)),
        AlarmEvent::Inhibited(alarm) => ("inhibited", Some(alarm)),
        AlarmEvent::Cleared(alarm) => ("cleared", Some(alarm)),
        AlarmEvent::BackfillNoted(_) => ("past crossing noted", None),
        AlarmEvent::Began(_) => ("began", None),
        AlarmEvent::Carried(_) => ("carried out", None),
        AlarmEvent::Resumed(_) => ("resumed", None),
        AlarmEvent::Declined(_) => ("declined", None),
    };
    let detail = alarm.map_or_else(String::new, detail);
    format!("{} {kind}{detail}", event.at().0)
}

fn detail(alarm: &Alarm) -> String {
    let number =
        |value: Option<wl_vitals::Decimal>| value.map_or_else(String::new, |value| value.to_string());
    format!(
        " {:?} {:?} code {} value {} limit {} id {}",
        alarm.priority,
        alarm.subject.kind,
        alarm.subject.code.0,
        number(alarm.worst),
        number(alarm.limit),
        alarm.id
    )
}
