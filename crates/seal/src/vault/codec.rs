//! The content of a vault: canonical CBOR, written into one wiped buffer that never grows.

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::{DatabaseKey, SigningSeed, TransportSeed, Vault};
use crate::identity::ReadingIdentity;

const VERSION: u8 = 1;
const CONTENT_BYTES: usize = 256;

/// `{0: version, 1: signing, 2: reading, 3: transport, 4: database}`.
pub(super) fn encode(vault: &Vault) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(CONTENT_BYTES));
    let mut cbor = Encoder::new(&mut *out);
    cbor.map(5).ok()?.u8(0).ok()?.u8(VERSION).ok()?;
    let keys = [
        (1, vault.signing.expose()),
        (2, vault.reading.expose()),
        (3, vault.transport.expose()),
        (4, vault.database.expose()),
    ];
    for (key, secret) in keys {
        cbor.u8(key).ok()?.bytes(secret).ok()?;
    }
    Some(out)
}

/// Reads what [`encode`] wrote; the caller compares the re-encoding.
pub(super) fn decode(content: &[u8]) -> Option<Vault> {
    let mut cbor = Decoder::new(content);
    (cbor.map().ok()?? == 5).then_some(())?;
    (cbor.u8().ok()? == 0 && cbor.u8().ok()? == VERSION).then_some(())?;
    let signing = SigningSeed::from_bytes(secret(&mut cbor, 1)?);
    let reading = ReadingIdentity::from_bytes(secret(&mut cbor, 2)?).ok()?;
    let transport = TransportSeed::from_bytes(secret(&mut cbor, 3)?);
    let database = DatabaseKey::from_bytes(secret(&mut cbor, 4)?);
    Some(Vault { signing, reading, transport, database })
}

fn secret(cbor: &mut Decoder<'_>, key: u8) -> Option<[u8; 32]> {
    (cbor.u8().ok()? == key).then_some(())?;
    cbor.bytes().ok()?.try_into().ok()
}
