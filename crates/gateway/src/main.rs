//! `wardlight-gateway`: found a chain, run the gateway, look at it.

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use wl_gateway::found::{Founding, found};
use wl_gateway::{Config, Paths, WitnessAt, clock, inspect, run};
use wl_wire::enrolment::{MAX_FILE_BYTES, fingerprint_words, read_request};
use wl_wire::files::read_bounded;

/// The gateway of Wardlight: orders encrypted records into certified blocks, stores and serves them.
///
/// Not a certified medical device, never the only or primary alarm.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Founds a new chain in an empty directory and writes answer.txt for hubs and workstations.
    Init {
        /// Data directory, made for its owner only.
        #[arg(long)]
        dir: PathBuf,
        /// Name of the hospital.
        #[arg(long)]
        hospital: String,
        /// HOST:PORT under which hubs and workstations will reach this gateway.
        #[arg(long)]
        address: String,
        /// Enrolment request of a first administrator; once for each.
        #[arg(long, required = true)]
        admin: Vec<PathBuf>,
        /// Marks every screen as a demonstration, for good. One administrator suffices then.
        #[arg(long)]
        demo: bool,
        /// One administrator signs alone what otherwise two answer for: enrolments, roles, rules. Not for production.
        #[arg(long)]
        single_administrator: bool,
    },
    /// Runs the gateway until it is told to stop.
    Run {
        /// Data directory.
        #[arg(long)]
        dir: PathBuf,
        /// Where to listen.
        #[arg(long, default_value = "0.0.0.0:7443")]
        listen: SocketAddr,
        /// Where anybody may read headers, checkpoints and proofs, without a key and without TLS. Off unless given.
        #[arg(long)]
        public: Option<SocketAddr>,
        /// A witness that is asked to cosign checkpoints, as NAME+HASH+KEY@ADDRESS; once for each.
        #[arg(long)]
        witness: Vec<WitnessAt>,
    },
    /// Verifies the chain of a gateway that does not run, and prints its state as JSON.
    Status {
        /// Data directory.
        #[arg(long)]
        dir: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(execute(Arguments::parse().command))
}

async fn execute(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Init { dir, hospital, address, admin, demo, single_administrator } => {
            let admins = admin.iter().map(|path| read_admin(path)).collect::<anyhow::Result<_>>()?;
            let founding =
                Founding { hospital, address, admins, demo, two_person: !single_administrator && !demo };
            let answer = found(&dir, founding, clock::system()).await?;
            println!("chain {}", answer.chain);
            println!("give {} to every hub and workstation", Paths::of(&dir).answer.display());
            Ok(())
        }
        Command::Run { dir, listen, public, witness } => {
            serve(Config { public, witnesses: witness, ..Config::new(dir, listen) }).await
        }
        Command::Status { dir } => {
            println!("{}", serde_json::to_string_pretty(&inspect(&dir).await?)?);
            Ok(())
        }
    }
}

fn read_admin(path: &Path) -> anyhow::Result<wl_ledger::control::ProvenEnrolment> {
    let name = || format!("enrolment request {}", path.display());
    let text =
        String::from_utf8(read_bounded(path, MAX_FILE_BYTES).with_context(name)?).with_context(name)?;
    let request = read_request(&text).with_context(name)?;
    let words = fingerprint_words(&request.enrolment.fingerprint()).join(" ");
    println!("administrator {}: compare these words by voice: {words}", request.enrolment.name);
    Ok(request)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let shutdown = CancellationToken::new();
    let running = run(config, shutdown.clone()).await?;
    // One line for whoever started it and waits for it to be reachable.
    println!("listening {}", running.address);
    if let Some(public) = running.public {
        println!("public {public}");
    }
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        shutdown.cancel();
    });
    Ok(running.finished().await?)
}
