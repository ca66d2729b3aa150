//! Control transactions: the few entries that every client replays (design §4, `docs/spec/control.md`).
//!
//! A transaction is a COSE_Sign whose payload is one [`Transaction`]. Each signer's transactions are
//! numbered, so none can be replayed after it was undone.

use crate::codec::{self, CodecError, tagged_hash};
use crate::cose::Sign;
use crate::keys::{PublicKey, Signature, SigningKey};
use crate::limits::*;
use crate::{
    AgreementId, Category, ChainId, DeviceId, Epoch, Generation, Hash, KeyId, PatientId, Role, StreamId,
    TeamId, UnixMillis,
};

/// A person or a hub with its keys, as it asks to be enrolled.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Enrolment {
    /// The person's display name, or the hub's. Professionals are named on the control lane; patients never.
    #[n(0)]
    pub name: String,
    /// What the key is enrolled as.
    #[n(1)]
    pub role: Role,
    /// Signs records and transactions.
    #[n(2)]
    pub sign: PublicKey,
    /// Recipient string that key envelopes are sealed to.
    #[n(3)]
    pub reading: String,
    /// Authenticates connections. Apart from the signing key, so TLS never signs with it.
    #[n(4)]
    pub transport: PublicKey,
}

impl Enrolment {
    /// The message that the enrolled key signs to prove that its holder has it.
    pub fn possession_message(&self) -> Vec<u8> {
        let mut out = b"wardlight/possession/1".to_vec();
        out.extend_from_slice(&codec::encode(self));
        out
    }

    /// The digest that two people compare out of band before one enrols the other.
    pub fn fingerprint(&self) -> Hash {
        tagged_hash("wardlight/fingerprint/1", &[&codec::encode(self)])
    }
}

/// An enrolment with proof of possession: the content of an enrolment request.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct ProvenEnrolment {
    /// What is asked for.
    #[n(0)]
    pub enrolment: Enrolment,
    /// Signature of [`Enrolment::possession_message`] by the enrolled key.
    #[n(1)]
    pub proof: Signature,
}

impl ProvenEnrolment {
    /// Proves an enrolment with its own key.
    pub fn prove(enrolment: Enrolment, key: &SigningKey) -> Self {
        let proof = key.sign(&enrolment.possession_message());
        Self { enrolment, proof }
    }
}

/// One validator of the chain: a gateway.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Validator {
    /// Signs headers.
    #[n(0)]
    pub sign: PublicKey,
    /// Authenticates connections.
    #[n(1)]
    pub transport: PublicKey,
    /// Host and port.
    #[n(2)]
    pub address: String,
}

/// What a hospital decided at genesis.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Policy {
    /// Administrators who must sign an enrolment: 1 or 2.
    #[n(0)]
    pub enrolment_signers: u8,
    /// Longest span of one epoch, in hours: 1 to 24.
    #[n(1)]
    pub epoch_hours: u8,
}

/// The first transaction of a chain. Its hash is the chain id.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Genesis {
    /// The hospital's name.
    #[n(0)]
    pub hospital: String,
    /// True for a demo ward: every screen marks it, and nothing of it can enter another chain.
    #[n(1)]
    pub demo: bool,
    /// First administrators.
    #[n(2)]
    pub admins: Vec<ProvenEnrolment>,
    /// Validators in force from height 0.
    #[n(3)]
    pub validators: Vec<Validator>,
    /// Policy.
    #[n(4)]
    pub policy: Policy,
    /// Random, so that two chains with one name differ.
    #[n(5)]
    pub nonce: Hash,
}

/// Why a key was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum RevocationReason {
    /// The person left or changed duties.
    #[n(0)]
    Left,
    /// The workstation or key was lost or stolen.
    #[n(1)]
    Lost,
    /// The key was replaced by a new one.
    #[n(2)]
    Replaced,
    /// Misuse.
    #[n(3)]
    Misuse,
}

/// Whom an agreement lets read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Holder {
    /// Each member of a care team.
    #[n(0)]
    Team(#[n(0)] TeamId),
    /// One key.
    #[n(1)]
    Key(#[n(0)] KeyId),
}

/// A set of categories.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct Categories(#[n(0)] u16);

impl Categories {
    /// The set of these categories.
    pub fn of(categories: &[Category]) -> Self {
        Self(categories.iter().fold(0, |bits, category| bits | (1 << category.code())))
    }

    /// Every category.
    pub fn all() -> Self {
        Self::of(&Category::ALL)
    }

    /// Whether one is in the set.
    pub fn contains(self, category: Category) -> bool {
        self.0 & (1 << category.code()) != 0
    }

    /// The categories of the set, in order of their code.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| self.contains(*category))
    }

    /// Whether there is at least one and no unknown bit.
    pub fn is_valid(self) -> bool {
        self.0 != 0 && self.0 & !Self::all().0 == 0
    }
}

