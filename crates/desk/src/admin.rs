//! What administrators do: control transactions, signed with their own key. The role is judged here on every call, and
//! once more by every workstation and gateway that replays the chain.

mod checks;
mod preview;

use crate::outbox::transact;
use crate::session::{Core, Session};
use crate::view::{ChangeKind, ChangeView, EnrolProblem, UiError};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, ProvenEnrolment, RevocationReason};
use wl_ledger::{DeviceId, KeyId, PatientId, Role, TeamId};
use wl_wire::enrolment;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

pub(crate) use preview::{answer, check, preview, registration};

/// One order of an administrator.
pub enum Order {
    /// Enrol the key of a request. The six words were compared out of band and are compared again.
    Enrol {
        /// The request file.
        text: String,
        /// The words as they were read aloud.
        words: String,
        /// Teams to join.
        teams: Vec<TeamId>,
    },
    /// Revoke a key.
    Revoke(KeyId, RevocationReason),
    /// Create a care team.
    CreateTeam(String),
    /// Put a key into a team.
    JoinTeam(TeamId, KeyId),
    /// Take a key out of a team.
    LeaveTeam(TeamId, KeyId),
    /// Register a patient by the file its hub made.
    RegisterPatient(String),
    /// Register a device under what it calls itself.
    RegisterDevice(String),
    /// Assign a device to a patient, or to none.
    AssignDevice(DeviceId, Option<PatientId>),
    /// Submit a transaction that somebody else has signed: a patient's agreement.
    Relay(Vec<u8>),
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// This key.
    Key(KeyId),
    /// This team.
    Team(TeamId),
    /// This patient.
    Patient(PatientId),
    /// This device.
    Device(DeviceId),
    /// A transaction of somebody else.
    Relayed,
}

impl From<Done> for ChangeView {
    fn from(done: Done) -> Self {
        let (kind, id) = match done {
            Done::Key(key) => (ChangeKind::Key, key.to_string()),
            Done::Team(team) => (ChangeKind::Team, team.to_string()),
            Done::Patient(patient) => (ChangeKind::Patient, patient.to_string()),
            Done::Device(device) => (ChangeKind::Device, device.to_string()),
            Done::Relayed => (ChangeKind::Relayed, String::new()),
        };
        Self { kind, id }
    }
}

/// What is to be done for an order that needs one signature.
enum Prepared {
    /// Sign this.
    Sign(Action, Done),
    /// Nothing: it is so already.
    SoAlready(Done),
}

type Answer<T> = Result<T, UiError>;

fn require_admin(core: &Core) -> Answer<()> {
    if core.keys().is_none() {
        return Err(UiError::locked());
    }
    if core.state().is_admin(&core.me) {
        Ok(())
    } else {
        Err(UiError::not_allowed("Only an administrator may do this."))
    }
}

fn read_request(text: &str) -> Answer<ProvenEnrolment> {
    enrolment::read_request(text).map_err(|error| UiError::bad_input(sentence(&error.to_string())))
}

/// An error's text as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

async fn enrol_into(
    session: &Session,
    client: &GatewayClient,
    request: ProvenEnrolment,
    teams: &[TeamId],
) -> Answer<KeyId> {
    let key = request.enrolment.sign.id();
    let is_hub = request.enrolment.role == Role::Hub;
    {
        let core = session.core().await;
        require_admin(&core)?;
        match preview::problem(&core, &request) {
            // A repeat after a lost connection goes on with the teams.
            EnrolProblem::None | EnrolProblem::AlreadyEnrolled => {}
            EnrolProblem::Revoked => {
                return Err(UiError::bad_input("This key was revoked and cannot come back; make new keys."));
            }
            EnrolProblem::MoreSigners => return Err(more_signers()),
        }
        if is_hub && !teams.is_empty() {
            return Err(hub_in_team());
        }
        for team in teams {
            checks::team(&core, team)?;
        }
    }
    let enrolled = session.core().await.state().member(&key).is_some();
    if !enrolled {
        transact(session, client, Action::Enrol(request)).await?;
    }
    for team in teams {
        let joined =
            session.core().await.state().teams().any(|(id, of)| id == team && of.members.contains(&key));
        if !joined {
            transact(session, client, Action::JoinTeam(*team, key)).await?;
        }
    }
    Ok(key)
}

/// The reasons an administrator may give, by their words.
pub fn reason_of(text: &str) -> Option<RevocationReason> {
    match text.trim().to_lowercase().as_str() {
        "left" => Some(RevocationReason::Left),
        "lost" => Some(RevocationReason::Lost),
        "replaced" => Some(RevocationReason::Replaced),
        "misuse" => Some(RevocationReason::Misuse),
        _ => None,
    }
}

/// Carries an order out: signed, submitted, sealed and back here verified.
pub(crate) async fn carry_out(session: &Session, client: &GatewayClient, order: Order) -> Answer<Done> {
    let (action, done) = match order {
        Order::Enrol { text, words, teams } => {
            require_admin(&*session.core().await)?;
            let request = read_request(&text)?;
            preview::compare(&request, &words)?;
            return Ok(Done::Key(enrol_into(session, client, request, &teams).await?));
        }
        Order::Relay(bytes) => {
            require_admin(&*session.core().await)?;
            return relay(client, bytes).await;
        }
        order => {
            let core = session.core().await;
            require_admin(&core)?;
            match checks::prepare(&core, order)? {
                Prepared::Sign(action, done) => (action, done),
                Prepared::SoAlready(done) => return Ok(done),
            }
        }
    };
    transact(session, client, action).await?;
    Ok(done)
}

fn hub_in_team() -> UiError {
    UiError::bad_input("A hub belongs to no care team: it is patients who share with teams.")
}

fn more_signers() -> UiError {
    UiError::refused(
        "This hospital's policy asks for two administrators' signatures, and this version gathers only one.",
    )
}

async fn relay(client: &GatewayClient, bytes: Vec<u8>) -> Answer<Done> {
    let item = Item { entry: Entry::Control(bytes), body: None };
    let receipts = client
        .submit(&Submission { items: vec![item] })
        .await
        .map_err(crate::outbox::TransactError::Unreachable)?;
    match receipts.receipts.into_iter().next() {
        Some(Receipt::Sealed(_) | Receipt::Known(_)) => Ok(Done::Relayed),
        Some(Receipt::Refused(_, reason)) => Err(crate::outbox::TransactError::Refused(reason).into()),
        Some(Receipt::Deferred) | None => Err(crate::outbox::TransactError::Busy.into()),
    }
}
