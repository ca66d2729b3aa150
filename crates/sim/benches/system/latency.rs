//! From *taken* to the clinician's chart data, at the sizes of the paper's Figure 3, beside plain TCP into SQLite.

use crate::device::{Monitor, SIX};
use crate::place::Place;
use crate::report::{Report, Spread};
use crate::station::said;
use crate::store::Table;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wl_desk::Desk;
use wl_desk::view::Parameter;
use wl_gateway::clock::now;
use wl_hub::ingest::hl7::{Row, SourceProfile, Stamp, Verdict, decode, reply};
use wl_ledger::UnixMillis;
use wl_sim::hl7::DeviceIdentity;

use wl_sim::ward::{Ward, WardSettings};

/// The paper's grid: samples in 2.5 seconds.
const SIZES: [u32; 5] = [10, 20, 30, 40, 50];
const SPAN: Duration = Duration::from_millis(2_500);
/// What the paper's Figure 3 prints at 10, 30 and 50.
const PAPER: [(u32, f64); 3] = [(10, 0.54), (30, 0.33), (50, 0.5)];
const ROUNDS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(10);

/// When each sample was sent, until it is seen; then how long that took.
#[derive(Default)]
struct Board {
    sent: BTreeMap<i64, Instant>,
    took: Vec<Duration>,
}

impl Board {
    /// All samples taken up to then are visible.
    fn see(&mut self, taken: i64, at: Instant) {
        let later = self.sent.split_off(&(taken + 1));
        let seen = std::mem::replace(&mut self.sent, later);
        self.took.extend(seen.into_values().map(|sent| at.duration_since(sent)));
    }
}

type Shared = Arc<Mutex<Board>>;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let place = Place::found(1, 1).await?;
    let settings = WardSettings::bench(1, 1, now(), 1_000);
    let identity = Ward::with(settings)?.devices().next().context("a device")?;
    let desk = Arc::new(place.stations.first().context("a station")?.enter(&place.hospital.answer).await?);
    let patient = place.hospital.patients.first().context("a patient")?.to_string();
    let secure = Shared::default();
    let watching = tokio::spawn(watch(Arc::clone(&desk), patient, Arc::clone(&secure)));
    let plain = Shared::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let plain_address = listener.local_addr()?;
    let receiving = tokio::spawn(receive(listener, place.path().join("plain.db"), Arc::clone(&plain)));

    // The first messages pay for connections and caches of both ways.
    round(identity, place.hospital.devices_address(), 20, &secure).await?;
    round(identity, plain_address, 20, &plain).await?;
    let mut figures: BTreeMap<u32, [Vec<Duration>; 2]> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for size in SIZES {
            let both = figures.entry(size).or_default();
            both[0].extend(round(identity, place.hospital.devices_address(), size, &secure).await?);
            both[1].extend(round(identity, plain_address, size, &plain).await?);
        }
    }
    print(report, figures);
    watching.abort();
    receiving.abort();
    let _aborted = watching.await;
    if let Some(desk) = Arc::into_inner(desk) {
        desk.close().await.map_err(said)?;
    }
    place.hospital.stop().await
}

