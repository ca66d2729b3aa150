//! The inbox of a workstation that holds a hundred thousand alarms: opening it, searching, acknowledging.

use crate::place::Place;
use crate::report::{Report, Spread};
use crate::scribe::Scribe;
use crate::station::{opened, said};
use crate::sync::figure;
use anyhow::Context as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};
use wl_desk::Desk;
use wl_desk::view::{InboxFilter, InboxTab, Priority as Shown};
use wl_gateway::clock::now;
use wl_ledger::{Category, PatientId, UnixMillis};
use wl_vitals::alarm::{Alarm, AlarmEvent, AlarmId, Condition, Kind, Priority, Subject};
use wl_vitals::limits::Direction;
use wl_vitals::{Decimal, Parameter};

const PATIENTS: u32 = 8;
/// Alarms in all; `WARDLIGHT_BENCH_ALARMS` takes another number.
const ALARMS: u64 = 100_000;
/// Of them still open: a bad night on a ward.
const OPEN: u64 = 240;
/// Records of one submission.
const TOGETHER: usize = 600;
const TIMES: usize = 200;
/// What each of the three may take, in milliseconds.
const BAR: f64 = 1.0;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let alarms = std::env::var("WARDLIGHT_BENCH_ALARMS").ok().map_or(Ok(ALARMS), |text| text.parse())?;
    let mut place = Place::found(1, 1).await?;
    let mut scribe = Scribe::enrol_for(&mut place.hospital, PATIENTS, Category::Alarms).await?;
    let records = write(&mut scribe, alarms).await?;
    let station = place.stations.first().context("a station")?;
    let entered = Instant::now();
    let desk = station.enter(&place.hospital.answer).await?;
    opened(&desk, records).await;
    let seconds = entered.elapsed().as_secs_f64();
    report.figure("alarm records a second while they were fetched", figure(records) / seconds, "1/s", "");
    let session = desk.session().await.context("a session")?;
    session.core().await.flush(now()).await?;
    drop(session);
    desk.close().await.map_err(said)?;

    let started = Instant::now();
    let desk = station.enter(&place.hospital.answer).await?;
    let open = desk.inbox(InboxTab::Active).await.map_err(said)?;
    report.figure("start to the open alarms", started.elapsed().as_secs_f64() * 1_000.0, "ms", "bar: 1000");
    anyhow::ensure!(u64::from(open.counts.active) == OPEN.min(alarms), "{} are open", open.counts.active);
    measure(report, &desk, place.path()).await?;
    desk.close().await.map_err(said)?;
    place.hospital.stop().await
}

/// Writes alarms that are raised and end, the last of which stay open; returns the number of records.
async fn write(scribe: &mut Scribe, alarms: u64) -> anyhow::Result<u64> {
    let begun = now().plus(-i64::try_from(alarms)? * 20_000 - 60_000);
    let (mut items, mut records) = (Vec::new(), 0);
    for number in 0..alarms {
        let patient = usize::try_from(number % u64::from(PATIENTS))?;
        let of = scribe.patients.get(patient).context("a patient")?.patient;
        let raised = alarm(of, number, begun.plus(i64::try_from(number)? * 20_000));
        let mut events = vec![AlarmEvent::Raised(raised.clone())];
        if number + OPEN < alarms {
            let end = raised.raised.plus(10_000);
            let over = Alarm { condition: Condition::Cleared, cleared: Some(end), told: end, ..raised };
            events.push(AlarmEvent::Cleared(over));
        }
        for event in &events {
            items.push(scribe.alarm(patient, event));
            records += 1;
        }
        if items.len() >= TOGETHER || number + 1 == alarms {
            scribe.submit(std::mem::take(&mut items)).await?;
        }
    }
    Ok(records)
}

fn alarm(patient: PatientId, number: u64, raised: UnixMillis) -> Alarm {
    let parameters = [Parameter::Spo2, Parameter::HeartRate, Parameter::RespiratoryRate];
    let parameter = parameters[usize::try_from(number / u64::from(PATIENTS) % 3).unwrap_or(0)];
    let subject = Subject {
        patient,
        code: parameter.code(),
        channel: 0,
        kind: Kind::Physiological,
        direction: Some(Direction::Low),
    };
    Alarm {
        id: AlarmId::derive(&subject, raised),
        subject,
        priority: if number.is_multiple_of(3) { Priority::Low } else { Priority::Medium },
        condition: Condition::Active,
        limit: Some(Decimal::whole(90)),
        worst: Some(Decimal::whole(80 + i32::try_from(number % 9).unwrap_or(0))),
        unit: Some(parameter.info().unit),
        first_crossed: raised,
        raised,
        cleared: None,
        episodes: 1,
        told: raised,
    }
}

async fn measure(report: &mut Report, desk: &Desk, directory: &Path) -> anyhow::Result<()> {
    let mut rows = desk.inbox(InboxTab::Active).await.map_err(said)?.rows;
    let mut open = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        let view = desk.inbox(InboxTab::Active).await.map_err(said)?;
        open.push(begun.elapsed());
        anyhow::ensure!(!view.rows.is_empty(), "an empty inbox");
    }
    say(report, "open the inbox", open);

    let filters = [
        InboxFilter { text: "spo".into(), priority: None },
        InboxFilter { text: "hr".into(), priority: Some(Shown::Medium) },
        InboxFilter { text: "rr".into(), priority: Some(Shown::Low) },
        InboxFilter::default(),
    ];
    let mut search = Vec::new();
    for filter in filters.iter().cycle().take(TIMES) {
        let begun = Instant::now();
        let view = desk.inbox_where(InboxTab::History, filter).await.map_err(said)?;
        search.push(begun.elapsed());
        anyhow::ensure!(!view.rows.is_empty(), "nothing was found for {}", filter.text);
    }
    let first = search.drain(..filters.len()).max().unwrap_or_default();
    report.figure(
        "search what is over, first of its kind",
        first.as_secs_f64() * 1_000.0,
        "ms",
        "longest of 4",
    );
    say(report, "search what is over, again", search);

    let (mut acknowledge, mut disk) = (Vec::new(), Vec::new());
    let mut page = std::fs::File::create(directory.join("one-page"))?;
    rows.truncate(TIMES);
    for row in rows {
        let begun = Instant::now();
        page.write_all(&[0; 4096])?;
        page.sync_data()?;
        disk.push(begun.elapsed());
        let begun = Instant::now();
        desk.acknowledge(row.alarm_id).await.map_err(said)?;
        acknowledge.push(begun.elapsed());
    }
    let (took, waited) = (Spread::of(acknowledge.clone()), Spread::of(disk.clone()));
    say(report, "acknowledge, durable", acknowledge);
    for at in [50, 99] {
        let ratio = took.at(at) / waited.at(at);
        let what = format!("  limit: one page written and synced, p{at}");
        report.figure(&what, waited.at(at), "ms", &format!("product / limit {ratio:.2}"));
    }
    report.remark("Acknowledging waits for the disk: what was answered survives a loss of power.");
    Ok(())
}

fn say(report: &mut Report, what: &str, took: Vec<Duration>) {
    let spread = Spread::of(took);
    report.figure(&format!("{what}: p50"), spread.at(50), "ms", &format!("n = {}", spread.count()));
    let ratio = spread.at(99) / BAR;
    report.figure(&format!("{what}: p99"), spread.at(99), "ms", &format!("bar: {BAR}, ratio {ratio:.2}"));
}
