//! Hospitals for benches, each in a directory of its own that goes with it.

use crate::station::Station;
use std::path::Path;
use tempfile::TempDir;
use wl_gateway::clock::now;
use wl_ledger::Role;
use wl_sim::hospital::{Hospital, HospitalSettings};
use wl_sim::ward::WardSettings;

pub(crate) struct Place {
    pub(crate) directory: TempDir,
    pub(crate) hospital: Hospital,
    pub(crate) stations: Vec<Station>,
}

impl Place {
    /// A hospital of so many patients in which nobody measures yet, and physicians' workstations that are enrolled.
    pub(crate) async fn found(patients: usize, stations: usize) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir()?;
        let stations: Vec<Station> = (0..stations)
            .map(|number| Station::new(&directory.path().join(format!("station-{number}")), Role::Physician))
            .collect();
        let settings = HospitalSettings {
            directory: directory.path().join("hospital"),
            name: "Bench Hospital".to_owned(),
            ward: WardSettings::bench(1, patients, now(), 1_000),
            guests: stations.iter().map(Station::request).collect(),
            closed: 0,
        };
        let hospital = Hospital::found(settings).await?;
        Ok(Self { directory, hospital, stations })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}