/// Sends so many samples, evenly over 2.5 seconds, and waits until all are visible.
async fn round(
    identity: DeviceIdentity,
    to: SocketAddr,
    size: u32,
    board: &Shared,
) -> anyhow::Result<Vec<Duration>> {
    let mut monitor = Monitor::connect(identity, to).await?;
    let mut due = tokio::time::interval(SPAN / size);
    for _ in 0..size {
        due.tick().await;
        let taken = now();
        board.lock().unwrap().sent.insert(taken.0, Instant::now());
        monitor.send(taken, &SIX).await?;
    }
    let end = Instant::now() + PATIENCE;
    loop {
        {
            let mut inside = board.lock().unwrap();
            if inside.sent.is_empty() {
                return Ok(std::mem::take(&mut inside.took));
            }
            anyhow::ensure!(Instant::now() < end, "{} samples never became visible", inside.sent.len());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Looks at the patient after every step of the desk, as the window does.
async fn watch(desk: Arc<Desk>, patient: String, board: Shared) {
    let session = desk.session().await.expect("a session");
    let mut steps = session.steps();
    while steps.changed().await.is_ok() {
        let Ok(view) = desk.patient(patient.clone()).await else { continue };
        let shown = view.numerics.iter().find(|numeric| numeric.parameter == Parameter::HeartRate);
        if let Some(taken) = shown.and_then(|numeric| numeric.value.taken_ms) {
            board.lock().unwrap().see(taken, Instant::now());
        }
    }
}

/// The way without security: plain TCP, the same reader, a row per value in SQLite with fsync, no second hop.
async fn receive(listener: TcpListener, path: impl AsRef<Path>, board: Shared) -> anyhow::Result<()> {
    let mut table = Table::create(path.as_ref(), true).await?;
    let profile = SourceProfile::default();
    loop {
        let (mut stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let mut held = Vec::new();
        while stream.read_buf(&mut held).await? > 0 {
            if !held.ends_with(&[0x1c, 0x0d]) {
                continue;
            }
            let frame = std::mem::take(&mut held);
            let message = frame.get(1..frame.len() - 2).unwrap_or_default();
            let decoded =
                decode(message, &profile).map_err(|refusal| anyhow::anyhow!("{}", refusal.reason))?;
            let rows: Vec<(i64, i64, Vec<u8>)> = decoded
                .rows
                .iter()
                .filter_map(|row| match &row.row {
                    Row::Reading(reading) => Some((
                        i64::from(reading.code.0),
                        reading.taken.0,
                        format!("{:?}", reading.value).into_bytes(),
                    )),
                    _ => None,
                })
                .collect();
            table.insert(&rows).await?;
            let taken = rows.iter().map(|(_, taken, _)| *taken).max().unwrap_or(0);
            board.lock().unwrap().see(taken, Instant::now());
            let stamp = Stamp { at: UnixMillis(taken), control_id: "1" };
            let answer = reply(&decoded.reply_to, &Verdict::Accepted, &stamp).context("an answer")?;
            stream.write_all(&wl_sim::hl7::mllp_framed(&answer)).await?;
        }
    }
}

fn print(report: &mut Report, figures: BTreeMap<u32, [Vec<Duration>; 2]>) {
    let (mut halves, mut all) = (Vec::new(), [Vec::new(), Vec::new()]);
    for (size, [secure, plain]) in figures {
        let spread = Spread::of(secure.iter().copied());
        let paper = PAPER.iter().find(|(at, _)| *at == size);
        let beside =
            paper.map_or(String::new(), |(_, printed)| format!("paper's Figure 3: {printed} (no unit)"));
        let measures = format!("{size} samples in 2.5 s (n = {})", spread.count());
        report.figure(&format!("{measures}: p50"), spread.at(50), "ms", &beside);
        report.figure(&format!("{measures}: p99"), spread.at(99), "ms", "bar: 5");
        halves.push(spread.at(50));
        all[0].extend(secure);
        all[1].extend(plain);
    }
    report.remark(
        "Next best in the paper's Figure 3: 1.51. The paper prints no unit, so no claim is made against it.",
    );
    let flat =
        halves.iter().copied().fold(0.0, f64::max) / halves.iter().copied().fold(f64::INFINITY, f64::min);
    report.figure("flatness: largest p50 / smallest p50", flat, "x", "bar: 1.3");
    let [secure, plain] = all.map(Spread::of);
    report.figure("plain TCP, same HL7 reader, SQLite with fsync: p50", plain.at(50), "ms", "");
    report.figure("plain TCP, same HL7 reader, SQLite with fsync: p99", plain.at(99), "ms", "");
    report.figure("price of security: p50 / plain p50", secure.at(50) / plain.at(50), "x", "bar: 2");
    report.figure("price of security: p99 / plain p99", secure.at(99) / plain.at(99), "x", "bar: 3");
}
