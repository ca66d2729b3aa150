//! The content of a vault: canonical CBOR, written into one wiped buffer that never grows.

use std::collections::BTreeMap;

use minicbor::{Decoder, Encoder};
use wl_ledger::PatientId;
use zeroize::Zeroizing;

use super::{DatabaseKey, MAX_PATIENTS, SigningSeed, TransportSeed, Vault};
use crate::identity::ReadingIdentity;

const VERSION: u8 = 1;
const FIXED_BYTES: usize = 256;
const PATIENT_BYTES: usize = 1 + 17 + 34;

/// `{0: version, 1: signing, 2: reading, 3: transport, 4: database, 5: [[patient, seed], …]}`.
pub(super) fn encode(vault: &Vault) -> Option<Zeroizing<Vec<u8>>> {
    let patients = vault.patients.len();
    let mut out = Zeroizing::new(Vec::with_capacity(FIXED_BYTES + patients * PATIENT_BYTES));
    let mut cbor = Encoder::new(&mut *out);
    cbor.map(6).ok()?.u8(0).ok()?.u8(VERSION).ok()?;
    let keys = [
        (1, vault.signing.expose()),
        (2, vault.reading.expose()),
        (3, vault.transport.expose()),
        (4, vault.database.expose()),
    ];
    for (key, secret) in keys {
        cbor.u8(key).ok()?.bytes(secret).ok()?;
    }
    cbor.u8(5).ok()?.array(u64::try_from(patients).ok()?).ok()?;
    for (patient, seed) in &vault.patients {
        cbor.array(2).ok()?.encode(patient).ok()?.bytes(seed.expose()).ok()?;
    }
    Some(out)
}

/// Reads what [`encode`] wrote; the caller compares the re-encoding.
pub(super) fn decode(content: &[u8]) -> Option<Vault> {
    let mut cbor = Decoder::new(content);
    (cbor.map().ok()?? == 6).then_some(())?;
    (cbor.u8().ok()? == 0 && cbor.u8().ok()? == VERSION).then_some(())?;
    let signing = SigningSeed::from_bytes(secret(&mut cbor, 1)?);
    let reading = ReadingIdentity::from_bytes(secret(&mut cbor, 2)?).ok()?;
    let transport = TransportSeed::from_bytes(secret(&mut cbor, 3)?);
    let database = DatabaseKey::from_bytes(secret(&mut cbor, 4)?);
    let patients = patients(&mut cbor)?;
    Some(Vault { signing, reading, transport, database, patients })
}

fn secret(cbor: &mut Decoder<'_>, key: u8) -> Option<[u8; 32]> {
    (cbor.u8().ok()? == key).then_some(())?;
    cbor.bytes().ok()?.try_into().ok()
}

fn patients(cbor: &mut Decoder<'_>) -> Option<BTreeMap<PatientId, SigningSeed>> {
    (cbor.u8().ok()? == 5).then_some(())?;
    let count = usize::try_from(cbor.array().ok()??).ok()?;
    (count <= MAX_PATIENTS).then_some(())?;
    let mut patients = BTreeMap::new();
    for _ in 0..count {
        (cbor.array().ok()?? == 2).then_some(())?;
        let patient = cbor.decode().ok()?;
        let seed = <[u8; 32]>::try_from(cbor.bytes().ok()?).ok()?;
        patients.insert(patient, SigningSeed::from_bytes(seed));
    }
    Some(patients)
}
