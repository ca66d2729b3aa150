//! The key envelope: a generation secret in an age file to one reader.

use minicbor::{Decoder, Encoder};
use wl_ledger::Hash;
use zeroize::Zeroizing;

use crate::age_file::{self, Sort};
use crate::context::GenerationContext;
use crate::generation::GenerationSecret;
use crate::identity::ReadingIdentity;
use crate::recipient::Recipient;
use crate::{SealError, Sealed};

/// Largest envelope in bytes; about 500 in use.
pub const MAX_ENVELOPE_BYTES: usize = 4096;

const VERSION: u8 = 1;

/// Seals a generation secret to one reader. The context is repeated inside, because age does not
/// authenticate who wrote a file or where it belongs; the record around it is signed.
///
/// # Errors
/// [`SealError::Recipient`] if the recipient is of a kind this version cannot seal to.
pub fn seal_envelope(
    recipient: &Recipient,
    context: &GenerationContext,
    secret: &GenerationSecret,
) -> Result<Vec<u8>, SealError> {
    let content = encode(context, secret)?;
    age_file::encrypt(&[recipient.age()?], &[&content]).ok_or(SealError::Derivation)
}

/// Opens an envelope and checks what is inside against where it was found and what the ledger's
/// `generation-open` committed to.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Malformed`], [`SealError::Refused`] if it is for another
/// reader or was changed, [`SealError::Content`], [`SealError::Context`] if it was moved here,
/// [`SealError::GenerationCommitment`] if the hub put another secret into it.
pub fn open_envelope(
    identity: &ReadingIdentity,
    context: &GenerationContext,
    commitment: &Hash,
    envelope: &[u8],
) -> Result<GenerationSecret, SealError> {
    let (found, secret) = unseal(identity, envelope)?;
    if let Some(field) = context.difference(&found) {
        return Err(SealError::Context { what: Sealed::Envelope, field });
    }
    secret.check(context, commitment)?;
    Ok(secret)
}

/// Opens an envelope from a mailbox, where only the content says which patient, category and
/// generation it is for. `commitment_of` looks up what the ledger committed to for what is claimed;
/// `None` means that the ledger knows no such generation.
///
/// # Errors
/// As [`open_envelope`]; [`SealError::Context`] when the ledger knows no such generation.
pub fn open_mailed_envelope(
    identity: &ReadingIdentity,
    commitment_of: impl FnOnce(&GenerationContext) -> Option<Hash>,
    envelope: &[u8],
) -> Result<(GenerationContext, GenerationSecret), SealError> {
    let (found, secret) = unseal(identity, envelope)?;
    let unknown = SealError::Context { what: Sealed::Envelope, field: "generation" };
    let commitment = commitment_of(&found).ok_or(unknown)?;
    secret.check(&found, &commitment)?;
    Ok((found, secret))
}

fn unseal(
    identity: &ReadingIdentity,
    envelope: &[u8],
) -> Result<(GenerationContext, GenerationSecret), SealError> {
    if envelope.len() > MAX_ENVELOPE_BYTES {
        let (what, limit, got) = (Sealed::Envelope, MAX_ENVELOPE_BYTES, envelope.len());
        return Err(SealError::TooLarge { what, limit, got });
    }
    let content = age_file::decrypt(identity.age(), envelope, Sort::OneReader)
        .map_err(|fault| fault.concerning(Sealed::Envelope))?;
    read(&content)
}

/// One encoding per content: what does not come out again the same is not ours.
fn read(content: &[u8]) -> Result<(GenerationContext, GenerationSecret), SealError> {
    let (found, secret) = decode(content).ok_or(SealError::Content(Sealed::Envelope))?;
    if encode(&found, &secret)?.as_slice() != content {
        return Err(SealError::Content(Sealed::Envelope));
    }
    Ok((found, secret))
}

#[cfg(feature = "content")]
pub(crate) fn content_is_ours(content: &[u8]) -> bool {
    read(content).is_ok()
}

fn encode(context: &GenerationContext, secret: &GenerationSecret) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut out = Zeroizing::new(Vec::with_capacity(128));
    let mut write = || -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        let mut cbor = Encoder::new(&mut *out);
        cbor.map(6)?.u8(0)?.u8(VERSION)?;
        write_context(&mut cbor, context)?;
        cbor.u8(5)?.bytes(secret.expose())?;
        Ok(())
    };
    write().map_err(|_| SealError::Content(Sealed::Envelope))?;
    Ok(out)
}

fn decode(content: &[u8]) -> Option<(GenerationContext, GenerationSecret)> {
    let mut cbor = Decoder::new(content);
    (cbor.map().ok()?? == 6).then_some(())?;
    key(&mut cbor, 0)?;
    (cbor.u8().ok()? == VERSION).then_some(())?;
    let context = read_context(&mut cbor)?;
    key(&mut cbor, 5)?;
    let secret = <[u8; 32]>::try_from(cbor.bytes().ok()?).ok()?;
    Some((context, GenerationSecret::from_bytes(secret)))
}

/// The place of a generation as the fields 1 to 4 of a map.
pub(crate) fn write_context<W: minicbor::encode::Write>(
    cbor: &mut Encoder<W>,
    context: &GenerationContext,
) -> Result<(), minicbor::encode::Error<W::Error>> {
    cbor.u8(1)?.encode(context.chain)?.u8(2)?.encode(context.patient)?;
    cbor.u8(3)?.encode(context.category)?.u8(4)?.encode(context.generation)?;
    Ok(())
}

/// Reads what [`write_context`] wrote.
pub(crate) fn read_context(cbor: &mut Decoder<'_>) -> Option<GenerationContext> {
    key(cbor, 1)?;
    let chain = cbor.decode().ok()?;
    key(cbor, 2)?;
    let patient = cbor.decode().ok()?;
    key(cbor, 3)?;
    let category = cbor.decode().ok()?;
    key(cbor, 4)?;
    let generation = cbor.decode().ok()?;
    Some(GenerationContext { chain, patient, category, generation })
}

fn key(cbor: &mut Decoder<'_>, expected: u8) -> Option<()> {
    (cbor.u8().ok()? == expected).then_some(())
}
