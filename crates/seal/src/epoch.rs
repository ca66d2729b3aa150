//! The secret of an epoch and the two keys that come from it.
//!
//! Neither X25519 nor the AEAD commits to its key: without a check a hub could give two readers
//! different secrets under which one ciphertext opens differently. So `epoch-open` publishes a
//! commitment and the recipient, and a reader gets keys only by checking both.

use wl_ledger::Hash;

use crate::SealError;
use crate::context::EpochContext;
use crate::generation::commit;
use crate::identity::ReadingIdentity;
use crate::recipient::Recipient;
use crate::secret::secret_type;

const COMMITMENT_TAG: &str = "wardlight/epoch-commitment/1";
const IDENTITY_LABEL: &str = "wardlight/epoch-age-x25519/1";
const RECORD_LABEL: &str = "wardlight/epoch-record-key/1";

secret_type!(
    /// 32 random bytes S of one patient × category × epoch, made by the patient's hub.
    EpochSecret
);

secret_type!(
    /// The XChaCha20-Poly1305 key of an epoch's readings and small records.
    RecordKey
);

/// What an epoch secret gives: the key for records and the age identity for documents.
pub struct EpochKeys {
    record: RecordKey,
    identity: ReadingIdentity,
}

impl EpochSecret {
    /// What `epoch-open` publishes: SHA-256(tag ‖ context ‖ S).
    pub fn commitment(&self, context: &EpochContext) -> Hash {
        commit(COMMITMENT_TAG, &context.encoded(), self.expose())
    }

    /// Derives the keys, for the hub that made the secret. Readers use [`Self::checked_keys`].
    ///
    /// # Errors
    /// [`SealError::Derivation`] only.
    pub fn keys(&self, context: &EpochContext) -> Result<EpochKeys, SealError> {
        let encoded = context.encoded();
        let record = RecordKey(self.0.derive(RECORD_LABEL, &encoded)?);
        let identity = ReadingIdentity::from_secret(self.0.derive(IDENTITY_LABEL, &encoded)?)?;
        Ok(EpochKeys { record, identity })
    }

    /// Derives the keys after checking what the ledger's `epoch-open` says about them.
    ///
    /// # Errors
    /// [`SealError::EpochCommitment`] or [`SealError::EpochRecipient`]: evidence against the hub.
    pub fn checked_keys(
        &self,
        context: &EpochContext,
        recipient: &str,
        commitment: &Hash,
    ) -> Result<EpochKeys, SealError> {
        if self.commitment(context) != *commitment {
            return Err(SealError::EpochCommitment);
        }
        let keys = self.keys(context)?;
        if keys.recipient().as_str() != recipient {
            return Err(SealError::EpochRecipient);
        }
        Ok(keys)
    }
}

impl EpochKeys {
    /// The key for readings and small records.
    pub fn record_key(&self) -> &RecordKey {
        &self.record
    }

    /// The recipient that `epoch-open` publishes and documents are sealed to.
    pub fn recipient(&self) -> &Recipient {
        self.identity.recipient()
    }

    /// The identity that opens documents; its string opens them with any age tool.
    pub fn identity(&self) -> &ReadingIdentity {
        &self.identity
    }
}
