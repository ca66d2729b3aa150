//! People and hubs: how they ask to be enrolled, and why a key is revoked.

use crate::Hash;
use crate::Role;
use crate::codec::{self, tagged_hash};
use crate::keys::{PublicKey, Signature, SigningKey};

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
