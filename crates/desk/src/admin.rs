//! What administrators do: control transactions, signed with their own key. The role is judged here on every call, and
//! once more by every workstation and gateway that replays the chain.

use crate::edge;
use crate::outbox::transact;
use crate::session::{Core, Session};
use crate::view::{EnrolPreview, EnrolProblem, UiError};
use wl_ledger::block::Entry;
use wl_ledger::control::{Action, ProvenEnrolment, RevocationReason};
use wl_ledger::{DeviceId, KeyId, PatientId, TeamId};
use wl_wire::enrolment::{self, FileError, fingerprint_words};
use wl_wire::gateway::GatewayClient;
use wl_wire::messages::{Item, Receipt, Submission};

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
    enrolment::read_request(text).map_err(|error| UiError::bad_input(error.to_string()))
}

/// What is wrong with an enrolment on this chain.
fn problem(core: &Core, request: &ProvenEnrolment) -> EnrolProblem {
    match core.state().member(&request.enrolment.sign.id()) {
        Some(member) if member.is_active() => EnrolProblem::AlreadyEnrolled,
        Some(_) => EnrolProblem::Revoked,
        None => EnrolProblem::None,
    }
}

/// Reads a request for an administrator to compare aloud.
pub(crate) fn preview(core: &Core, text: &str) -> Answer<EnrolPreview> {
    require_admin(core)?;
    let request = match enrolment::read_request(text) {
        Ok(request) => request,
        // There is nothing to compare in a request whose proof is wrong.
        Err(FileError::Possession) => return Err(UiError::bad_input(FileError::Possession.to_string())),
        Err(error) => return Err(UiError::bad_input(error.to_string())),
    };
    let role = crate::present::role_view(request.enrolment.role)
        .ok_or_else(|| UiError::bad_input("This is the request of a hub; enrol it on the command line."))?;
    Ok(EnrolPreview {
        name: request.enrolment.name.clone(),
        role,
        key_id: request.enrolment.sign.id().to_string(),
        fingerprint: crate::present::words(&request),
        qr_svg: crate::qr::svg(&request.enrolment.fingerprint().to_string()),
        made_ms: 0,
        problem: problem(core, &request),
    })
}

/// The enrolment answer that brings a new workstation to this chain, at this administrator's verified head.
pub(crate) fn answer(core: &Core) -> Answer<String> {
    require_admin(core)?;
    let tip = core.engine.verifier().tip().ok_or_else(|| UiError::not_found("verified block"))?;
    let founding = core.state().founding().ok_or_else(|| UiError::not_found("founding"))?;
    Ok(enrolment::write_answer(&enrolment::Answer {
        chain: core.chain(),
        hospital: founding.hospital.clone(),
        demo: founding.demo,
        trusted_height: tip.height(),
        trusted_header: tip.id(),
        validators: founding.validators.clone(),
    }))
}

/// Enrols a request that the window has previewed, and puts the key into teams.
pub(crate) async fn enrol(
    session: &Session,
    client: &GatewayClient,
    text: &str,
    teams: &[String],
) -> Answer<KeyId> {
    let teams = teams
        .iter()
        .map(|team| {
            TeamId::from_hex(team)
                .ok_or_else(|| UiError::bad_input("A team is not named by 32 hexadecimal digits."))
        })
        .collect::<Answer<Vec<_>>>()?;
    let request = {
        let core = session.core().await;
        require_admin(&core)?;
        read_request(text)?
    };
    enrol_into(session, client, request, &teams).await
}

async fn enrol_into(
    session: &Session,
    client: &GatewayClient,
    request: ProvenEnrolment,
    teams: &[TeamId],
) -> Answer<KeyId> {
    let key = request.enrolment.sign.id();
    {
        let core = session.core().await;
        require_admin(&core)?;
        match problem(&core, &request) {
            // A repeat after a lost connection goes on with the teams.
            EnrolProblem::None | EnrolProblem::AlreadyEnrolled => {}
            EnrolProblem::Revoked => {
                return Err(UiError::bad_input("This key was revoked and cannot come back; make new keys."));
            }
            EnrolProblem::BadProof | EnrolProblem::OtherChain | EnrolProblem::TooOld => {
                return Err(UiError::bad_input("The request cannot be enrolled here."));
            }
        }
        for team in teams {
            if !core.state().teams().any(|(id, _)| id == team) {
                return Err(UiError::not_found("team"));
            }
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

/// Revokes a key.
pub(crate) async fn revoke(
    session: &Session,
    client: &GatewayClient,
    key: &str,
    reason: &str,
) -> Answer<KeyId> {
    require_admin(&*session.core().await)?;
    let key = KeyId::from_hex(key)
        .ok_or_else(|| UiError::bad_input("The key is not named by 32 hexadecimal digits."))?;
    let reason = reason_of(reason)
        .ok_or_else(|| UiError::bad_input("The reason is left, lost, replaced or misuse."))?;
    carry_out(session, client, Order::Revoke(key, reason)).await?;
    Ok(key)
}

/// Carries an order out: signed, submitted, sealed and back here verified.
pub(crate) async fn carry_out(session: &Session, client: &GatewayClient, order: Order) -> Answer<Done> {
    require_admin(&*session.core().await)?;
    let (action, done) = match order {
        Order::Enrol { text, words, teams } => {
            let request = read_request(&text)?;
            let ours = fingerprint_words(&request.enrolment.fingerprint());
            if !words.split_whitespace().map(str::to_lowercase).eq(ours.iter().copied().map(str::to_owned)) {
                return Err(UiError::bad_input(
                    "The words are not those of this request: it may have been exchanged.",
                ));
            }
            return Ok(Done::Key(enrol_into(session, client, request, &teams).await?));
        }
        Order::Relay(bytes) => return relay(client, bytes).await,
        Order::Revoke(key, reason) => {
            let core = session.core().await;
            let member = core.state().member(&key).ok_or_else(|| UiError::not_found("key"))?;
            if !member.is_active() {
                return Err(UiError::bad_input("This key was revoked before."));
            }
            (Action::Revoke(key, reason), Done::Key(key))
        }
        Order::CreateTeam(name) => {
            let team = TeamId::from_bytes(edge::random()?);
            (Action::CreateTeam(team, name), Done::Team(team))
        }
        Order::JoinTeam(team, key) => (Action::JoinTeam(team, key), Done::Team(team)),
        Order::LeaveTeam(team, key) => (Action::LeaveTeam(team, key), Done::Team(team)),
        Order::RegisterPatient(text) => {
            let chain = session.core().await.chain();
            let registration = enrolment::read_registration(&text, &chain)
                .map_err(|error| UiError::bad_input(error.to_string()))?;
            let patient = registration.patient;
            (Action::RegisterPatient(registration), Done::Patient(patient))
        }
        Order::RegisterDevice(identity) => {
            let core = session.core().await;
            if let Some((known, _)) = core.state().devices().find(|(_, device)| device.identity == identity) {
                return Ok(Done::Device(*known));
            }
            let device =
                core.state().next_device().ok_or_else(|| UiError::bad_input("No device number is left."))?;
            (Action::RegisterDevice(device, identity), Done::Device(device))
        }
        Order::AssignDevice(device, patient) => (Action::AssignDevice(device, patient), Done::Device(device)),
    };
    transact(session, client, action).await?;
    Ok(done)
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
