//! Alarms that may be shown before their block: signature, enrolment and place in the stream are
//! checked against verified state, only the block is still missing (design §6, "sealing").

use super::{Predecessor, Verifier, VerifyError};
use crate::control::Subject;
use crate::record::{Body, RecordHeader, RecordKind, SignedRecord, stream_anchor};
use crate::{Height, KeyId, Seq, UnixMillis};

/// An alarm or acknowledgement that is signed by its enrolled author, but not yet in a block. It must settle to
/// sealed within 10 s or be shown as one that cannot be confirmed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProvisionalRecord {
    record: SignedRecord,
    author: KeyId,
    subject: Subject,
}

impl ProvisionalRecord {
    /// Its header.
    pub fn header(&self) -> &RecordHeader {
        self.record.header()
    }

    /// Its hash, by which the sealed record is recognised.
    pub fn hash(&self) -> crate::Hash {
        self.record.hash()
    }

    /// Who signed it.
    pub fn author(&self) -> KeyId {
        self.author
    }

    /// What its stream is about.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// Checks that a body is the one this record commits to, and hands out its ciphertext.
    ///
    /// # Errors
    /// [`VerifyError::Record`].
    pub fn ciphertext<'b>(&self, body: &'b Body, at: Height) -> Result<&'b [u8], VerifyError> {
        self.record.verify_body(body).map_err(|source| VerifyError::Record { height: at, source })?;
        Ok(&body.ciphertext)
    }
}

impl Verifier {
    /// Checks a relayed alarm or acknowledgement against the verified state. `predecessor` is the last record of the
    /// stream that was verified or provisionally accepted here. Other kinds are not accepted before their block.
    ///
    /// # Errors
    /// [`VerifyError`]; `None` for a record of another kind.
    pub fn provisional(
        &self,
        bytes: &[u8],
        predecessor: Predecessor,
        now: UnixMillis,
    ) -> Result<Option<ProvisionalRecord>, VerifyError> {
        let height = self.next_height();
        let record = SignedRecord::parse(bytes).map_err(|source| VerifyError::Record { height, source })?;
        let header = record.header();
        if !matches!(header.kind, RecordKind::Alarm | RecordKind::Acknowledgement) {
            return Ok(None);
        }
        let (expected, previous) = match predecessor {
            Predecessor::First => (Seq(0), stream_anchor(&self.chain, header.stream)),
            Predecessor::Verified(seq, hash) => (seq.next().unwrap_or(seq), hash),
            Predecessor::Claimed(hash) => (header.seq, hash),
        };
        if header.seq != expected {
            return Err(VerifyError::Sequence { stream: header.stream, expected, got: header.seq });
        }
        let (stream, key) = self
            .state
            .admit(header, height, now)
            .map_err(|source| VerifyError::Admission { height, source })?;
        record
            .verify(key, &self.chain, &previous)
            .map_err(|source| VerifyError::Record { height, source })?;
        let (author, subject) = (stream.author, stream.subject);
        Ok(Some(ProvisionalRecord { record, author, subject }))
    }
}
