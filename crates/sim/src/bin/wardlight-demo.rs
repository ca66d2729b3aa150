//! `wardlight-demo`: a demo ward on this machine. It prints one line of JSON that tells a window where to look, and
//! runs until its standard input closes or it is told to stop.

use anyhow::Context as _;
use clap::Parser;
use std::io::Write as _;
use std::path::PathBuf;
use tokio::io::AsyncReadExt as _;
use wl_sim::edge::now;
use wl_sim::hospital::{Hospital, HospitalSettings, PASSPHRASE, is_occupied, recall};
use wl_sim::ward::{DEMO_PATIENTS, WardSettings};
use wl_wire::{enrolment, files};

/// Patients who are not shared with the workstation.
const CLOSED: usize = 1;

/// A gateway, a hub and a simulated ward on this machine. Demo data only; not a medical device.
#[derive(Parser)]
#[command(name = "wardlight-demo", version)]
struct Arguments {
    /// An empty directory for everything the demo writes.
    #[arg(long)]
    dir: PathBuf,
    /// The ward's seed: the same seed tells the same story.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Patients.
    #[arg(long, default_value_t = DEMO_PATIENTS)]
    patients: usize,
    /// Enrolment request of the workstation that will look at the ward.
    #[arg(long)]
    request: PathBuf,
    /// Hours of history that the monitors send at the start, so that trends have a past.
    #[arg(long, default_value_t = 2)]
    history: u8,
    /// End when standard input closes, so that no demo outlives the window that started it.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    anyhow::ensure!(
        !is_occupied(&arguments.dir),
        "the demo's directory must be empty: it never mixes with other data"
    );
    let request = files::read_bounded(&arguments.request, enrolment::MAX_FILE_BYTES)
        .context("the enrolment request")?;
    // One more, who shares with another team: somebody to try emergency access with.
    let ward = WardSettings::demo(arguments.seed, arguments.patients + CLOSED, now());
    let settings = HospitalSettings {
        directory: arguments.dir.clone(),
        name: "Demo Hospital".to_owned(),
        ward,
        guests: vec![enrolment::read_request(&String::from_utf8_lossy(&request))?],
        closed: CLOSED,
    };
    let mut hospital = Hospital::found(settings).await.context("the demo ward could not be set up")?;
    let line = serde_json::json!({
        "answer": enrolment::write_answer(&hospital.answer),
        "administrator": arguments.dir.join("administrator"),
        "passphrase": PASSPHRASE,
        "devices": hospital.devices_address().to_string(),
        "page": hospital.hub().page().map(|page| format!("http://{page}/")),
        "patients": arguments.patients,
    });
    writeln!(std::io::stdout(), "{line}")?;
    std::io::stdout().flush()?;
    let stopper = hospital.stopper();
    let until_stdin_closes = arguments.until_stdin_closes;
    tokio::spawn(async move {
        tokio::select! {
            () = told_to_stop() => {}
            () = stdin_closed(), if until_stdin_closes => {}
        }
        stopper.cancel();
    });
    let (hub, past, history) = (hospital.devices_address(), hospital.stopper(), arguments.history);
    tokio::spawn(async move {
        if let Err(error) = recall(ward, history, hub, &past).await {
            tracing::warn!(%error, "the demo ward has no past");
        }
    });
    let counts = hospital.measure().await?;
    hospital.stop().await?;
    tracing::info!(accepted = counts.accepted, refused = counts.refused, "the demo ward has ended");
    Ok(())
}

async fn told_to_stop() {
    let mut terminated = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminated) => terminated,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut chunk = [0u8; 64];
    while stdin.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
}
