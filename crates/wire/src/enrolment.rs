//! The two small files that bring a workstation into a chain (`docs/spec/enrolment.md`).
//!
//! The workstation writes a request with proof of possession; an administrator compares its
//! fingerprint words out of band, enrols the key and hands back an answer. What the workstation
//! trusts, chain id and validators, comes from that answer and never from a gateway.

use crate::messages::CertifiedHeader;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use wl_ledger::codec::{self, CodecError, tagged_hash};
use wl_ledger::control::{ProvenEnrolment, Registration, Validator};
use wl_ledger::{ChainId, Hash, Height};

/// Longest file that is looked at.
pub const MAX_FILE_BYTES: usize = 64 * 1024;

/// What an administrator hands back: everything a workstation trusts at its start.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Answer {
    /// The chain: hash of its genesis transaction.
    #[n(0)]
    pub chain: ChainId,
    /// The hospital's name, for people.
    #[n(1)]
    pub hospital: String,
    /// Whether it is a demo chain.
    #[n(2)]
    pub demo: bool,
    /// A height that the administrator's workstation had verified.
    #[n(3)]
    pub trusted_height: Height,
    /// Id of the header at that height. A chain that shows another one there is not this hospital's.
    #[n(4)]
    pub trusted_header: Hash,
    /// Validators with their addresses and transport keys.
    #[n(5)]
    pub validators: Vec<Validator>,
}

/// Why a file is not accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum FileError {
    /// Not a file of this kind.
    #[error("this is not a Wardlight {0} file")]
    NotThisKind(&'static str),
    /// Damaged in transit.
    #[error("the file is damaged; ask for it again")]
    Damaged,
    /// Too long.
    #[error("the file is too long to be an enrolment file")]
    TooLong,
    /// Its content is not one of our encodings.
    #[error("the file's content is malformed")]
    Malformed(#[from] CodecError),
    /// The proof in a request does not fit its key.
    #[error("the request does not prove possession of its key")]
    Possession,
}

const REQUEST: &str = "wardlight enrolment request 1";
const REGISTRATION: &str = "wardlight patient registration 1";
const ANSWER: &str = "wardlight enrolment answer 1";
const HEAD: &str = "wardlight head 1";

/// Writes a request as text that survives mail, chat and QR codes.
pub fn write_request(request: &ProvenEnrolment) -> String {
    armor(REQUEST, &codec::encode(request))
}

/// Reads a request and checks its proof of possession.
///
/// # Errors
/// [`FileError`].
pub fn read_request(text: &str) -> Result<ProvenEnrolment, FileError> {
    let bytes = unarmor(REQUEST, "enrolment request", text)?;
    let request: ProvenEnrolment = codec::decode(&bytes, MAX_FILE_BYTES)?;
    let key = request.enrolment.sign;
    key.verify(&request.enrolment.possession_message(), &request.proof).map_err(|_| FileError::Possession)?;
    Ok(request)
}

/// Writes a hub's request to have a patient registered.
pub fn write_registration(registration: &Registration) -> String {
    armor(REGISTRATION, &codec::encode(registration))
}

/// Reads a hub's request to have a patient registered on `chain` and checks the proof of the patient's key.
///
/// # Errors
/// [`FileError`].
pub fn read_registration(text: &str, chain: &ChainId) -> Result<Registration, FileError> {
    let bytes = unarmor(REGISTRATION, "patient registration", text)?;
    let registration: Registration = codec::decode(&bytes, MAX_FILE_BYTES)?;
    let Registration { patient, sign, hub, proof } = &registration;
    let message = Registration::possession_message(chain, patient, sign, hub);
    sign.verify(&message, proof).map_err(|_| FileError::Possession)?;
    Ok(registration)
}

/// Writes an answer.
pub fn write_answer(answer: &Answer) -> String {
    armor(ANSWER, &codec::encode(answer))
}

/// Reads an answer.
///
/// # Errors
/// [`FileError`].
pub fn read_answer(text: &str) -> Result<Answer, FileError> {
    let bytes = unarmor(ANSWER, "enrolment answer", text)?;
    Ok(codec::decode(&bytes, MAX_FILE_BYTES)?)
}

/// Writes a certified header as a file that colleagues compare with what they were shown.
pub fn write_head(head: &CertifiedHeader) -> String {
    armor(HEAD, &codec::encode(head))
}

/// Reads such a file; nothing of it is verified.
///
/// # Errors
/// [`FileError`].
pub fn read_head(text: &str) -> Result<CertifiedHeader, FileError> {
    Ok(codec::decode(&unarmor(HEAD, "head", text)?, MAX_FILE_BYTES)?)
}

/// Six words of a digest, 66 bits, for two people to compare by voice.
pub fn fingerprint_words(digest: &Hash) -> Vec<&'static str> {
    let list = bip39::Language::English.word_list();
    let bits = digest.as_bytes().iter().take(9).fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
    (1..=6u32)
        .filter_map(|place| usize::try_from((bits >> (72 - 11 * place)) & 0x7ff).ok())
        .filter_map(|index| list.get(index).copied())
        .collect()
}

fn armor(kind: &str, bytes: &[u8]) -> String {
    let digest = tagged_hash(kind, &[bytes]);
    let check: String = digest.to_string().chars().take(8).collect();
    let encoded = BASE64.encode(bytes);
    let mut out = format!("{kind}\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(72));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out.push_str(&format!("check {check}\n"));
    out
}

fn unarmor(kind: &str, name: &'static str, text: &str) -> Result<Vec<u8>, FileError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(FileError::TooLong);
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.next() != Some(kind) {
        return Err(FileError::NotThisKind(name));
    }
    let mut encoded = String::new();
    let mut check = None;
    for line in lines {
        match line.strip_prefix("check ") {
            Some(value) => check = Some(value),
            None => encoded.push_str(line),
        }
    }
    let bytes = BASE64.decode(encoded).map_err(|_| FileError::Damaged)?;
    let digest = tagged_hash(kind, &[&bytes]).to_string();
    if check == digest.get(..8) && check.is_some() { Ok(bytes) } else { Err(FileError::Damaged) }
}
