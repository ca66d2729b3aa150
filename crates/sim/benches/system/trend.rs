//! A day of six vitals of one patient: what the desk takes to answer with the trend's charts.

use crate::place::Place;
use crate::report::{Report, Spread, processor_time};
use crate::scribe::{SAMPLES, Scribe};
use crate::station::{opened, said};
use crate::sync::{figure, size};
use anyhow::Context as _;
use std::time::Instant;
use wl_desk::Desk;
use wl_gateway::clock::now;
use wl_ledger::PatientId;

/// A message a second for a day.
const SECONDS: u32 = 86_400;
/// Records of one submission.
const TOGETHER: u32 = 600;
const TIMES: usize = 20;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let mut place = Place::found(1, 1).await?;
    let mut scribe = Scribe::enrol(&mut place.hospital, 1).await?;
    let begun = now().plus(-1_000 * i64::from(SECONDS));
    for part in 0..SECONDS / TOGETHER {
        let items = (0..TOGETHER)
            .map(|second| scribe.frame(0, begun.plus(1_000 * i64::from(part * TOGETHER + second))))
            .collect();
        scribe.submit(items).await?;
    }
    let patient = scribe.patients.first().context("a patient")?.patient.to_string();
    let station = place.stations.first().context("a station")?;
    let entered = Instant::now();
    let desk = station.enter(&place.hospital.answer).await?;
    opened(&desk, u64::from(SECONDS) + 1).await;
    let samples = figure(u64::from(SECONDS) * SAMPLES);
    let rate = samples / entered.elapsed().as_secs_f64();
    report.figure(
        "samples a second while the day was fetched",
        rate,
        "1/s",
        &format!("{TOGETHER} records a block"),
    );

    let session = desk.session().await.context("a session")?;
    session.core().await.flush(now()).await?;
    measure(report, &desk, &patient, "24 h, six vitals, as they were stored").await?;
    let store = session.core().await.store().context("a store")?;
    while store.compact(now(), 1_024).await? > 0 {}
    drop(store);
    measure(report, &desk, &patient, "24 h, six vitals, compacted to hours").await?;
    drop(session);
    desk.close().await.map_err(said)?;
    report.figure(
        "workstation's disk, bytes a sample",
        figure(size(station.directory())?) / samples,
        "B",
        "with proofs",
    );
    place.hospital.stop().await
}

async fn measure(report: &mut Report, desk: &Desk, patient: &str, name: &str) -> anyhow::Result<()> {
    let (mut took, used) = (Vec::new(), processor_time());
    for _ in 0..=TIMES {
        let begun = Instant::now();
        let views = desk.trend(patient.to_owned(), 24).await.map_err(said)?;
        took.push(begun.elapsed());
        anyhow::ensure!(views.len() >= 6 && views.iter().any(|view| view.svg.len() > 1_000), "empty charts");
    }
    let each = (processor_time() - used) * 1_000.0 / figure(u64::try_from(took.len())?);
    let spread = Spread::of(took.into_iter().skip(1));
    report.figure(&format!("{name}: p50"), spread.at(50), "ms", "bar: 3");
    report.figure(&format!("{name}: p99"), spread.at(99), "ms", "");
    report.figure("  processor time of one answer", each, "ms", "");
    let store = desk.session().await.context("a session")?.core().await.store().context("a store")?;
    let (patient, end) = (PatientId::from_hex(patient).context("a patient")?, now().plus(1));
    let used = processor_time();
    for _ in 0..TIMES {
        store.samples(&patient, end.plus(-24 * 3_600_000), end).await?;
    }
    let each = (processor_time() - used) * 1_000.0 / figure(u64::try_from(TIMES)?);
    report.figure("  of which reading and decoding the chunks", each, "ms", "");
    Ok(())
}
