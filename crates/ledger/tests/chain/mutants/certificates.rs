//! Certificates that do not certify.

use wl_ledger::codec::CodecError;
use wl_ledger::fixtures::key;
use wl_ledger::header::{Certificate, CertificateError};
use wl_ledger::keys::{Signature, SigningKey};
use wl_ledger::limits::MAX_CERTIFICATE_BYTES;
use wl_ledger::verify::VerifyError;
use wl_ledger::{ChainId, Height};

use super::{Choices, Make, Mutant, lane};
use crate::build::Chain;

pub(super) const CLASSES: &[(&str, Make)] = &[
    ("certificate: missing", missing),
    ("certificate: of another header", other_header),
    ("certificate: for another height", other_height),
    ("certificate: for another round", other_round),
    ("certificate: for another chain", other_chain),
    ("certificate: bit flip in a signature", bit_flip),
    ("certificate: S + L", malleated),
    ("certificate: unsorted", unsorted),
    ("certificate: one signer twice", twice),
    ("certificate: signer that is no validator", stranger),
    ("certificate: stranger's signature under a validator's name", impostor),
    ("certificate: below quorum", below_quorum),
    ("certificate: trailing byte", trailing),
    ("certificate: oversized", oversized),
];

fn height(of: usize) -> Height {
    Height(u64::try_from(of).unwrap())
}

fn with(chain: &Chain, at: usize, bytes: Vec<u8>, source: CertificateError) -> Option<Mutant> {
    let mut item = chain.lane[at].clone();
    item.certificate = Some(bytes.into());
    lane(at, vec![item], VerifyError::Certificate { height: height(at), source })
}

fn honest(chain: &Chain, at: usize) -> Certificate {
    Certificate::parse(chain.lane[at].certificate.as_ref().unwrap()).unwrap()
}

fn first_fails(certificate: &Certificate) -> CertificateError {
    CertificateError::Signature(certificate.signatures[0].0)
}

fn missing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut items = chain.lane[at..].to_vec();
    items.last_mut()?.certificate = None;
    lane(at, items, VerifyError::CertificateMissing { height: height(at) })
}

fn other_header(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let (at, other) = (choices.below(chain.len())?, choices.below(chain.len())?);
    let certificate = honest(chain, other);
    (at != other).then(|| with(chain, at, certificate.to_bytes(), first_fails(&certificate)))?
}

fn signed(chain: &Chain, at: usize, id: ChainId, of: Height, round: u32) -> Certificate {
    let keys: Vec<&SigningKey> = chain.validators.iter().collect();
    Certificate::sign(&keys, &id, of, round, &chain.header_id(at))
}

fn other_height(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let other = Height(height(at).0 + 1 + u64::try_from(choices.below(1000)?).unwrap());
    let certificate = signed(chain, at, chain.id(), other, 0);
    with(chain, at, certificate.to_bytes(), first_fails(&certificate))
}

fn other_round(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut certificate = honest(chain, at);
    certificate.round = 1 + u32::try_from(choices.below(1000)?).unwrap();
    with(chain, at, certificate.to_bytes(), first_fails(&certificate))
}

fn other_chain(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut id = *chain.id().as_bytes();
    choices.flip(&mut id)?;
    let certificate = signed(chain, at, ChainId::from_bytes(id), height(at), 0);
    with(chain, at, certificate.to_bytes(), first_fails(&certificate))
}

fn bit_flip(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut certificate = honest(chain, at);
    let which = choices.below(certificate.signatures.len())?;
    let (signer, signature) = &mut certificate.signatures[which];
    let mut bytes = *signature.as_bytes();
    choices.flip(&mut bytes)?;
    *signature = Signature::from_bytes(bytes);
    let source = CertificateError::Signature(*signer);
    with(chain, at, certificate.to_bytes(), source)
}

fn malleated(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut certificate = honest(chain, at);
    let which = choices.below(certificate.signatures.len())?;
    let (signer, signature) = &mut certificate.signatures[which];
    *signature = crate::malleate(signature);
    let source = CertificateError::Signature(*signer);
    with(chain, at, certificate.to_bytes(), source)
}

fn unsorted(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut certificate = honest(chain, at);
    let which = choices.below(certificate.signatures.len() - 1)?;
    certificate.signatures.swap(which, which + 1);
    with(chain, at, certificate.to_bytes(), CertificateError::Unsorted)
}

fn twice(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut certificate = honest(chain, at);
    let which = choices.below(certificate.signatures.len())?;
    let copy = certificate.signatures[which];
    certificate.signatures.insert(which, copy);
    with(chain, at, certificate.to_bytes(), CertificateError::Unsorted)
}

fn stranger(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    // An administrator is enrolled and yet no validator.
    let stranger = key(if choices.below(2)? == 0 { "stranger" } else { "admin" });
    let certificate = Certificate::sign(&[&stranger], &chain.id(), height(at), 0, &chain.header_id(at));
    with(chain, at, certificate.to_bytes(), CertificateError::NotAValidator(stranger.id()))
}

fn impostor(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let forged = Certificate::sign(&[&key("stranger")], &chain.id(), height(at), 0, &chain.header_id(at));
    let mut certificate = honest(chain, at);
    certificate.signatures[0].1 = forged.signatures[0].1;
    with(chain, at, certificate.to_bytes(), first_fails(&certificate))
}

fn below_quorum(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let need = chain.validators.len() * 2 / 3 + 1;
    let got = choices.below(need)?;
    let mut certificate = honest(chain, at);
    while certificate.signatures.len() > got {
        let which = choices.below(certificate.signatures.len())?;
        certificate.signatures.remove(which);
    }
    with(chain, at, certificate.to_bytes(), CertificateError::NoQuorum { need, got })
}

fn trailing(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let mut bytes = honest(chain, at).to_bytes();
    bytes.push(u8::try_from(choices.below(256)?).unwrap());
    with(chain, at, bytes, CertificateError::Malformed(CodecError::NotCanonical))
}

fn oversized(chain: &Chain, choices: &mut Choices<'_>) -> Option<Mutant> {
    let at = choices.below(chain.len())?;
    let len = MAX_CERTIFICATE_BYTES + 1 + choices.below(1000)?;
    let source = CodecError::TooLarge { len, max: MAX_CERTIFICATE_BYTES };
    with(chain, at, vec![0; len], CertificateError::Malformed(source))
}
