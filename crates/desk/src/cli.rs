//! The desk on the command line: the same desk without a window. What it prints of patients comes from opened
//! records only.

mod administer;
mod emergency;
mod integrity;
mod print;
mod replay;

pub(crate) use print::{cell, time_utc};

use crate::desk::{Desk, Settings};
use crate::profile::{NoKeeper, NoTokens, PinAsk, SecretKeeper, TokenDoor};
use crate::view::{AccessFormat, AccessQuery, RoleView, UiError};
use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use secrecy::SecretString;
use std::io::{BufRead as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wl_ledger::UnixMillis;
use wl_wire::files::read_bounded;

/// Longest passphrase file.
const MAX_PASSPHRASE_FILE: usize = 4096;
/// How long `--sync` may take, in seconds.
const SYNC_LIMIT: u64 = 60;

/// Wardlight on the command line. Not a certified medical device, never the only or primary alarm.
#[derive(Parser)]
#[command(name = "wardlight", version)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Common {
    /// The directory of this person on this workstation.
    #[arg(long, global = true, value_name = "DIR")]
    profile: Option<PathBuf>,
    /// A file whose first line is the passphrase. Without it, it is asked for.
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// A file whose first line is the PIN of the token. Without it, it is asked for where the keys need one.
    #[arg(long, global = true, value_name = "FILE")]
    pin_file: Option<PathBuf>,
    /// Fetch and verify what is new first, for at most a minute.
    #[arg(long, global = true)]
    sync: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Where this workstation stands.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// The opened readings of a patient.
    Readings {
        /// The patient's pseudonym, 32 hexadecimal digits; without it, of all patients.
        #[arg(long)]
        patient: Option<String>,
        /// As CSV; the only form there is today.
        #[arg(long)]
        csv: bool,
    },
    /// All alarms.
    Alarms {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Who opened which patient's record; for privacy officers.
    Access {
        /// The form.
        #[arg(long, value_enum, default_value = "csv")]
        format: FormatArg,
        /// Of this patient only: the pseudonym.
        #[arg(long)]
        patient: Option<String>,
        /// By this person only: the id of the first key.
        #[arg(long)]
        person: Option<String>,
    },
    /// Security events of all workstations, as JSON; for administrators.
    Security,
    /// Derive every alarm, and every alarm that was not raised, again from the ledger, and print where the hub differs.
    ReplayAlarms {
        /// The patient's pseudonym, 32 hexadecimal digits; without it, all patients.
        #[arg(long)]
        patient: Option<String>,
        /// Compare up to this time in Unix milliseconds; without it, as far as the ledger reaches.
        #[arg(long)]
        to: Option<i64>,
    },
    /// Files with which anybody can check this ledger offline (wardlight-verify).
    #[command(subcommand)]
    Export(Export),
    /// The keys of this person.
    #[command(subcommand)]
    Keys(Keys),
    /// Enrolment of this workstation.
    #[command(subcommand)]
    Enrolment(Enrolment),
    /// Whether everybody is shown the same: second sources, evidence, and what is handed out.
    #[command(subcommand)]
    Integrity(integrity::Integrity),
    /// What only administrators may do.
    #[command(subcommand)]
    Admin(administer::Admin),
    /// Emergency access.
    #[command(subcommand)]
    Emergency(emergency::Emergency),
}

#[derive(Subcommand)]
enum Export {
    /// The whole chain, as far as it is held here.
    Archive {
        /// Where to.
        file: PathBuf,
    },
    /// The proof of one record, which this person must be allowed to read.
    Proof {
        /// The record, as STREAM.NUMBER.
        record: String,
        /// Where to.
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// Make keys and the enrolment request.
    Create {
        /// Name as colleagues know it.
        #[arg(long)]
        name: String,
        /// Role.
        #[arg(long)]
        role: RoleArg,
    },
    /// Print the enrolment request with its six words.
    Request,
}

#[derive(Subcommand)]
enum Enrolment {
    /// Load the answer an administrator has given.
    Load {
        /// The file.
        file: PathBuf,
    },
}

/// Forms of the access log.
#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Csv,
    Fhir,
}

impl From<FormatArg> for AccessFormat {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Csv => Self::Csv,
            FormatArg::Fhir => Self::Fhir,
        }
    }
}

