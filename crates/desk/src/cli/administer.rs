//! Administration on the command line.

mod joint;

use super::{read_text, told};
use crate::admin::{Done, Order, reason_of};
use crate::desk::Desk;
use anyhow::Context as _;
use clap::Subcommand;
use std::io::Write;
use std::path::PathBuf;
use wl_ledger::{DeviceId, KeyId, PatientId, TeamId};

/// What only administrators may do.
#[derive(Subcommand)]
pub(super) enum Admin {
    /// Enrol a practitioner or a hub from its request file.
    Enrol {
        /// The request file.
        request: PathBuf,
        /// The six words, as its owner has read them aloud.
        #[arg(long)]
        words: String,
        /// Teams to join, by id.
        #[arg(long = "team")]
        teams: Vec<String>,
        /// Where to write the enrolment answer.
        #[arg(long, value_name = "FILE")]
        answer: Option<PathBuf>,
    },
    /// Revoke a key.
    Revoke {
        /// Key id.
        key: String,
        /// left, lost, replaced or misuse.
        #[arg(long)]
        reason: String,
    },
    /// Enrol a further workstation of a person who is enrolled.
    AddKey {
        /// The person, by the id of the first key.
        person: String,
        /// The request file of the new workstation.
        request: PathBuf,
        /// The six words, as its owner has read them aloud.
        #[arg(long)]
        words: String,
    },
    /// Undo the revocation of a key.
    Reinstate {
        /// Key id.
        key: String,
    },
    /// Give a person another role.
    Role {
        /// The person, by the id of the first key.
        person: String,
        /// The role.
        role: super::RoleArg,
    },
    /// What waits for a second signature.
    Proposals,
    /// Give the second signature.
    Approve {
        /// The proposal.
        proposal: String,
        /// The six words, for an enrolment: compared by both who sign.
        #[arg(long)]
        words: Option<String>,
    },
    /// End a proposal.
    Withdraw {
        /// The proposal.
        proposal: String,
    },
    /// Change the hospital's rules; what is not named stays.
    Rules(Rules),
    /// Appoint custodians of emergency keys; nobody switches the fallback off.
    Custodians {
        /// How many must release their share.
        #[arg(long, default_value_t = 0)]
        threshold: u8,
        /// The persons.
        people: Vec<String>,
    },
    /// Care teams.
    #[command(subcommand)]
    Team(Team),
    /// Register a patient by the file its hub made.
    Patient {
        /// The registration file.
        registration: PathBuf,
    },
    /// Devices.
    #[command(subcommand)]
    Device(Device),
    /// Submit an agreement that was signed with the patient's key.
    Agreement {
        /// The signed transaction.
        file: PathBuf,
    },
    /// Write the enrolment answer for a new workstation or hub.
    Answer {
        /// Where to.
        file: PathBuf,
    },
}

/// The rules that can be changed.
#[derive(clap::Args)]
pub(super) struct Rules {
    /// Administrators who sign together: 1 or 2.
    #[arg(long)]
    signers: Option<u8>,
    /// Administrators who together give a person a new key.
    #[arg(long)]
    recovery_signers: Option<u8>,
    /// Longest emergency access in minutes; 0 switches it off.
    #[arg(long)]
    emergency_minutes: Option<u8>,
    /// Minutes after which workstations lock.
    #[arg(long)]
    lock_minutes: Option<u8>,
}

#[derive(Subcommand)]
pub(super) enum Team {
    /// Create one.
    Create {
        /// Its name.
        name: String,
    },
    /// Put a key into one.
    Join {
        /// Team id.
        team: String,
        /// Key id.
        key: String,
    },
    /// Take a key out of one.
    Leave {
        /// Team id.
        team: String,
        /// Key id.
        key: String,
    },
}

#[derive(Subcommand)]
pub(super) enum Device {
    /// Register one under what it calls itself.
    Register {
        /// For example its EUI-64.
        identity: String,
        /// Assign it to this patient at once.
        #[arg(long)]
        patient: Option<String>,
    },
    /// Assign one to a patient, or to none.
    Assign {
        /// Device number.
        device: u32,
        /// The patient's pseudonym.
        #[arg(long)]
        patient: Option<String>,
    },
    /// Retire one for good.
    Retire {
        /// Device number.
        device: u32,
    },
}

