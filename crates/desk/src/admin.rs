//! What administrators do: control transactions, signed with their own key. The role is judged here on every call, and
//! once more by every workstation and gateway that replays the chain. What two people answer for waits as a proposal.

mod checks;
mod decide;
mod people;
mod preview;

use crate::session::{Core, Session};
use crate::two_person::{self, Signed};
use crate::view::{ChangeKind, ChangeView, UiError};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, Agreement, Policy, ProvenEnrolment, RevocationReason};
use wl_ledger::{AgreementId, DeviceId, Hash, KeyId, PatientId, Role, TeamId};
use wl_wire::enrolment;
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

pub(crate) use decide::{approve, compared, may_approve, may_withdraw, propose, signed_by, withdraw};
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
    /// Enrol the key of a request as a further workstation of a person. The words are compared like those of anybody new.
    AddKey {
        /// The person.
        person: KeyId,
        /// The request file.
        text: String,
        /// The words as they were read aloud.
        words: String,
    },
    /// Revoke a key.
    Revoke(KeyId, RevocationReason),
    /// Undo the revocation of a key.
    Reinstate(KeyId),
    /// Give a person another role.
    ChangeRole(KeyId, Role),
    /// Change the hospital's rules.
    SetPolicy(Policy),
    /// Appoint custodians of emergency keys, so many of whom must release their share.
    SetCustodians(u8, Vec<KeyId>),
    /// Retire a device for good.
    RetireDevice(DeviceId),
    /// Disclose a patient's records by an order of the law, named by its digest. Together with a privacy officer.
    Disclose(Agreement, Hash),
    /// End such a disclosure.
    EndDisclosure(AgreementId),
    /// Create a care team.
    CreateTeam(String),
    /// Put a person into a team.
    JoinTeam(TeamId, KeyId),
    /// Take a person out of a team.
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
    /// The rules or the custodians.
    Policy,
    /// An agreement.
    Agreement(AgreementId),
    /// Nothing yet: it waits for a further signature under this name.
    Proposed(Hash),
    /// This proposal was ended.
    Withdrawn(Hash),
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
            Done::Policy => (ChangeKind::Policy, String::new()),
            Done::Agreement(id) => (ChangeKind::Agreement, id.to_string()),
            Done::Proposed(hash) => (ChangeKind::Proposed, hash.to_string()),
            Done::Withdrawn(hash) => (ChangeKind::Withdrawn, hash.to_string()),
            Done::Relayed => (ChangeKind::Relayed, String::new()),
        };
        Self { kind, id }
    }
}

/// What is to be done for an order.
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

/// Administrators and privacy officers disclose together.
fn require_discloser(core: &Core) -> Answer<()> {
    if core.keys().is_none() {
        return Err(UiError::locked());
    }
    if two_person::has_role(core.state(), &core.me, &[Role::Admin, Role::PrivacyOfficer]) {
        Ok(())
    } else {
        Err(UiError::not_allowed("Only a privacy officer and an administrator together may do this."))
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

/// Carries an order out: signed, submitted, sealed and back here verified; or proposed, where two people answer for it.
pub(crate) async fn carry_out(session: &Session, client: &GatewayClient, order: Order) -> Answer<Done> {
    let (action, done) = match order {
        Order::Enrol { text, words, teams } => {
            require_admin(&*session.core().await)?;
            let request = read_request(&text)?;
            preview::compare(&request, &words)?;
            return people::enrol(session, client, request, &teams).await;
        }
        Order::Relay(bytes) => {
            require_admin(&*session.core().await)?;
            return relay(client, bytes).await;
        }
        order => {
            let core = session.core().await;
            if matches!(order, Order::Disclose(..) | Order::EndDisclosure(_)) {
                require_discloser(&core)?;
            } else {
                require_admin(&core)?;
            }
            match checks::prepare(&core, order)? {
                Prepared::Sign(action, done) => (action, done),
                Prepared::SoAlready(done) => return Ok(done),
            }
        }
    };
    signed(session, client, action, done).await
}

/// Signs, and says what became of it.
async fn signed(session: &Session, client: &GatewayClient, action: Action, done: Done) -> Answer<Done> {
    Ok(match two_person::sign(session, client, action).await? {
        Signed::InForce(_) => done,
        Signed::Waits(hash) => Done::Proposed(hash),
    })
}

fn hub_in_team() -> UiError {
    UiError::bad_input("A hub belongs to no care team: it is patients who share with teams.")
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
