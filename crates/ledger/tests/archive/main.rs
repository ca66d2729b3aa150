//! Archives and proofs of a value: golden files, every flipped bit, random damage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod audit;
mod damage;
mod flips;
mod forged;
mod golden;
mod table;

use sha2::{Digest, Sha256};
use wl_ledger::archive::{END_TAG, Expectations, HEAD_BYTES, MAGIC, Problem, Report, judge};
use wl_ledger::verify::VerifyError;

/// Judged without any expectation.
pub(crate) fn judged(bytes: &[u8]) -> Report {
    judge(bytes, Expectations::default())
}

/// The sections of an archive: where each begins, its kind and its content.
pub(crate) fn sections(bytes: &[u8]) -> Vec<(usize, u8, &[u8])> {
    let mut at = MAGIC.len();
    let mut found = Vec::new();
    while let Some(head) = bytes.get(at..at + HEAD_BYTES) {
        let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
        let start = at + HEAD_BYTES;
        found.push((at, head[0], &bytes[start..start + length]));
        at = start + length;
    }
    found
}

/// An archive of these sections, its digest made anew.
pub(crate) fn joined(sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (kind, content) in sections {
        bytes.push(*kind);
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(content);
    }
    bytes.extend([255, 0, 0, 0, 32]);
    let digest = digest(&bytes);
    bytes.extend(digest);
    bytes
}

/// Makes the digest of a changed archive anew, as somebody would who does not want to be found out.
pub(crate) fn redigest(bytes: &mut [u8]) {
    let (body, end) = bytes.split_at_mut(bytes.len() - 32);
    end.copy_from_slice(&digest(body));
}

fn digest(body: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(END_TAG.as_bytes());
    digest.update(body);
    digest.finalize().into()
}

/// The name of a variant, without its fields.
pub(crate) fn variant(error: &dyn std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// What the golden files call a problem: of the chain, as `chain.json` has it.
pub(crate) fn name(problem: &Problem) -> String {
    let Problem::Chain(error) = problem else { return variant(problem) };
    let under = match error {
        VerifyError::HeaderMalformed(source) | VerifyError::ControlMalformed { source, .. } => {
            Some(variant(source))
        }
        VerifyError::Control { source, .. } => Some(variant(source)),
        VerifyError::Certificate { source, .. } => Some(variant(source)),
        VerifyError::Record { source, .. } => Some(variant(source)),
        VerifyError::Admission { source, .. } => Some(variant(source)),
        _ => None,
    };
    under.map_or_else(|| variant(error), |under| format!("{}/{under}", variant(error)))
}

pub(crate) fn names(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| name(&finding.problem)).collect()
}
