//! The facts that the state holds. Each is a leaf of the state root in the encoding given here (`docs/spec/control.md`).

use crate::control::{
    Agreement, BreakGlass, Enrolment, EpochOpening, EraseOrder, EraseReceipt, Outcome, Policy,
    RevocationReason, Subject, Validator,
};
use crate::keys::PublicKey;
use crate::limits::PROPOSAL_MILLIS;
use crate::{AgreementId, Generation, Hash, Height, KeyId, PatientId, UnixMillis};
use std::collections::{BTreeMap, BTreeSet};

/// An enrolled key: one workstation of a person, or a hub.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Member {
    /// Name, role and keys. The role is the person's, as it was last changed.
    #[n(0)]
    pub enrolment: Enrolment,
    /// Height of the block that enrolled it, or last undid its revocation.
    #[n(1)]
    pub since: Height,
    /// Set while it is revoked.
    #[n(2)]
    pub revoked: Option<Revocation>,
    /// Whose key it is: the id of the person's first key.
    #[n(3)]
    pub person: KeyId,
    /// The spans in which it was in force before a revocation was undone.
    #[n(4)]
    pub earlier: Vec<Span>,
}

/// The heights at which a key was in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Span {
    /// The first of them.
    #[n(0)]
    pub from: Height,
    /// The first height behind them.
    #[n(1)]
    pub until: Height,
}

/// When and why a key was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Revocation {
    /// The block that revoked it; the key signs nothing from this height on.
    #[n(0)]
    pub at: Height,
    /// Block time of the revocation.
    #[n(1)]
    pub time: UnixMillis,
    /// The reason given.
    #[n(2)]
    pub reason: RevocationReason,
}

impl Member {
    /// Whether the key was in force in the block at `height`.
    pub fn active_at(&self, height: Height) -> bool {
        let now = self.since <= height && self.revoked.is_none_or(|revocation| height < revocation.at);
        now || self.earlier.iter().any(|span| span.from <= height && height < span.until)
    }

    /// Whether the key is in force now.
    pub fn is_active(&self) -> bool {
        self.revoked.is_none()
    }
}

/// A care team.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Team {
    /// Display name.
    #[n(0)]
    pub name: String,
    /// Persons in it, until somebody takes them out.
    #[n(1)]
    pub members: BTreeSet<KeyId>,
}

/// A registered patient.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Patient {
    /// Signs the patient's agreements.
    #[n(0)]
    pub sign: PublicKey,
    /// The hub that carries them out.
    #[n(1)]
    pub hub: KeyId,
    /// Height of registration.
    #[n(2)]
    pub since: Height,
    /// Who may sign for the patient, by key id.
    #[n(3)]
    pub guardians: BTreeMap<KeyId, PublicKey>,
}

/// A registered device.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Device {
    /// What the device calls itself, usually its EUI-64.
    #[n(0)]
    pub identity: String,
    /// Whom it measures.
    #[n(1)]
    pub patient: Option<PatientId>,
    /// Height of registration.
    #[n(2)]
    pub since: Height,
    /// Height from which on nothing of it is taken.
    #[n(3)]
    pub retired: Option<Height>,
}

/// A device as it was at one height.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceAt {
    /// Whom it measured then.
    pub patient: Option<PatientId>,
}

/// An opened stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Stream {
    /// Its only author.
    #[n(0)]
    pub author: KeyId,
    /// What it is about.
    #[n(1)]
    pub subject: Subject,
    /// Height at which it was opened.
    #[n(2)]
    pub since: Height,
    /// Height from which on no record of it is let in.
    #[n(3)]
    pub closed: Option<Height>,
}

