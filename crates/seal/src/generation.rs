//! The secret of a generation: granted once to each reader, it opens every epoch in its span.

use sha2::{Digest, Sha256};
use wl_ledger::Hash;

use crate::aead::{self, NONCE_BYTES, OVERHEAD};
use crate::context::{EpochContext, GenerationContext};
use crate::epoch::EpochSecret;
use crate::secret::{SECRET_BYTES, secret_type};
use crate::{SealError, Sealed};

const COMMITMENT_TAG: &str = "wardlight/generation-commitment/1";
const WRAP_LABEL: &str = "wardlight/generation-wrap/1";
const WRAP_BYTES: usize = OVERHEAD + SECRET_BYTES;

secret_type!(
    /// 32 random bytes of one patient × category × generation, made by the patient's hub.
    GenerationSecret
);

impl GenerationSecret {
    /// What `generation-open` publishes: SHA-256(tag ‖ context ‖ secret).
    pub fn commitment(&self, context: &GenerationContext) -> Hash {
        commit(COMMITMENT_TAG, &context.encoded(), self.expose())
    }

    /// Checks this secret against the commitment on the ledger.
    ///
    /// # Errors
    /// [`SealError::GenerationCommitment`] if the hub granted this reader something else.
    pub fn check(&self, context: &GenerationContext, commitment: &Hash) -> Result<(), SealError> {
        (self.commitment(context) == *commitment).then_some(()).ok_or(SealError::GenerationCommitment)
    }

    /// Wraps an epoch secret for `epoch-open`: 72 bytes. `nonce` must be random and new for every call.
    ///
    /// # Errors
    /// [`SealError::Derivation`] only.
    pub fn wrap_epoch(
        &self,
        context: &EpochContext,
        epoch: &EpochSecret,
        nonce: &[u8; NONCE_BYTES],
    ) -> Result<Vec<u8>, SealError> {
        let key = self.0.derive(WRAP_LABEL, &context.generation.encoded())?;
        aead::seal(Sealed::WrappedEpoch, key.expose(), nonce, &context.encoded(), epoch.expose(), None)
    }

    /// Unwraps an epoch secret. The result is not to be used before [`EpochSecret::checked_keys`].
    ///
    /// # Errors
    /// [`SealError::Malformed`] for any other length than 72 bytes, [`SealError::Refused`] if it was
    /// wrapped under another generation, for another epoch, or changed.
    pub fn unwrap_epoch(&self, context: &EpochContext, wrapped: &[u8]) -> Result<EpochSecret, SealError> {
        if wrapped.len() != WRAP_BYTES {
            return Err(SealError::Malformed(Sealed::WrappedEpoch));
        }
        let key = self.0.derive(WRAP_LABEL, &context.generation.encoded())?;
        let opened = aead::open(Sealed::WrappedEpoch, key.expose(), &context.encoded(), wrapped)?;
        EpochSecret::generate(|inside| {
            let bytes =
                opened.first_chunk::<SECRET_BYTES>().ok_or(SealError::Content(Sealed::WrappedEpoch))?;
            inside.copy_from_slice(bytes);
            Ok(())
        })
    }
}

/// SHA-256(tag ‖ context ‖ secret); tag and context have fixed lengths.
pub(crate) fn commit(tag: &str, context: &[u8], secret: &[u8; SECRET_BYTES]) -> Hash {
    let mut digest = Sha256::new();
    digest.update(tag.as_bytes());
    digest.update(context);
    digest.update(secret);
    Hash::from_bytes(digest.finalize().into())
}