/// What an agreement is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(index_only)]
pub enum Purpose {
    /// Care of this patient.
    #[n(0)]
    Treatment,
    /// Research; must have an end.
    #[n(1)]
    Research,
    /// Care by family or a caregiver.
    #[n(2)]
    Caregiving,
}

/// The paper's *intelligent agreement*: a signed consent with scope, holder, purpose and end.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Agreement {
    /// Random id.
    #[n(0)]
    pub id: AgreementId,
    /// The patient who agrees.
    #[n(1)]
    pub patient: PatientId,
    /// Who may read.
    #[n(2)]
    pub holder: Holder,
    /// What may be read.
    #[n(3)]
    pub categories: Categories,
    /// What for.
    #[n(4)]
    pub purpose: Purpose,
    /// In force from this block time on.
    #[n(5)]
    pub from: UnixMillis,
    /// No longer in force from this block time on; none is open-ended.
    #[n(6)]
    pub until: Option<UnixMillis>,
}

/// A patient as a hub asks to have it registered: pseudonym, the patient's own key and the hub that carries out its
/// agreements.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Registration {
    /// Random pseudonym.
    #[n(0)]
    pub patient: PatientId,
    /// Signs the patient's agreements.
    #[n(1)]
    pub sign: PublicKey,
    /// The patient's hub.
    #[n(2)]
    pub hub: KeyId,
    /// Signature of [`Registration::possession_message`] by the patient's key.
    #[n(3)]
    pub proof: Signature,
}

impl Registration {
    /// The message that the patient's key signs for one chain.
    pub fn possession_message(
        chain: &ChainId,
        patient: &PatientId,
        sign: &PublicKey,
        hub: &KeyId,
    ) -> Vec<u8> {
        let mut out = b"wardlight/registration/1".to_vec();
        out.extend_from_slice(chain.as_bytes());
        out.extend_from_slice(patient.as_bytes());
        out.extend_from_slice(sign.as_bytes());
        out.extend_from_slice(hub.as_bytes());
        out
    }

    /// Proves a registration with the patient's key.
    pub fn prove(chain: &ChainId, patient: PatientId, key: &SigningKey, hub: KeyId) -> Self {
        let sign = key.public();
        let proof = key.sign(&Self::possession_message(chain, &patient, &sign, &hub));
        Self { patient, sign, hub, proof }
    }
}

/// What a stream is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Subject {
    /// One category of one patient.
    #[n(0)]
    Patient(#[n(0)] PatientId, #[n(1)] Category),
    /// Key envelopes for one reader.
    #[n(1)]
    Mailbox(#[n(0)] KeyId),
}

/// A new span in which the readers of one patient and category do not change.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct GenerationOpening {
    /// Patient.
    #[n(0)]
    pub patient: PatientId,
    /// Category.
    #[n(1)]
    pub category: Category,
    /// One more than the last; the first is 0.
    #[n(2)]
    pub generation: Generation,
    /// SHA-256 commitment to the generation secret, which every reader checks.
    #[n(3)]
    pub commitment: Hash,
    /// Keys that are granted this generation, ascending. Each needs an agreement in force.
    #[n(4)]
    pub readers: Vec<KeyId>,
    /// RFC 6962 root over the SHA-256 of each reader's envelope, in the order of `readers`.
    #[n(5)]
    pub grants_root: Hash,
}

/// A new epoch within the generation in force.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct EpochOpening {
    /// Patient.
    #[n(0)]
    pub patient: PatientId,
    /// Category.
    #[n(1)]
    pub category: Category,
    /// The generation in force.
    #[n(2)]
    pub generation: Generation,
    /// One more than the last; the first is 0. Counts across generations.
    #[n(3)]
    pub epoch: Epoch,
    /// age recipient for documents.
    #[n(4)]
    pub recipient: String,
    /// SHA-256(label ‖ epoch secret).
    #[n(5)]
    pub commitment: Hash,
    /// The epoch secret wrapped under the generation secret.
    #[n(6)]
    #[cbor(with = "minicbor::bytes")]
    pub wrapped: Vec<u8>,
}

