//! Reading a file piece by piece, as its judge asks for it.

use crate::answer::Answer;
use anyhow::Context as _;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use wl_ledger::archive::{Expectations, Judge};
use wl_ledger::evidence::{self, EvidenceError, MAX_EVIDENCE_BYTES};

/// The first byte of a bundle: a map of four. An archive begins with a letter.
const EVIDENCE: [u8; 1] = [0xa4];

/// Judges one file by what it begins with.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn judge(path: &Path, expect: Expectations) -> anyhow::Result<Answer> {
    let mut file = BufReader::new(File::open(path).context("cannot be opened")?);
    let mut first = Vec::new();
    file.by_ref().take(1).read_to_end(&mut first).context("cannot be read")?;
    if first == EVIDENCE {
        return bundle(first, file, expect).context("cannot be read");
    }
    archive(first, file, expect).context("cannot be read")
}

fn bundle(mut bytes: Vec<u8>, file: impl Read, expect: Expectations) -> std::io::Result<Answer> {
    // One byte more shows that the file is too long, whatever its length.
    file.take(MAX_EVIDENCE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let judged = evidence::judge(&bytes).and_then(|found| match expect.chain {
        // Another chain's evidence says nothing about the one that was asked for.
        Some(wanted) if wanted != found.chain => Err(EvidenceError::NoContradiction),
        _ => Ok(found),
    });
    Ok(Answer::Evidence(judged))
}

fn archive(first: Vec<u8>, file: impl Read, expect: Expectations) -> std::io::Result<Answer> {
    let mut judge = Judge::new(expect);
    let mut source = std::io::Cursor::new(first).chain(file);
    let mut piece = Vec::new();
    while judge.wants() > 0 {
        piece.clear();
        // Grows with what is there, not with what the file claims.
        source.by_ref().take(judge.wants() as u64).read_to_end(&mut piece)?;
        judge.give(&piece);
    }
    Ok(Answer::Archive(Box::new(judge.finish())))
}
