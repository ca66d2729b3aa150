//! `wardlight-hub`: sets a hub up and runs it.

mod ask;
mod restore;

use anyhow::{Context as _, bail};
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use wl_hub::consent::Signer;
use wl_hub::custody;
use wl_hub::edge;
use wl_hub::home::Home;
use wl_hub::hub::control::{self, GuardedBy, Reply, Request};
use wl_hub::hub::{Hub, Page};
use wl_ledger::control::{Action, Agreement};
use wl_ledger::{AgreementId, KeyId, PatientId, TeamId};
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
        #[command(flatten)]
        own: OwnPassphrase,
    },
    /// Says, with the patient's key, that a care team may read, then ends.
    Agree {
        #[command(flatten)]
        whose: Whose,
        /// Id of the care team.
        #[arg(long)]
        team: String,
    },
    /// Ends an agreement, with the patient's key.
    End {
        #[command(flatten)]
        whose: Whose,
        /// Id of the agreement.
        #[arg(long)]
        agreement: String,
    },
    /// Makes a guardian's key under the guardian's own passphrase, and appoints the guardian with the patient's.
    Guardian {
        /// Pseudonym, as `wardlight-hub patient` printed it.
        #[arg(long)]
        patient: String,
        #[command(flatten)]
        own: OwnPassphrase,
        /// A file with the guardian's passphrase; asked for when there is none.
        #[arg(long)]
        guardian_passphrase_file: Option<PathBuf>,
    },
    /// Makes a backup of the hub's keys that only so many guardians together can open.
    Backup {
        /// An empty folder, best on a disk of its own: the backup is written there anew whenever keys change.
        #[arg(long)]
        out: PathBuf,
        /// How many guardians it takes to restore the hub; at least 2.
        #[arg(long)]
        threshold: u8,
        /// A guardian's own age recipient (`age1…`), once for each such guardian.
        #[arg(long = "guardian")]
        guardians: Vec<String>,
        /// A file with a passphrase that a guardian chose, once for each such guardian.
        #[arg(long = "guardian-passphrase-file")]
        passphrases: Vec<PathBuf>,
    },
    /// Puts a hub from a backup into a new directory. The old one must never run again.
    Restore {
        /// The backup, `backup.age`.
        #[arg(long)]
        backup: PathBuf,
        /// A guardian's share: behind a passphrase, or as an age tool opened it with the guardian's key.
        #[arg(long = "share")]
        shares: Vec<PathBuf>,
        /// A file with the passphrase of a share, in the order of the shares that have one; asked for when there is none.
        #[arg(long = "share-passphrase-file")]
        passphrases: Vec<PathBuf>,
    },
    /// Runs the hub until it is told to stop.
    Run {
        /// Where devices send HL7 over MLLP.
        #[arg(long, default_value = "127.0.0.1:2575")]
        mllp: SocketAddr,
        /// Where patients find their page, on this machine only.
        #[arg(long, default_value = "127.0.0.1:2580")]
        page: SocketAddr,
        /// Serves no page.
        #[arg(long)]
        no_page: bool,
        /// A folder besides the hub's own in which patients' key files are looked for, such as a stick's.
        #[arg(long = "patient-keys")]
        sticks: Vec<PathBuf>,
    },
    /// Lists refused messages: when, why and how long, never their content.
    Quarantine,
}

/// The passphrase that only the patient knows.
#[derive(clap::Args)]
struct OwnPassphrase {
    /// A file with the patient's own passphrase; asked for when there is none.
    #[arg(long)]
    patient_passphrase_file: Option<PathBuf>,
}

