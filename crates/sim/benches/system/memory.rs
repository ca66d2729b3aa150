//! Memory of a workstation over a night: eight hours of a ward's readings, as fast as they can be taken.

use crate::place::Place;
use crate::report::Report;
use crate::scribe::Scribe;
use anyhow::Context as _;
use wl_gateway::clock::now;

const PATIENTS: u32 = 12;
/// Hours in all; `WARDLIGHT_BENCH_HOURS` takes another number.
const HOURS: u32 = 8;
const SECONDS: u32 = 3_600;
/// Seconds of one submission.
const TOGETHER: u32 = 50;
/// What a workstation without its window may hold, in MiB.
const BAR: f64 = 300.0;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let hours = std::env::var("WARDLIGHT_BENCH_HOURS").ok().map_or(Ok(HOURS), |text| text.parse())?;
    let mut place = Place::found(1, 1).await?;
    let mut scribe = Scribe::enrol(&mut place.hospital, PATIENTS).await?;
    let mut station = place.stations.first().context("a station")?.stay_alone(&place.hospital.answer)?;
    let begun = now().plus(-1_000 * i64::from(hours * SECONDS));
    let (mut records, mut held) = (0, Vec::new());
    for hour in 0..hours {
        for part in 0..SECONDS / TOGETHER {
            let first = hour * SECONDS + part * TOGETHER;
            let seconds = (first..first + TOGETHER).map(|second| begun.plus(1_000 * i64::from(second)));
            let items: Vec<_> = seconds
                .flat_map(|taken| (0..PATIENTS).map(move |patient| (patient, taken)))
                .map(|(patient, taken)| scribe.frame(usize::try_from(patient).unwrap_or(0), taken))
                .collect();
            scribe.submit(items).await?;
        }
        records += u64::from(PATIENTS * SECONDS);
        let used = station.at(records).await?;
        report.figure(&format!("memory (PSS) after hour {}", hour + 1), used.memory, "MiB", "");
        held.push(used);
    }
    let most = held.iter().map(|used| used.memory).fold(0.0, f64::max);
    report.figure("memory (PSS), most", most, "MiB", &format!("bar: {BAR}, ratio {:.2}", most / BAR));
    if let [_, second, .., last] = held.as_slice() {
        let growth = last.memory / second.memory;
        report.figure("last hour / second hour", growth, "of 1", "flat: 1");
        let each = (last.processor - second.processor) / f64::from((hours - 2) * SECONDS);
        report.figure("processor time of a ward's second", each * 1_000.0, "ms", "12 beds, six vitals");
    }
    station.leave().await?;
    place.hospital.stop().await
}
