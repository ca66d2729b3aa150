//! The report of a run as a file.

use std::{fs, io, path::Path};
use wl_desk::desk::Report;

/// Writes the figures as JSON. Whoever reads the file meanwhile sees the former report or this one, never half of it.
pub(crate) fn write(file: &Path, figures: &Report) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(figures)?;
    text.push('\n');
    let beside = file.with_extension("part");
    fs::write(&beside, text)?;
    fs::rename(beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_holds_the_promised_figures() {
        let file = std::env::temp_dir().join(format!("wardlight-report-{}.json", std::process::id()));
        write(&file, &Report { blocks_verified: 7, ..Report::default() }).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        fs::remove_file(&file).unwrap();
        assert_eq!(read["blocks_verified"], 7);
        let promised = [
            "records_opened",
            "readings_shown",
            "alarms_raised",
            "alarms_acknowledged",
            "verification_failures",
            "uptime_s",
        ];
        assert!(promised.iter().all(|name| read[name].is_u64()), "{read}");
        assert!(["p50", "p99"].iter().all(|name| read["latency_ms"][name].is_f64()), "{read}");
    }
}
