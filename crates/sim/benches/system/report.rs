//! What a bench prints and writes: a small table, and one line of JSON for each figure in `target/bench`.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use wl_gateway::clock::now;

/// The figures of one bench.
pub(crate) struct Report {
    bench: &'static str,
    load: String,
    lines: Vec<serde_json::Value>,
}

impl Report {
    pub(crate) fn begin(bench: &'static str) -> Self {
        let load = load();
        println!("\n{bench} (load average {load})");
        Self { bench, load, lines: Vec::new() }
    }

    /// One figure with its unit; `beside` says what it is to be read against.
    pub(crate) fn figure(&mut self, measure: &str, value: f64, unit: &str, beside: &str) {
        println!("  {measure:<54} {:>12} {unit:<10} {beside}", shown(value));
        self.lines.push(serde_json::json!({
            "bench": self.bench,
            "measure": measure,
            "value": value,
            "unit": unit,
            "beside": beside,
            "load_at_begin": self.load,
            "at_ms": now().0,
        }));
    }

    /// A sentence that belongs to the figures.
    pub(crate) fn remark(&mut self, text: &str) {
        println!("  {text}");
    }

    /// Appends the figures to `target/bench/NAME.json`.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
        let directory = target.join("bench");
        std::fs::create_dir_all(&directory)?;
        let path = directory.join(format!("{}.json", self.bench));
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path)?;
        let after = load();
        for mut line in self.lines {
            line["load_at_end"] = after.clone().into();
            writeln!(file, "{line}")?;
        }
        println!("  (load average at the end {after})");
        Ok(())
    }
}

fn shown(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Load of the machine over 1, 5 and 15 minutes: a figure taken while others work says so.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Percentiles of durations, in milliseconds.
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    pub(crate) fn of(durations: impl IntoIterator<Item = Duration>) -> Self {
        let mut all: Vec<f64> = durations.into_iter().map(|one| one.as_secs_f64() * 1000.0).collect();
        all.sort_by(f64::total_cmp);
        Self(all)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The smallest value that so many of a hundred do not exceed (nearest rank).
    pub(crate) fn at(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or(f64::NAN)
    }
}

/// Processor time that this process has used so far, in seconds. Linux counts it in hundredths.
pub(crate) fn processor_time() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(") ").next().unwrap_or_default();
    let fields = after_name.split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
