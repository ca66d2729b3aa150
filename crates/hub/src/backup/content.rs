//! What a backup holds: the vault, the enrolment answer, patients and their key files, and every secret.

use crate::store::{self, SecretPlace, StoreError, Tx};
use minicbor::{Decoder, Encoder};
use wl_ledger::{Category, Epoch, Generation, PatientId};
use wl_seal::Vault;
use wl_wire::identity::Identity;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const MAX_PATIENTS: u64 = 4096;
const MAX_FILES: u64 = 65_536;
const MAX_SECRETS: u64 = 1_000_000;
/// Room for one secret with its place.
const SECRET_BYTES: usize = 80;

/// A patient as a backup keeps it.
struct KeptPatient {
    /// Pseudonym.
    patient: PatientId,
    /// Who it is.
    identity: Identity,
    /// How often devices send, in milliseconds.
    interval: i64,
}

/// The content of a backup.
pub struct Content {
    vault: Zeroizing<Vec<u8>>,
    /// The enrolment answer.
    pub(super) answer: String,
    patients: Vec<KeptPatient>,
    secrets: Vec<(SecretPlace, Zeroizing<[u8; 32]>)>,
    /// Key files of patients and guardians, as they are: behind their passphrases.
    pub(super) consent: Vec<(String, Vec<u8>)>,
}

impl Content {
    /// Reads everything out of a store. Call it in one transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn gather(
        tx: &mut Tx<'_>,
        vault: &Vault,
        answer: String,
        consent: Vec<(String, Vec<u8>)>,
    ) -> Result<Self, StoreError> {
        let patients = store::intake::patients(tx).await?;
        let kept = |row: store::PatientRow| KeptPatient {
            patient: row.patient,
            identity: row.identity,
            interval: row.interval,
        };
        Ok(Self {
            vault: vault.to_content().ok_or(StoreError::Damaged("vault"))?,
            answer,
            patients: patients.into_iter().map(kept).collect(),
            secrets: store::secrets::all(tx).await?,
            consent,
        })
    }

    /// The vault inside.
    pub fn vault(&self) -> Option<Vault> {
        Vault::from_content(&self.vault)
    }

    /// Puts everything into a store, and the note that tails are to be learnt again. Doing it twice does no harm.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn store(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for kept in &self.patients {
            store::intake::put_patient(tx, &kept.patient, &kept.identity, kept.interval).await?;
        }
        for (place, secret) in &self.secrets {
            store::secrets::keep(tx, place, secret).await?;
        }
        store::restored::begin(tx).await
    }

    /// `{0: version, 1: vault, 2: answer, 3: [[patient, identity, interval]…], 4: [[patient, category, generation,
    /// epoch or null, secret]…], 5: [[name, file]…]}`, in one buffer that is wiped.
    pub(super) fn encode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let files: usize = self.consent.iter().map(|(name, file)| name.len() + file.len() + 16).sum();
        let room = 4096 + self.answer.len() + files + self.secrets.len() * SECRET_BYTES;
        let mut out = Zeroizing::new(Vec::with_capacity(room + self.patients.len() * 1024));
        let mut cbor = Encoder::new(&mut *out);
        cbor.map(6).ok()?.u8(0).ok()?.u8(VERSION).ok()?;
        cbor.u8(1).ok()?.bytes(&self.vault).ok()?.u8(2).ok()?.str(&self.answer).ok()?;
        cbor.u8(3).ok()?.array(count(self.patients.len())?).ok()?;
        for kept in &self.patients {
            let identity = kept.identity.to_bytes();
            cbor.array(3).ok()?.encode(kept.patient).ok()?.bytes(&identity).ok()?.i64(kept.interval).ok()?;
        }
        cbor.u8(4).ok()?.array(count(self.secrets.len())?).ok()?;
        for (place, secret) in &self.secrets {
            cbor.array(5).ok()?.encode(place.patient).ok()?.encode(place.category).ok()?;
            cbor.encode(place.generation).ok()?.encode(place.epoch).ok()?.bytes(&**secret).ok()?;
        }
        cbor.u8(5).ok()?.array(count(self.consent.len())?).ok()?;
        for (name, file) in &self.consent {
            cbor.array(2).ok()?.str(name).ok()?.bytes(file).ok()?;
        }
        Some(out)
    }

    /// Reads what [`Self::encode`] wrote, and nothing else.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut cbor = Decoder::new(bytes);
        (cbor.map().ok()?? == 6).then_some(())?;
        key(&mut cbor, 0)?;
        (cbor.u8().ok()? == VERSION).then_some(())?;
        key(&mut cbor, 1)?;
        let vault = Zeroizing::new(cbor.bytes().ok()?.to_vec());
        key(&mut cbor, 2)?;
        let answer = cbor.str().ok()?.to_owned();
        key(&mut cbor, 3)?;
        let patients = list(&mut cbor, MAX_PATIENTS, patient)?;
        key(&mut cbor, 4)?;
        let secrets = list(&mut cbor, MAX_SECRETS, secret)?;
        key(&mut cbor, 5)?;
        let consent = list(&mut cbor, MAX_FILES, |cbor| {
            (cbor.array().ok()?? == 2).then_some(())?;
            Some((cbor.str().ok()?.to_owned(), cbor.bytes().ok()?.to_vec()))
        })?;
        let content = Self { vault, answer, patients, secrets, consent };
        // One encoding per content: what does not come out again the same is not ours.
        (content.encode()?.as_slice() == bytes).then_some(content)
    }
}

fn patient(cbor: &mut Decoder<'_>) -> Option<KeptPatient> {
    (cbor.array().ok()?? == 3).then_some(())?;
    let patient = cbor.decode().ok()?;
    let identity = Identity::parse(cbor.bytes().ok()?).ok()?;
    Some(KeptPatient { patient, identity, interval: cbor.i64().ok()? })
}

fn secret(cbor: &mut Decoder<'_>) -> Option<(SecretPlace, Zeroizing<[u8; 32]>)> {
    (cbor.array().ok()?? == 5).then_some(())?;
    let patient: PatientId = cbor.decode().ok()?;
    let category: Category = cbor.decode().ok()?;
    let generation: Generation = cbor.decode().ok()?;
    let epoch: Option<Epoch> = cbor.decode().ok()?;
    let secret = Zeroizing::new(<[u8; 32]>::try_from(cbor.bytes().ok()?).ok()?);
    Some((SecretPlace { patient, category, generation, epoch }, secret))
}

fn list<T>(
    cbor: &mut Decoder<'_>,
    most: u64,
    mut one: impl FnMut(&mut Decoder<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let length = cbor.array().ok()??;
    (length <= most).then_some(())?;
    (0..length).map(|_| one(cbor)).collect()
}

fn count(length: usize) -> Option<u64> {
    u64::try_from(length).ok()
}

fn key(cbor: &mut Decoder<'_>, expected: u8) -> Option<()> {
    (cbor.u8().ok()? == expected).then_some(())
}
