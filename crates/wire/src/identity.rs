//! The body of an identity record: who a pseudonym is, for those whom the patient lets know
//! (`docs/spec/identity.md`). It never stands on the control lane.

use wl_ledger::codec::{self, CodecError};
use wl_ledger::text::is_plain_line;

/// Longest encoding.
pub const MAX_IDENTITY_RECORD: usize = 2048;
/// Longest field, in bytes.
const MAX_FIELD: usize = 200;

/// Name, record number, birth date and bed of a patient.
#[derive(Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(map)]
pub struct Identity {
    /// Name as people call the patient.
    #[n(0)]
    pub name: String,
    /// Medical record number.
    #[n(1)]
    pub mrn: String,
    /// Birth date, `YYYY-MM-DD`, or empty when it is not known.
    #[n(2)]
    pub birth_date: String,
    /// Bed.
    #[n(3)]
    pub bed: String,
    /// Ward.
    #[n(4)]
    pub ward: String,
}

impl Identity {
    /// The encoded body.
    pub fn to_bytes(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Parses a body.
    ///
    /// # Errors
    /// [`CodecError`] for anything but the one accepted encoding with fields of at most 200 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let identity: Self = codec::decode(bytes, MAX_IDENTITY_RECORD)?;
        identity.check()?;
        Ok(identity)
    }

    /// Whether every field is one line of at most 200 bytes whose characters show as what they are.
    ///
    /// # Errors
    /// [`CodecError::OutOfBounds`].
    pub fn check(&self) -> Result<(), CodecError> {
        let fields = [&self.name, &self.mrn, &self.birth_date, &self.bed, &self.ward];
        if fields.iter().any(|field| field.len() > MAX_FIELD || !is_plain_line(field)) {
            return Err(CodecError::OutOfBounds { field: "identity" });
        }
        Ok(())
    }
}