/// Roles by their names.
#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Physician,
    Nurse,
    Admin,
    Diagnostician,
    Pharmacist,
    Researcher,
    Caregiver,
    PrivacyOfficer,
}

impl From<RoleArg> for RoleView {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Physician => Self::Physician,
            RoleArg::Nurse => Self::Nurse,
            RoleArg::Admin => Self::Admin,
            RoleArg::Diagnostician => Self::Diagnostician,
            RoleArg::Pharmacist => Self::Pharmacist,
            RoleArg::Researcher => Self::Researcher,
            RoleArg::Caregiver => Self::Caregiver,
            RoleArg::PrivacyOfficer => Self::PrivacyOfficer,
        }
    }
}

/// Why a command failed, for people: message and hint.
pub(crate) fn told(error: UiError) -> anyhow::Error {
    if error.hint.is_empty() {
        anyhow::anyhow!("{}", error.message)
    } else {
        anyhow::anyhow!("{} {}", error.message, error.hint)
    }
}

/// Parses arguments and carries one command out, writing to `out`.
///
/// # Errors
/// What went wrong, in a sentence; wrong arguments as clap tells them.
pub async fn run(
    args: impl IntoIterator<Item = std::ffi::OsString>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    run_with(args, Arc::new(NoKeeper), Arc::new(NoTokens), out).await
}

/// Parses arguments and carries one command out on a profile whose second secret, if it has one, `keeper` or a token keeps.
///
/// # Errors
/// As [`run`].
pub async fn run_with(
    args: impl IntoIterator<Item = std::ffi::OsString>,
    keeper: Arc<dyn SecretKeeper>,
    tokens: Arc<dyn TokenDoor>,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let cli = Cli::try_parse_from(args)?;
    let online = match &cli.command {
        Command::Admin(_) | Command::Emergency(_) => true,
        Command::Integrity(command) => cli.common.sync || command.is_online(),
        _ => cli.common.sync,
    };
    let directory = cli.common.profile.clone().or_else(default_profile).context("no --profile was given")?;
    let settings = Settings { online, lock_when_idle: false, keeper, tokens, ..Settings::default() };
    let desk = Desk::open(&directory, settings).map_err(told)?;
    let done = carry_out(&desk, &cli, out).await;
    let closed = desk.close().await.map_err(told);
    done.and(closed)
}

/// Where a person's profile lies when nothing else is said: in the user's data folder.
pub fn default_profile() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
    data.filter(|path| path.is_absolute()).or_else(home).map(|data| data.join("wardlight"))
}

async fn carry_out(desk: &Desk, cli: &Cli, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    match &cli.command {
        Command::Keys(Keys::Create { name, role }) => {
            let passphrase = passphrase(&cli.common)?;
            desk.create_keys(name.clone(), (*role).into(), passphrase).await.map_err(told)?;
            print::request(desk, out).await
        }
        Command::Keys(Keys::Request) => print::request(desk, out).await,
        Command::Enrolment(Enrolment::Load { file }) => {
            let text = read_text(file)?;
            desk.load_enrolment(text).await.map_err(told)?;
            Ok(writeln!(out, "enrolment loaded")?)
        }
        Command::Status { json } => {
            open(desk, &cli.common).await?;
            print::status(desk, *json, out).await
        }
        Command::Readings { patient, csv: _ } => {
            open(desk, &cli.common).await?;
            print::readings(desk, patient.as_deref(), out).await
        }
        Command::Alarms { json } => {
            open(desk, &cli.common).await?;
            print::alarms(desk, *json, out).await
        }
        Command::Access { format, patient, person } => {
            open(desk, &cli.common).await?;
            let query = AccessQuery {
                patient_id: patient.clone(),
                person_id: person.clone(),
                ..AccessQuery::default()
            };
            let (text, _) = desk.access_log_text(query, (*format).into()).await.map_err(told)?;
            Ok(write!(out, "{text}")?)
        }
        Command::Security => {
            open(desk, &cli.common).await?;
            let view = desk.security_events().await.map_err(told)?;
            Ok(writeln!(out, "{}", serde_json::to_string_pretty(&view)?)?)
        }
        Command::ReplayAlarms { patient, to } => {
            open(desk, &cli.common).await?;
            replay::alarms(desk, patient.as_deref(), to.map(UnixMillis), out).await
        }
        Command::Export(export) => {
            open(desk, &cli.common).await?;
            carry_out_export(desk, export, out).await
        }
        Command::Integrity(command) => {
            open(desk, &cli.common).await?;
            if command.is_online() {
                sync(desk).await?;
            }
            integrity::carry_out(desk, command, out).await
        }
        Command::Admin(admin) => {
            open(desk, &cli.common).await?;
            sync(desk).await?;
            administer::carry_out(desk, admin, out).await
        }
        Command::Emergency(command) => {
            open(desk, &cli.common).await?;
            sync(desk).await?;
            emergency::carry_out(desk, command, out).await
        }
    }
}