pub(super) async fn carry_out(
    desk: &Desk,
    admin: &Admin,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let order = match admin {
        Admin::Enrol { request, words, teams, .. } => Order::Enrol {
            text: read_text(request)?,
            words: words.clone(),
            teams: teams.iter().map(|team| team_of(team)).collect::<anyhow::Result<_>>()?,
        },
        Admin::Revoke { key, reason } => Order::Revoke(
            key_of(key)?,
            reason_of(reason).context("the reason is left, lost, replaced or misuse")?,
        ),
        Admin::AddKey { person, request, words } => {
            Order::AddKey { person: key_of(person)?, text: read_text(request)?, words: words.clone() }
        }
        Admin::Reinstate { key } => Order::Reinstate(key_of(key)?),
        Admin::Role { person, role } => {
            Order::ChangeRole(key_of(person)?, crate::present::role_of((*role).into()))
        }
        Admin::Proposals => return joint::proposals(desk, out).await,
        Admin::Approve { proposal, words } => {
            let done = desk.approve(proposal.clone(), words.clone()).await.map_err(told)?;
            return joint::changed(&done, out);
        }
        Admin::Withdraw { proposal } => {
            let done = desk.withdraw(proposal.clone()).await.map_err(told)?;
            return joint::changed(&done, out);
        }
        Admin::Rules(rules) => Order::SetPolicy(joint::rules(desk, rules).await?),
        Admin::Custodians { threshold, people } => Order::SetCustodians(
            *threshold,
            people.iter().map(|person| key_of(person)).collect::<anyhow::Result<_>>()?,
        ),
        Admin::Device(Device::Retire { device }) => Order::RetireDevice(DeviceId(*device)),
        Admin::Team(Team::Create { name }) => Order::CreateTeam(name.clone()),
        Admin::Team(Team::Join { team, key }) => Order::JoinTeam(team_of(team)?, key_of(key)?),
        Admin::Team(Team::Leave { team, key }) => Order::LeaveTeam(team_of(team)?, key_of(key)?),
        Admin::Patient { registration } => Order::RegisterPatient(read_text(registration)?),
        Admin::Device(Device::Register { identity, .. }) => Order::RegisterDevice(identity.clone()),
        Admin::Device(Device::Assign { device, patient }) => {
            Order::AssignDevice(DeviceId(*device), patient.as_deref().map(patient_of).transpose()?)
        }
        Admin::Agreement { file } => {
            let bytes = wl_wire::files::read_bounded(file, wl_ledger::limits::MAX_CONTROL_BYTES);
            Order::Relay(bytes.context("the agreement file")?)
        }
        Admin::Answer { file } => return write_answer(desk, file, out).await,
    };
    let done = desk.administer(order).await.map_err(told)?;
    match (admin, done) {
        (Admin::Device(Device::Register { patient: Some(patient), .. }), Done::Device(device)) => {
            let order = Order::AssignDevice(device, Some(patient_of(patient)?));
            desk.administer(order).await.map_err(told)?;
        }
        (Admin::Enrol { answer: Some(file), .. }, _) => {
            write_answer(desk, file, &mut std::io::sink()).await?
        }
        _ => {}
    }
    match done {
        Done::Key(key) => writeln!(out, "{key}")?,
        Done::Team(team) => writeln!(out, "{team}")?,
        Done::Patient(patient) => writeln!(out, "{patient}")?,
        Done::Device(device) => writeln!(out, "{device}")?,
        Done::Agreement(id) => writeln!(out, "{id}")?,
        Done::Policy | Done::Relayed => writeln!(out, "sealed")?,
        Done::Proposed(proposal) => writeln!(out, "proposal {proposal}")?,
        Done::Withdrawn(proposal) => writeln!(out, "withdrawn {proposal}")?,
    }
    Ok(())
}

async fn write_answer(
    desk: &Desk,
    file: &std::path::Path,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let text = desk.enrolment_answer().await.map_err(told)?;
    wl_wire::files::write_durable(file, text.as_bytes())
        .with_context(|| format!("cannot write {}", file.display()))?;
    writeln!(out, "{}", file.display())?;
    Ok(())
}

fn key_of(text: &str) -> anyhow::Result<KeyId> {
    KeyId::from_hex(text).context("a key is named by 32 hexadecimal digits")
}

fn team_of(text: &str) -> anyhow::Result<TeamId> {
    TeamId::from_hex(text).context("a team is named by 32 hexadecimal digits")
}

fn patient_of(text: &str) -> anyhow::Result<PatientId> {
    PatientId::from_hex(text).context("a patient is named by 32 hexadecimal digits")
}
