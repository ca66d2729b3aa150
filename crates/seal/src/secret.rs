//! Secrets of 32 bytes. They live on the heap, where moving the value leaves no copy behind, and
//! are wiped when dropped.

use hkdf::Hkdf;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use sha2::Sha256;
use zeroize::Zeroize;

use crate::SealError;

/// Length of every secret in bytes.
pub(crate) const SECRET_BYTES: usize = 32;

/// The inside of every secret type.
pub(crate) struct Secret(SecretBox<[u8; SECRET_BYTES]>);

impl Secret {
    pub(crate) fn from_bytes(mut bytes: [u8; SECRET_BYTES]) -> Self {
        let secret = Self(SecretBox::init_with_mut(|inside: &mut [u8; SECRET_BYTES]| *inside = bytes));
        bytes.zeroize();
        secret
    }

    pub(crate) fn try_fill<E>(
        fill: impl FnOnce(&mut [u8; SECRET_BYTES]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut inside = SecretBox::new(Box::new([0; SECRET_BYTES]));
        fill(inside.expose_secret_mut())?;
        Ok(Self(inside))
    }

    pub(crate) fn expose(&self) -> &[u8; SECRET_BYTES] {
        self.0.expose_secret()
    }

    /// HKDF-SHA256 (RFC 5869) without salt; `info` is label ‖ context, both of fixed length per label.
    pub(crate) fn derive(&self, label: &str, context: &[u8]) -> Result<Self, SealError> {
        let hkdf = Hkdf::<Sha256>::new(None, self.expose());
        Self::try_fill(|out| hkdf.expand_multi_info(&[label.as_bytes(), context], out))
            .map_err(|_| SealError::Derivation)
    }
}

/// Declares a secret with a meaning, so that one cannot be passed for another.
macro_rules! secret_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name(pub(crate) crate::secret::Secret);

        impl $name {
            /// Takes 32 random or stored bytes. The argument is wiped; a copy the caller kept is the caller's to wipe.
            pub fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(crate::secret::Secret::from_bytes(bytes))
            }

            /// Lets the caller's random source write straight into the secret, so that no copy arises.
            ///
            /// # Errors
            /// The random source's own.
            pub fn generate<E>(fill: impl FnOnce(&mut [u8; 32]) -> Result<(), E>) -> Result<Self, E> {
                crate::secret::Secret::try_fill(fill).map(Self)
            }

            /// The bytes, for the one primitive or store that needs them. Never log or copy them.
            pub fn expose(&self) -> &[u8; 32] {
                self.0.expose()
            }
        }
    };
}
pub(crate) use secret_type;
