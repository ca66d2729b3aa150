//! From the sample that crosses a limit to the row in the inbox of a workstation.

use crate::device::{Monitor, SYSTOLIC};
use crate::place::Place;
use crate::report::{Report, Spread};
use crate::station::said;
use anyhow::Context as _;
use std::time::{Duration, Instant};
use wl_desk::Desk;
use wl_desk::view::{AlarmCondition, AlarmKind, InboxTab, SealState};
use wl_gateway::clock::now;

use wl_sim::ward::{Ward, WardSettings};

const PATIENTS: usize = 12;
const ROUNDS: usize = 16;
const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let place = Place::found(PATIENTS, 1).await?;
    let devices = Ward::with(WardSettings::bench(1, PATIENTS, now(), 1_000))?;
    let desk = place.stations.first().context("a station")?.enter(&place.hospital.answer).await?;
    let mut monitors = Vec::new();
    for identity in devices.devices() {
        monitors.push(Monitor::connect(identity, place.hospital.devices_address()).await?);
    }
    let (mut shown, mut sealed, mut provisional) = (Vec::new(), Vec::new(), 0usize);
    for round in 0..ROUNDS {
        for (monitor, patient) in monitors.iter_mut().zip(&place.hospital.patients) {
            let patient = patient.to_string();
            // Cuff pressures alarm without delay and clear with the next cuff.
            monitor.send(now(), &[(SYSTOLIC, "120")]).await?;
            until(&desk, &patient, |row| row.is_none()).await?;
            let begun = Instant::now();
            let sending = monitor.send(now(), &[(SYSTOLIC, "210")]);
            let (first, answered) = tokio::join!(until(&desk, &patient, |row| row.is_some()), sending);
            answered?;
            let (at, row) = first?;
            let (last, _) = until(&desk, &patient, |row| row == Some(Row::Sealed)).await?;
            // The first round pays for connections and caches.
            if round > 0 {
                shown.push(at.duration_since(begun));
                sealed.push(last.duration_since(begun));
                provisional += usize::from(row == Some(Row::Sealing));
            }
        }
    }
    let (shown, sealed) = (Spread::of(shown), Spread::of(sealed));
    let count = format!("n = {}", shown.count());
    report.figure("crossing to a row in the inbox: p50", shown.at(50), "ms", &count);
    report.figure("crossing to a row in the inbox: p99", shown.at(99), "ms", "bar: 20");
    report.figure("crossing to a row that is sealed: p50", sealed.at(50), "ms", "");
    report.figure("crossing to a row that is sealed: p99", sealed.at(99), "ms", "");
    let share = f64::from(u32::try_from(provisional)?) / f64::from(u32::try_from(shown.count())?);
    report.figure("rows that were first seen as sealing", share, "of 1", "");
    desk.close().await.map_err(said)?;
    place.hospital.stop().await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Sealing,
    Sealed,
}

/// Looks at the inbox after every step until the patient's active row is as wanted.
async fn until(
    desk: &Desk,
    patient: &str,
    wanted: impl Fn(Option<Row>) -> bool,
) -> anyhow::Result<(Instant, Option<Row>)> {
    let session = desk.session().await.context("a session")?;
    let mut steps = session.steps();
    let end = Instant::now() + PATIENCE;
    loop {
        let inbox = desk.inbox(InboxTab::Active).await.map_err(said)?;
        let active = inbox
            .rows
            .iter()
            .filter(|row| row.kind == AlarmKind::Physiological && row.condition == AlarmCondition::Active)
            .find(|row| row.patient_id == patient)
            .map(|row| if row.seal == SealState::Sealed { Row::Sealed } else { Row::Sealing });
        if wanted(active) {
            return Ok((Instant::now(), active));
        }
        anyhow::ensure!(Instant::now() < end, "the inbox did not change as expected");
        let _timeout = tokio::time::timeout(Duration::from_secs(1), steps.changed()).await;
    }
}
