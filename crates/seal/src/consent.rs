//! The key with which a patient, or a guardian for a patient, says who may read: in an age file of its own behind a
//! passphrase that only this person knows. The hub keeps the file and cannot use it.

use minicbor::{Decoder, Encoder};
use wl_ledger::PatientId;
use zeroize::Zeroizing;

use crate::passphrase::Passphrase;
use crate::vault::{SigningSeed, VaultError, WorkFactor, lock, unlock};

const VERSION: u8 = 1;
const CONTENT_BYTES: usize = 64;

/// The seed of a consent key, opened for one signature. Wiped when dropped.
pub struct ConsentKey {
    patient: PatientId,
    seed: SigningSeed,
}

impl ConsentKey {
    /// The key of somebody who signs for a patient.
    pub fn new(patient: PatientId, seed: SigningSeed) -> Self {
        Self { patient, seed }
    }

    /// For whom it signs.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// The seed of the signing key.
    pub fn seed(&self) -> &SigningSeed {
        &self.seed
    }

    /// The key as the bytes of an age file.
    ///
    /// # Errors
    /// [`VaultError::PassphraseTooShort`], [`VaultError::Encryption`].
    pub fn seal(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<Vec<u8>, VaultError> {
        lock(passphrase, work, &self.encode().ok_or(VaultError::Encryption)?)
    }

    /// Opens the bytes of a file that must be about `patient`. Takes as long as the work factor says.
    ///
    /// # Errors
    /// As [`crate::Vault::open`]; [`VaultError::UnknownContent`] also for the key of another patient.
    pub fn open(patient: &PatientId, file: &[u8], passphrase: &Passphrase) -> Result<Self, VaultError> {
        let content = unlock(passphrase, file)?;
        read(&content).filter(|key| key.patient == *patient).ok_or(VaultError::UnknownContent)
    }

    /// `{0: version, 1: patient, 2: seed}`.
    fn encode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(Vec::with_capacity(CONTENT_BYTES));
        let mut cbor = Encoder::new(&mut *out);
        cbor.map(3).ok()?.u8(0).ok()?.u8(VERSION).ok()?;
        cbor.u8(1).ok()?.encode(self.patient).ok()?.u8(2).ok()?.bytes(self.seed.expose()).ok()?;
        Some(out)
    }

    fn decode(content: &[u8]) -> Option<Self> {
        let mut cbor = Decoder::new(content);
        (cbor.map().ok()?? == 3 && cbor.u8().ok()? == 0 && cbor.u8().ok()? == VERSION).then_some(())?;
        let patient = (cbor.u8().ok()? == 1).then(|| cbor.decode().ok())??;
        let seed = (cbor.u8().ok()? == 2).then(|| cbor.bytes().ok()?.try_into().ok())??;
        Some(Self { patient, seed: SigningSeed::from_bytes(seed) })
    }
}

/// One encoding per content: what does not come out again the same is not ours.
fn read(content: &[u8]) -> Option<ConsentKey> {
    let key = ConsentKey::decode(content)?;
    (key.encode()?.as_slice() == content).then_some(key)
}

#[cfg(feature = "content")]
pub(crate) fn content_is_ours(content: &[u8]) -> bool {
    read(content).is_some()
}
