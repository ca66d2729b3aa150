//! The secret half of a [`Recipient`].

use age::secrecy::SecretString;
use bech32::Hrp;
use zeroize::Zeroizing;

use crate::SealError;
use crate::recipient::Recipient;
use crate::secret::Secret;

const SECRET_KEY_PREFIX: &str = "AGE-SECRET-KEY-";

/// An age X25519 identity: a practitioner's encryption key, or the one derived from an epoch.
pub struct ReadingIdentity {
    secret: Secret,
    age: age::x25519::Identity,
    recipient: Recipient,
}

impl ReadingIdentity {
    /// Builds the identity of 32 random or stored bytes.
    ///
    /// # Errors
    /// [`SealError::Derivation`] only; every 32 bytes are a key.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, SealError> {
        Self::from_secret(Secret::from_bytes(bytes))
    }

    pub(crate) fn from_secret(secret: Secret) -> Result<Self, SealError> {
        // age takes an identity only as its string.
        let prefix = Hrp::parse(SECRET_KEY_PREFIX).map_err(|_| SealError::Derivation)?;
        let text = bech32::encode_upper::<bech32::Bech32>(prefix, secret.expose())
            .map(Zeroizing::new)
            .map_err(|_| SealError::Derivation)?;
        let age: age::x25519::Identity = text.parse().map_err(|_| SealError::Derivation)?;
        let recipient = Recipient::of_identity(&age);
        Ok(Self { secret, age, recipient })
    }

    /// The public half, for enrolment and `epoch-open`.
    pub fn recipient(&self) -> &Recipient {
        &self.recipient
    }

    /// `AGE-SECRET-KEY-1…`, for recovery with another age tool. Show it only to its owner.
    pub fn to_age_string(&self) -> SecretString {
        self.age.to_string()
    }

    /// The bytes, for the vault only.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        self.secret.expose()
    }

    pub(crate) fn age(&self) -> &age::x25519::Identity {
        &self.age
    }
}
