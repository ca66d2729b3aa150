//! Control transactions: the few entries that every client replays (design §4, `docs/spec/control.md`).
//!
//! A transaction is a COSE_Sign whose payload is one [`Transaction`]. Each signer's transactions are
//! numbered, so none can be replayed after it was undone.

mod agreements;
mod bounds;
mod erasure;
mod founding;
mod patients;
mod people;
mod streams;

pub use agreements::*;
pub use erasure::*;
pub use founding::*;
pub use patients::*;
pub use people::*;
pub use streams::*;

use crate::codec::{self, CodecError, tagged_hash};
use crate::cose::Sign;
use crate::keys::{Signature, SigningKey};
use crate::limits::MAX_CONTROL_BYTES;
use crate::{
    AgreementId, Category, ChainId, DeviceId, Generation, Hash, KeyId, PatientId, Role, StreamId, TeamId,
    UnixMillis,
};

/// What a transaction does.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Action {
    /// Starts a chain; only at height 0.
    #[n(0)]
    Genesis(#[n(0)] Genesis),
    /// Enrols a person with its first key. Signed by administrators.
    #[n(1)]
    Enrol(#[n(0)] ProvenEnrolment),
    /// Revokes a key, from this block on. Signed by an administrator, or by the key itself.
    #[n(2)]
    Revoke(#[n(0)] KeyId, #[n(1)] RevocationReason),
    /// Creates a care team. Signed by an administrator.
    #[n(3)]
    CreateTeam(#[n(0)] TeamId, #[n(1)] String),
    /// Puts a person into a team. Signed by administrators.
    #[n(4)]
    JoinTeam(#[n(0)] TeamId, #[n(1)] KeyId),
    /// Takes a person out of a team. Signed by an administrator.
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
    /// Grants an agreement. Signed by the patient or a guardian.
    #[n(10)]
    GrantAgreement(#[n(0)] Agreement),
    /// Revokes an agreement. Signed by the patient or a guardian; by who passed it on; in an emergency by who asked.
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
    /// Gives a person a further workstation. Signed by the person and by administrators; for a person without a key, by
    /// as many administrators as policy asks for a recovery.
    #[n(15)]
    AddKey(#[n(0)] KeyId, #[n(1)] ProvenEnrolment),
    /// Undoes a revocation from this block on. Signed by administrators.
    #[n(16)]
    Reinstate(#[n(0)] KeyId),
    /// Gives a person another role. Signed by administrators.
    #[n(17)]
    ChangeRole(#[n(0)] KeyId, #[n(1)] Role),
    /// Changes the policy. Signed by as many administrators as the stricter of the two policies asks for.
    #[n(18)]
    SetPolicy(#[n(0)] Policy),
    /// Retires a device for good. Signed by an administrator.
    #[n(19)]
    RetireDevice(#[n(0)] DeviceId),
    /// Leaves an agreement fewer categories or an earlier end. Signed by the patient or a guardian.
    #[n(20)]
    NarrowAgreement(#[n(0)] AgreementId, #[n(1)] Categories, #[n(2)] Option<UnixMillis>),
    /// Passes a part of an agreement on to a caregiver. Signed by its holder.
    #[n(21)]
    DelegateAgreement(#[n(0)] AgreementId, #[n(1)] Agreement),
    /// Consent given at the bedside. Signed by two practitioners.
    #[n(22)]
    RecordConsent(#[n(0)] Agreement),
    /// A disclosure that the law orders. Signed by a privacy officer and an administrator.
    #[n(23)]
    DiscloseLegally(#[n(0)] Agreement, #[n(1)] Hash),
    /// Access in an emergency. Signed by somebody whom policy's roles name.
    #[n(24)]
    BreakGlass(#[n(0)] BreakGlass),
    /// What became of an access in an emergency. Signed by a privacy officer who did not ask for it.
    #[n(25)]
    ReviewBreakGlass(#[n(0)] AgreementId, #[n(1)] Outcome),
    /// Appoints a guardian. Signed by the patient.
    #[n(26)]
    AppointGuardian(#[n(0)] PatientId, #[n(1)] Guardian),
    /// Dismisses a guardian. Signed by the patient or by that guardian.
    #[n(27)]
    DismissGuardian(#[n(0)] PatientId, #[n(1)] KeyId),
    /// Appoints the custodians and how many of them are needed; nobody and 0 for no fallback. Signed by administrators.
    #[n(28)]
    SetCustodians(#[n(0)] u8, #[n(1)] Vec<KeyId>),
    /// Orders to erase. Signed by the patient or a guardian, or by a privacy officer and an administrator.
    #[n(29)]
    Erase(#[n(0)] EraseOrder),
    /// Says what its author erased. Signed by a member or a validator, once each.
    #[n(30)]
    ConfirmErasure(#[n(0)] EraseReceipt),
    /// Closes a stream. Signed by its author or by the hub of the patient it is about.
    #[n(31)]
    CloseStream(#[n(0)] StreamId),
    /// Gives a patient another hub. Signed by administrators; the patient's own key proves itself.
    #[n(32)]
    RehomePatient(#[n(0)] Registration),
    /// Proposes the action that these bytes encode, for others to approve. Signed by one who is needed for it.
    #[n(33)]
    Propose(
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        Vec<u8>,
    ),
    /// Approves the proposal that the transaction of this hash made. Signed by a further person.
    #[n(34)]
    Approve(#[n(0)] Hash),
    /// Ends a proposal. Signed by who made it, or by an administrator.
    #[n(35)]
    Withdraw(#[n(0)] Hash),
    /// Ends a disclosure that the law ordered. Signed as the disclosure is.
    #[n(36)]
    EndDisclosure(#[n(0)] AgreementId),
}

impl Action {
    /// Reads what a proposal carries: one encoded action within its bounds, but none about proposals and no genesis.
    ///
    /// # Errors
    /// [`CodecError::OutOfBounds`], whatever is wrong with it.
    pub fn proposed(bytes: &[u8]) -> Result<Self, CodecError> {
        let refused = CodecError::OutOfBounds { field: "proposal" };
        let action: Self = codec::decode(bytes, MAX_CONTROL_BYTES).map_err(|_| refused.clone())?;
        match action {
            Self::Genesis(_) | Self::Propose(_) | Self::Approve(_) | Self::Withdraw(_) => Err(refused),
            action => bounds::check(&action).map(|()| action).map_err(|_| refused),
        }
    }
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