/// What a transaction does.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Action {
    /// Starts a chain; only at height 0.
    #[n(0)]
    Genesis(#[n(0)] Genesis),
    /// Enrols a key. Signed by administrators.
    #[n(1)]
    Enrol(#[n(0)] ProvenEnrolment),
    /// Revokes a key, from this block on. Signed by an administrator, or by the key itself.
    #[n(2)]
    Revoke(#[n(0)] KeyId, #[n(1)] RevocationReason),
    /// Creates a care team. Signed by an administrator.
    #[n(3)]
    CreateTeam(#[n(0)] TeamId, #[n(1)] String),
    /// Puts a key into a team. Signed by administrators.
    #[n(4)]
    JoinTeam(#[n(0)] TeamId, #[n(1)] KeyId),
    /// Takes a key out of a team. Signed by an administrator.
    #[n(5)]
    LeaveTeam(#[n(0)] TeamId, #[n(1)] KeyId),
    /// Registers a patient. Signed by an administrator; the patient's own key proves itself in the registration.
    #[n(6)]
    RegisterPatient(#[n(0)] Registration),
    /// Registers a device under the next free short id. Signed by an administrator.
    #[n(7)]
    RegisterDevice(#[n(0)] DeviceId, #[n(1)] String),
    /// Assigns a device to a patient, or to none. Signed by an administrator.
    #[n(8)]
    AssignDevice(#[n(0)] DeviceId, #[n(1)] Option<PatientId>),
    /// Opens a stream under the next free short id. Its signer is its only author.
    #[n(9)]
    OpenStream(#[n(0)] StreamId, #[n(1)] Subject),
    /// Grants an agreement. Signed by the patient's key.
    #[n(10)]
    GrantAgreement(#[n(0)] Agreement),
    /// Revokes an agreement. Signed by the patient's key.
    #[n(11)]
    RevokeAgreement(#[n(0)] AgreementId),
    /// Opens a generation. Signed by the patient's hub.
    #[n(12)]
    OpenGeneration(#[n(0)] GenerationOpening),
    /// Grants the generation in force, or an earlier one, to more readers. Signed by the patient's hub.
    #[n(13)]
    GrantGeneration(
        #[n(0)] PatientId,
        #[n(1)] Category,
        #[n(2)] Generation,
        #[n(3)] Vec<KeyId>,
        #[n(4)] Hash,
    ),
    /// Opens an epoch. Signed by the patient's hub.
    #[n(14)]
    OpenEpoch(#[n(0)] EpochOpening),
}

/// The signed payload.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Transaction {
    /// Number of this transaction among those of its first-named author, from 0 without gaps.
    #[n(0)]
    pub number: u64,
    /// The key whose numbering this is; it must be among the signers. Absent only in genesis.
    #[n(1)]
    pub author: Option<KeyId>,
    /// When it was made, by its author's clock.
    #[n(2)]
    pub made: UnixMillis,
    /// What it does.
    #[n(3)]
    pub action: Action,
}

/// A control transaction as it arrived: parsed, no signature checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedTransaction {
    bytes: Vec<u8>,
    cose: Sign,
    transaction: Transaction,
}

impl SignedTransaction {
    /// Signs a transaction with each of `keys` for `chain`; genesis is signed for the zero chain.
    pub fn sign(keys: &[&SigningKey], chain: &ChainId, transaction: Transaction) -> Self {
        let cose = Sign::seal(keys, &external(chain), codec::encode(&transaction));
        Self { bytes: cose.to_bytes(), cose, transaction }
    }

    /// The same with one more signature.
    pub fn countersign(&self, key: &SigningKey, chain: &ChainId) -> Self {
        let cose = self.cose.countersign(key, &external(chain));
        Self { bytes: cose.to_bytes(), cose, transaction: self.transaction.clone() }
    }

    /// Parses a transaction.
    ///
    /// # Errors
    /// [`CodecError`] for anything but the one accepted shape within its bounds.
    pub fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let cose = Sign::parse(bytes, MAX_CONTROL_BYTES)?;
        let transaction: Transaction = codec::decode(&cose.payload, MAX_CONTROL_BYTES)?;
        bounds::check(&transaction.action)?;
        Ok(Self { bytes: bytes.to_vec(), cose, transaction })
    }

    /// The bytes that travelled.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The content, still unchecked.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Who signed, ascending.
    pub fn signers(&self) -> &[(KeyId, Signature)] {
        &self.cose.signers
    }

    /// Hash of the signed payload, without signatures, so that it names one decision.
    pub fn hash(&self) -> Hash {
        tagged_hash("wardlight/control/1", &[&self.cose.payload])
    }

    /// The bytes each signature covers.
    pub fn message(&self, chain: &ChainId) -> Vec<u8> {
        crate::cose::sign_message(&external(chain), &self.cose.payload)
    }
}

/// The chain id that a genesis transaction founds.
pub fn chain_id(genesis: &SignedTransaction) -> ChainId {
    ChainId::from_bytes(*genesis.hash().as_bytes())
}

/// The chain that genesis itself is signed for.
pub const NO_CHAIN: ChainId = ChainId::from_bytes([0; 32]);

fn external(chain: &ChainId) -> Vec<u8> {
    let mut out = b"wardlight/control/1".to_vec();
    out.extend_from_slice(chain.as_bytes());
    out
}

mod bounds;