async fn carry_out_export(desk: &Desk, export: &Export, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let file = match export {
        Export::Archive { file } => {
            desk.archive_to(file).await.map_err(told)?;
            file
        }
        Export::Proof { record, file } => {
            let proof = desk.proof(record).await.map_err(told)?;
            wl_wire::files::write_durable(file, &proof).context("the proof could not be written")?;
            file
        }
    };
    Ok(writeln!(out, "written to {}; anybody can check it with wardlight-verify", file.display())?)
}

/// Unlocks, syncs if asked to, and waits until what is stored is opened.
async fn open(desk: &Desk, common: &Common) -> anyhow::Result<()> {
    let passphrase = passphrase(common)?;
    desk.unlock_with(passphrase, pin(desk, common)?).await.map_err(told)?;
    if common.sync {
        sync(desk).await?;
    }
    opened(desk).await
}

async fn opened(desk: &Desk) -> anyhow::Result<()> {
    let session = desk.session().await.context("the session has ended")?;
    while session.core().await.is_reopening() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    session.core().await.flush(crate::edge::now()).await?;
    Ok(())
}

/// Waits until everything is fetched and verified, within a minute.
async fn sync(desk: &Desk) -> anyhow::Result<()> {
    let session = desk.session().await.context("the session has ended")?;
    let complete = async {
        while !session.core().await.engine.is_complete() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(SYNC_LIMIT), complete).await.is_err() {
        bail!("the gateway was not reached or did not serve everything within {SYNC_LIMIT} seconds");
    }
    Ok(())
}

fn passphrase(common: &Common) -> anyhow::Result<SecretString> {
    first_line(common.passphrase_file.as_deref(), "passphrase", "Passphrase")
}

/// The PIN, where the keys need one. Where they may need one, only if a file was named.
fn pin(desk: &Desk, common: &Common) -> anyhow::Result<Option<SecretString>> {
    let is_given = common.pin_file.is_some();
    match desk.profile().pin_ask()? {
        PinAsk::Needed => {}
        PinAsk::Maybe if is_given => {}
        PinAsk::Maybe | PinAsk::None => return Ok(None),
    }
    first_line(common.pin_file.as_deref(), "PIN", "PIN of the token").map(Some)
}

fn first_line(file: Option<&std::path::Path>, what: &str, prompt: &str) -> anyhow::Result<SecretString> {
    let mut line = match file {
        Some(file) => {
            let bytes =
                read_bounded(file, MAX_PASSPHRASE_FILE).with_context(|| format!("the {what} file"))?;
            String::from_utf8(bytes).with_context(|| format!("the {what} file is no text"))?
        }
        None => {
            eprint!("{prompt} (it is shown as you type): ");
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            line
        }
    };
    let first = line.lines().next().unwrap_or_default().to_owned();
    zeroize::Zeroize::zeroize(&mut line);
    Ok(SecretString::from(first))
}

pub(crate) fn read_text(file: &std::path::Path) -> anyhow::Result<String> {
    let bytes = read_bounded(file, wl_wire::enrolment::MAX_FILE_BYTES)
        .with_context(|| format!("cannot read {}", file.display()))?;
    String::from_utf8(bytes).context("the file is no text")
}
