//! The figures of the whole system: real gateway, hub and desk over real TLS with fsync, each beside its own limit or
//! baseline measured in the same run (docs/performance.md). Nothing here passes or fails: it prints and writes.
//!
//! `cargo bench -p wl-gateway --bench system -- [latency|alarm|sync|ingest|trend|inbox|start|memory]...`
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench that cannot run must stop and say where"
)]

mod alarm;
mod device;
mod inbox;
mod ingest;
mod latency;
mod limit;
mod memory;
mod place;
mod report;
mod scribe;
mod start;
mod station;
mod store;
mod sync;
mod trend;

use report::Report;

const ALL: [&str; 8] = ["latency", "alarm", "sync", "ingest", "trend", "inbox", "start", "memory"];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [station::CATCH_UP, rest @ ..] => return runtime.block_on(station::catch_up(rest)),
        [station::STAY, rest @ ..] => return runtime.block_on(station::stay(rest)),
        _ => {}
    }
    if let Some(unknown) = arguments.iter().find(|name| !ALL.contains(&name.as_str())) {
        anyhow::bail!("there is no bench named {unknown}: take of {}", ALL.join(", "));
    }
    for name in ALL {
        if !arguments.is_empty() && !arguments.iter().any(|asked| asked == name) {
            continue;
        }
        let mut report = Report::begin(name);
        runtime.block_on(async {
            match name {
                "latency" => latency::run(&mut report).await,
                "alarm" => alarm::run(&mut report).await,
                "sync" => sync::run(&mut report).await,
                "ingest" => ingest::run(&mut report).await,
                "inbox" => inbox::run(&mut report).await,
                "start" => start::run(&mut report).await,
                "memory" => memory::run(&mut report).await,
                _ => trend::run(&mut report).await,
            }
        })?;
        report.end()?;
    }
    Ok(())
}
