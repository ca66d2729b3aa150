//! `wardlight-hub`: sets a hub up and runs it.

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use wl_hub::custody;
use wl_hub::edge;
use wl_hub::home::Home;
use wl_hub::hub::Hub;
use wl_hub::hub::control::{self, Reply, Request};
use wl_ledger::control::Agreement;
use wl_ledger::{AgreementId, PatientId, TeamId};
use wl_seal::{Passphrase, WorkFactor};
use wl_wire::enrolment;
use wl_wire::files;
use wl_wire::identity::Identity;

/// The personal server beside the patient. Not a certified medical device; never the only or primary alarm.
#[derive(Parser)]
#[command(name = "wardlight-hub", version)]
struct Arguments {
    /// The hub's directory.
    #[arg(long)]
    dir: PathBuf,
    /// A file that holds the passphrase of the hub's vault, readable by its owner only.
    #[arg(long)]
    passphrase_file: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes the hub's keys and writes `request.txt` for an administrator to enrol.
    Create {
        /// What the hub is called, for people.
        #[arg(long)]
        name: String,
    },
    /// Loads the enrolment answer that the administrator handed back.
    Enrol {
        /// The answer file.
        answer: PathBuf,
    },
    /// Adds a patient and writes the registration for an administrator.
    Patient {
        /// Name as people call the patient.
        #[arg(long)]
        name: String,
        /// Medical record number.
        #[arg(long)]
        mrn: String,
        /// Birth date, YYYY-MM-DD.
        #[arg(long, default_value = "")]
        birth_date: String,
        /// Bed.
        #[arg(long)]
        bed: String,
        /// Ward.
        #[arg(long, default_value = "")]
        ward: String,
        /// Milliseconds between messages of the patient's devices.
        #[arg(long, default_value_t = wl_hub::bedside::DEFAULT_INTERVAL)]
        interval: i64,
        /// Where the registration is written.
        #[arg(long)]
        out: PathBuf,
    },
    /// Says, with the patient's key, that a care team may read, then ends.
    Agree {
        /// Pseudonym, as `wardlight-hub patient` printed it.
        #[arg(long)]
        patient: String,
        /// Id of the care team.
        #[arg(long)]
        team: String,
    },
    /// Runs the hub until it is told to stop.
    Run {
        /// Where devices send HL7 over MLLP.
        #[arg(long, default_value = "127.0.0.1:2575")]
        mllp: SocketAddr,
    },
    /// Lists refused messages: when, why and how long, never their content.
    Quarantine,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let passphrase = read_passphrase(&arguments.passphrase_file)?;
    if let Command::Create { name } = &arguments.command {
        let home = Home::create(&arguments.dir, name, passphrase, WorkFactor::PRODUCTION)?;
        let words = enrolment::fingerprint_words(&home.request(name)?.enrolment.fingerprint());
        say(&format!("words {}", words.join(" ")));
        say(&format!("file  {}", arguments.dir.join("request.txt").display()));
        return Ok(());
    }
    match request_of(&arguments.command)? {
        Some((request, out)) => {
            let reply = match control::ask(&arguments.dir, &request).await? {
                Some(reply) => reply,
                None => ask_alone(&arguments.dir, passphrase, request).await?,
            };
            report(reply, out.as_deref())
        }
        None => run(arguments.command, Home::open(&arguments.dir, passphrase, WorkFactor::PRODUCTION)?).await,
    }
}

/// Commands that a running hub carries out itself.
fn request_of(command: &Command) -> anyhow::Result<Option<(Request, Option<PathBuf>)>> {
    Ok(match command {
        Command::Patient { name, mrn, birth_date, bed, ward, interval, out } => {
            let identity = Identity {
                name: name.clone(),
                mrn: mrn.clone(),
                birth_date: birth_date.clone(),
                bed: bed.clone(),
                ward: ward.clone(),
            };
            Some((Request::AddPatient(identity, *interval), Some(out.clone())))
        }
        Command::Agree { patient, team } => {
            let Some(patient) = PatientId::from_hex(patient) else {
                bail!("the pseudonym has 32 hexadecimal digits")
            };
            let Some(team) = TeamId::from_hex(team) else { bail!("the team's id has 32 hexadecimal digits") };
            Some((Request::Agree(treatment(patient, team)?), None))
        }
        Command::Create { .. } | Command::Enrol { .. } | Command::Run { .. } | Command::Quarantine => None,
    })
}

/// No hub runs on the directory: this process is the hub for the length of one command.
async fn ask_alone(directory: &Path, passphrase: Passphrase, request: Request) -> anyhow::Result<Reply> {
    let home = Home::open(directory, passphrase, WorkFactor::PRODUCTION)?;
    let hub = Hub::start(home, SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    if let Request::Agree(agreement) = &request {
        let known = tokio::time::timeout(Duration::from_secs(30), hub.knows(agreement.patient)).await;
        known
            .context("the chain does not show this patient; was it registered, and is the gateway there?")?;
    }
    let reply = hub.command(request).await;
    hub.stop().await;
    Ok(reply)
}

fn report(reply: Reply, out: Option<&Path>) -> anyhow::Result<()> {
    match reply {
        Reply::Registration(registration) => {
            let out = out.context("no file to write the registration to")?;
            files::write_durable(out, enrolment::write_registration(&registration).as_bytes())?;
            say(&format!("{}", registration.patient));
        }
        Reply::Sealed(height) => say(&format!("sealed in block {height}")),
        Reply::Failed(reason) => bail!("{reason}"),
    }
    Ok(())
}

async fn run(command: Command, home: Home) -> anyhow::Result<()> {
    match command {
        Command::Create { .. } | Command::Patient { .. } | Command::Agree { .. } => Ok(()),
        Command::Enrol { answer } => {
            let bytes = files::read_bounded(&answer, enrolment::MAX_FILE_BYTES).context("the answer file")?;
            let answer = home.accept_answer(&String::from_utf8_lossy(&bytes))?;
            say(&format!("enrolled at {} (chain {})", answer.hospital, answer.chain));
            Ok(())
        }
        Command::Run { mllp } => {
            let mut hub = Hub::start(home, mllp).await?;
            say(&format!("listening for devices on {}", hub.address()));
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                () = hub.wait() => bail!("the hub stopped; the log says why"),
            }
            hub.stop().await;
            Ok(())
        }
        Command::Quarantine => list_quarantine(home).await,
    }
}

async fn list_quarantine(home: Home) -> anyhow::Result<()> {
    let answer = home.answer()?.context("this hub was not enrolled yet")?;
    let mut core = wl_hub::core::Core::open(home, answer).await?;
    for row in core.quarantined(1000).await? {
        say(&format!("{} {} {} {} bytes: {}", row.id, row.received.0, row.ground, row.bytes, row.reason));
    }
    Ok(())
}

/// For a stay of at most a year.
fn treatment(patient: PatientId, team: TeamId) -> anyhow::Result<Agreement> {
    let now = edge::now();
    let id = AgreementId::from_bytes(edge::random()?);
    Ok(custody::treatment(id, patient, team, now, now.plus(365 * 24 * 3_600_000)))
}

fn read_passphrase(path: &Path) -> anyhow::Result<Passphrase> {
    let bytes = files::read_bounded(path, 4096).context("the passphrase file")?;
    let text = String::from_utf8(bytes).context("the passphrase is not UTF-8")?;
    Ok(Passphrase::new(text.trim_end_matches(['\r', '\n']).to_owned())?)
}

/// Results go to standard output, the log to standard error.
fn say(line: &str) {
    use std::io::Write as _;
    let _unwritable = writeln!(std::io::stdout(), "{line}");
}
