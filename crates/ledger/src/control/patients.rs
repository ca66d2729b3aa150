//! Patients and those who may sign for them.

use crate::keys::{PublicKey, Signature, SigningKey};
use crate::{ChainId, KeyId, PatientId};

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

/// Somebody who may sign what the patient may, but for guardians.
#[derive(Clone, Copy, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Guardian {
    /// The guardian's key.
    #[n(0)]
    pub sign: PublicKey,
    /// Signature of [`Guardian::possession_message`] by it.
    #[n(1)]
    pub proof: Signature,
}

impl Guardian {
    /// The message that the guardian's key signs for one patient of one chain.
    pub fn possession_message(chain: &ChainId, patient: &PatientId, sign: &PublicKey) -> Vec<u8> {
        let mut out = b"wardlight/guardian/1".to_vec();
        out.extend_from_slice(chain.as_bytes());
        out.extend_from_slice(patient.as_bytes());
        out.extend_from_slice(sign.as_bytes());
        out
    }

    /// Proves that the holder of the key takes the duty on.
    pub fn prove(chain: &ChainId, patient: &PatientId, key: &SigningKey) -> Self {
        let sign = key.public();
        Self { sign, proof: key.sign(&Self::possession_message(chain, patient, &sign)) }
    }
}