/// How an agreement came about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Origin {
    /// The patient signed it.
    #[n(0)]
    Patient,
    /// A guardian with this key did.
    #[n(1)]
    Guardian(#[n(0)] KeyId),
    /// These two persons recorded it at the bedside.
    #[n(2)]
    Bedside(#[n(0)] KeyId, #[n(1)] KeyId),
    /// The holder of this agreement passed it on.
    #[n(3)]
    Delegated(#[n(0)] AgreementId),
    /// The law ordered it; the hash names the order.
    #[n(4)]
    Law(#[n(0)] Hash),
    /// An emergency.
    #[n(5)]
    BreakGlass,
}

/// An agreement and its end, if it was revoked.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Granted {
    /// What was agreed, as it was last narrowed.
    #[n(0)]
    pub agreement: Agreement,
    /// Height of the grant.
    #[n(1)]
    pub since: Height,
    /// Height of the revocation.
    #[n(2)]
    pub revoked: Option<Height>,
    /// How it came about.
    #[n(3)]
    pub origin: Origin,
    /// Height at which it was last narrowed.
    #[n(4)]
    pub narrowed: Option<Height>,
}

impl Granted {
    /// Whether it is in force for the block time `time` under the state that holds it.
    pub fn in_force(&self, time: UnixMillis) -> bool {
        self.revoked.is_none()
            && self.agreement.from <= time
            && self.agreement.until.is_none_or(|until| time < until)
    }
}

/// An access in an emergency; the agreement of the same id lets the requester read.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Broken {
    /// What was asked for.
    #[n(0)]
    pub request: BreakGlass,
    /// The key that asked.
    #[n(1)]
    pub requester: KeyId,
    /// Whose key that is.
    #[n(2)]
    pub person: KeyId,
    /// Height of the request.
    #[n(3)]
    pub at: Height,
    /// Block time of the request.
    #[n(4)]
    pub time: UnixMillis,
    /// What a privacy officer found.
    #[n(5)]
    pub review: Option<Review>,
}

/// What became of an access in an emergency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Review {
    /// The key that reviewed.
    #[n(0)]
    pub by: KeyId,
    /// The finding.
    #[n(1)]
    pub outcome: Outcome,
    /// Height of the review.
    #[n(2)]
    pub at: Height,
}

/// Who keeps shares of the generations' secrets.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Custodians {
    /// Shares that it takes to make a secret.
    #[n(0)]
    pub threshold: u8,
    /// The persons.
    #[n(1)]
    pub persons: BTreeSet<KeyId>,
    /// Height of the appointment.
    #[n(2)]
    pub since: Height,
}

/// An opened generation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct OpenedGeneration {
    /// Commitment to its secret.
    #[n(0)]
    pub commitment: Hash,
    /// Height at which it was opened.
    #[n(1)]
    pub since: Height,
    /// The shares for the custodians of that time, where there were any.
    #[n(2)]
    pub custody: Option<crate::control::Custody>,
}

/// One reader's access to one patient and category: generation to the height of its grant.
pub type Grants = BTreeMap<Generation, Height>;

/// An opened epoch.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct OpenedEpoch {
    /// What was published.
    #[n(0)]
    pub opening: EpochOpening,
    /// Height at which it was opened.
    #[n(1)]
    pub since: Height,
    /// Block time at which it was opened.
    #[n(2)]
    pub time: UnixMillis,
}

/// An order to erase.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Erasure {
    /// What was ordered.
    #[n(0)]
    pub order: EraseOrder,
    /// Height of the order.
    #[n(1)]
    pub at: Height,
    /// Block time of the order.
    #[n(2)]
    pub time: UnixMillis,
    /// The key that ordered it.
    #[n(3)]
    pub by: KeyId,
}

/// One holder's word that it carried an order out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Erased {
    /// What it says.
    #[n(0)]
    pub receipt: EraseReceipt,
    /// Height of the receipt.
    #[n(1)]
    pub at: Height,
}

/// An action that waits for further signers.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Proposal {
    /// The key that proposed it, the action's author.
    #[n(0)]
    pub proposer: KeyId,
    /// The other keys that signed for it.
    #[n(1)]
    pub approvals: BTreeSet<KeyId>,
    /// Height of the proposal.
    #[n(2)]
    pub at: Height,
    /// Block time of the proposal.
    #[n(3)]
    pub time: UnixMillis,
    /// The encoded action; [`crate::control::Action::proposed`] reads it.
    #[n(4)]
    #[cbor(with = "minicbor::bytes")]
    pub action: Vec<u8>,
}

impl Proposal {
    /// From this block time on it can no longer be approved.
    pub fn lapses(&self) -> UnixMillis {
        self.time.plus(PROPOSAL_MILLIS)
    }
}

/// What genesis decided; the policy as it was last changed.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Founding {
    /// The hospital's name.
    #[n(0)]
    pub hospital: String,
    /// Whether this is a demo chain.
    #[n(1)]
    pub demo: bool,
    /// Policy.
    #[n(2)]
    pub policy: Policy,
    /// Validators.
    #[n(3)]
    pub validators: Vec<Validator>,
}
