//! Start of a workstation that holds a hundred thousand blocks: from the passphrase to an inbox that can be read.

use crate::place::Place;
use crate::report::{Report, Spread};
use crate::scribe::Scribe;
use crate::station::{opened, said};
use anyhow::Context as _;
use std::time::Instant;
use wl_desk::view::InboxTab;
use wl_gateway::clock::now;
use wl_ledger::block::LaneItem;
use wl_ledger::verify::Verifier;
use wl_ledger::{ChainId, Height};

const PATIENTS: u32 = 12;
/// Blocks in all; `WARDLIGHT_BENCH_BLOCKS` takes another number.
const BLOCKS: u32 = 100_000;
const TIMES: usize = 9;
/// What a start may take, in milliseconds.
const BAR: f64 = 1_000.0;

/// Verifies the lane again and again as a start does: only the last certificate is needed.
async fn replay(scribe: &Scribe, chain: ChainId, times: usize) -> anyhow::Result<Spread> {
    let mut lane: Vec<LaneItem> = Vec::new();
    loop {
        let next = Height(u64::try_from(lane.len())?);
        let batch = scribe.client.lane(next, 4096).await?;
        lane.extend(batch.items);
        if u64::try_from(lane.len())? > batch.tip.0 {
            break;
        }
    }
    let last = lane.len().saturating_sub(1);
    lane.iter_mut().take(last).for_each(|item| item.certificate = None);
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let begun = Instant::now();
        Verifier::new(chain).advance(&lane)?;
        took.push(begun.elapsed());
    }
    Ok(Spread::of(took))
}

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let blocks = std::env::var("WARDLIGHT_BENCH_BLOCKS").ok().map_or(Ok(BLOCKS), |text| text.parse())?;
    let mut place = Place::found(1, 1).await?;
    let mut scribe = Scribe::enrol(&mut place.hospital, PATIENTS).await?;
    let begun = now().plus(-1_000 * i64::from(blocks));
    for block in 0..blocks {
        let item = scribe.frame(usize::try_from(block % PATIENTS)?, begun.plus(1_000 * i64::from(block)));
        scribe.submit(vec![item]).await?;
    }
    let station = place.stations.first().context("a station")?;
    let desk = station.enter(&place.hospital.answer).await?;
    opened(&desk, u64::from(blocks)).await;
    desk.close().await.map_err(said)?;

    let (mut took, mut seen) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let entered = Instant::now();
        let desk = station.enter(&place.hospital.answer).await?;
        desk.inbox(InboxTab::Active).await.map_err(said)?;
        let beds = desk.ward().await.map_err(said)?.tiles.len();
        took.push(entered.elapsed());
        seen = desk.report().await.context("a session")?.blocks_verified;
        anyhow::ensure!(beds > usize::try_from(PATIENTS)?, "{beds} beds");
        desk.close().await.map_err(said)?;
    }
    let spread = Spread::of(took);
    report.figure(
        "blocks on the workstation",
        f64::from(blocks),
        "",
        &format!("{seen} new at the last start"),
    );
    report.figure("start to inbox and ward: p50", spread.at(50), "ms", "without the passphrase's own second");
    let ratio = spread.at(100) / BAR;
    report.figure(
        "start to inbox and ward: longest",
        spread.at(100),
        "ms",
        &format!("bar: {BAR}, ratio {ratio:.2}"),
    );
    let replayed = replay(&scribe, place.hospital.answer.chain, TIMES).await?;
    report.figure(
        "  limit: its headers and control lane verified in memory, p50",
        replayed.at(50),
        "ms",
        &format!("product / limit {:.2}", spread.at(50) / replayed.at(50)),
    );
    place.hospital.stop().await
}