/// For whom something is said, and by whom.
#[derive(clap::Args)]
struct Whose {
    /// Pseudonym, as `wardlight-hub patient` printed it.
    #[arg(long)]
    patient: String,
    /// Key id of the guardian who signs, instead of the patient.
    #[arg(long)]
    guardian: Option<String>,
    #[command(flatten)]
    own: OwnPassphrase,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    wl_wire::process::harden();
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
    if let Command::Restore { backup, shares, passphrases } = &arguments.command {
        return restore::restore(arguments.dir, passphrase, backup, shares, passphrases).await;
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
        Command::Patient { name, mrn, birth_date, bed, ward, interval, out, own } => {
            let identity = Identity {
                name: name.clone(),
                mrn: mrn.clone(),
                birth_date: birth_date.clone(),
                bed: bed.clone(),
                ward: ward.clone(),
            };
            let typed = ask::new_passphrase("The patient's own passphrase", &own.patient_passphrase_file)?;
            Some((Request::AddPatient(identity, *interval, typed), Some(out.clone())))
        }
        Command::Agree { whose, team } => {
            let team = TeamId::from_hex(team).context("the team's id has 32 hexadecimal digits")?;
            let agreement = treatment(patient_id(&whose.patient)?, team)?;
            Some((say_for(whose, Action::GrantAgreement(agreement))?, None))
        }
        Command::End { whose, agreement } => {
            let id = AgreementId::from_hex(agreement);
            let id = id.context("the agreement's id has 32 hexadecimal digits")?;
            Some((say_for(whose, Action::RevokeAgreement(id))?, None))
        }
        Command::Guardian { patient, own, guardian_passphrase_file } => {
            let patients = ask::passphrase("The patient's passphrase", &own.patient_passphrase_file)?;
            let guardians = ask::new_passphrase("The guardian's own passphrase", guardian_passphrase_file)?;
            Some((Request::Appoint(patient_id(patient)?, patients, guardians), None))
        }
        Command::Backup { out, threshold, guardians, passphrases } => {
            let recipients = guardians.iter().cloned().map(GuardedBy::Recipient);
            let mut guarded: Vec<GuardedBy> = recipients.collect();
            for file in passphrases {
                let typed = ask::passphrase("A guardian's passphrase", &Some(file.clone()))?;
                guarded.push(GuardedBy::Passphrase(typed));
            }
            let out = std::path::absolute(out).context("the backup's folder")?;
            let out = out.to_str().context("the name of the backup's folder is not UTF-8")?.to_owned();
            Some((Request::BackUp(out, *threshold, guarded), None))
        }
        Command::Create { .. }
        | Command::Enrol { .. }
        | Command::Restore { .. }
        | Command::Run { .. }
        | Command::Quarantine => None,
    })
}

fn say_for(whose: &Whose, action: Action) -> anyhow::Result<Request> {
    let patient = patient_id(&whose.patient)?;
    let signer = match &whose.guardian {
        Some(key) => {
            let key = KeyId::from_hex(key).context("the guardian's key id has 32 hexadecimal digits")?;
            Signer::Guardian(key)
        }
        None => Signer::Patient,
    };
    let typed = ask::passphrase("Passphrase", &whose.own.patient_passphrase_file)?;
    Ok(Request::Say(patient, signer, typed, action))
}

fn patient_id(text: &str) -> anyhow::Result<PatientId> {
    PatientId::from_hex(text).context("the pseudonym has 32 hexadecimal digits")
}

/// No hub runs on the directory: this process is the hub for the length of one command.
async fn ask_alone(directory: &Path, passphrase: Passphrase, request: Request) -> anyhow::Result<Reply> {
    let home = Home::open(directory, passphrase, WorkFactor::PRODUCTION)?;
    let hub = Hub::start(home, SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    if let Request::Say(patient, ..) | Request::Appoint(patient, ..) = &request {
        let known = tokio::time::timeout(Duration::from_secs(30), hub.knows(*patient)).await;
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
        Reply::Appointed(key, height) => {
            say(&format!("guardian {key}"));
            say(&format!("sealed in block {height}"));
        }
        Reply::BackedUp(shares) => {
            say(&format!("backup.age and {shares} shares are written"));
            say("give each guardian one share-N.age, keep backup.age, and delete the shares here");
        }
        Reply::Failed(reason) => bail!("{reason}"),
    }
    Ok(())
}

async fn run(command: Command, home: Home) -> anyhow::Result<()> {
    match command {
        Command::Create { .. }
        | Command::Patient { .. }
        | Command::Agree { .. }
        | Command::End { .. }
        | Command::Guardian { .. }
        | Command::Backup { .. }
        | Command::Restore { .. } => Ok(()),
        Command::Enrol { answer } => {
            let bytes = files::read_bounded(&answer, enrolment::MAX_FILE_BYTES).context("the answer file")?;
            let answer = home.accept_answer(&String::from_utf8_lossy(&bytes))?;
            say(&format!("enrolled at {} (chain {})", answer.hospital, answer.chain));
            Ok(())
        }
        Command::Run { mllp, page, no_page, sticks } => {
            let listen = (!no_page).then_some(page);
            let mut hub = Hub::start_with(home, mllp, Page { listen, sticks }).await?;
            if let Some(page) = hub.page() {
                say(&format!("page for patients at http://{page}/"));
            }
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
pub(crate) fn say(line: &str) {
    use std::io::Write as _;
    let _unwritable = writeln!(std::io::stdout(), "{line}");
}
