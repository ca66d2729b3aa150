//! Checkpoints: the history of a chain in the form of C2SP's transparency logs (tlog-checkpoint and signed-note), so
//! that witnesses and monitors of others can compare what they were shown (`docs/spec/checkpoint.md`).
//!
//! The log is the list of header ids, the tree is the one of the header's history root. A checkpoint is signed with
//! the validator's own key: why that confuses no signature with another is written in
//! `docs/adr/0090-checkpoints-signed-by-validators.md`.

mod note;
mod witness;

use crate::header::ValidatorSet;
use crate::keys::{PublicKey, Signature, SigningKey};
use crate::merkle::MAX_SIZE;
use crate::{ChainId, Hash, KeyId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURE_LINES, Note, NoteError, SignatureLine};
pub use witness::{Cosignature, Witness, WitnessError, cosign};

/// Type of a plain ed25519 signature line (C2SP signed-note).
const ED25519: u8 = 0x01;

/// The first line of every checkpoint of a chain, and the name of the keys that sign it.
pub fn origin(chain: &ChainId) -> String {
    format!("wardlight/chain/{chain}")
}

/// What a checkpoint says: so many headers, with this root over their ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The chain.
    pub chain: ChainId,
    /// How many headers: the newest height plus one.
    pub size: u64,
    /// RFC 6962 root over the ids of the first `size` headers: the history root of the header at height `size`.
    pub root: Hash,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum CheckpointError {
    /// Not a signed note.
    #[error("not a signed note")]
    Note(#[from] NoteError),
    /// The text is not origin, size and root.
    #[error("the text of the note is not a checkpoint of ours")]
    Shape,
    /// The checkpoint of another log.
    #[error("the checkpoint is of another log")]
    OtherOrigin,
    /// A line of a validator whose signature does not verify.
    #[error("the checkpoint's signature of {0} does not verify")]
    Signature(KeyId),
    /// No validator signed it.
    #[error("no validator of this chain signed the checkpoint")]
    Unsigned,
}

/// A checkpoint that at least one validator signed. It is their word, not the truth: compare it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifiedCheckpoint {
    checkpoint: Checkpoint,
    signers: Vec<KeyId>,
    note: Note,
}

impl VerifiedCheckpoint {
    /// What it says.
    pub fn get(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The validators that signed it, ascending.
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }

    /// The note with all its lines, those of witnesses included.
    pub fn note(&self) -> &Note {
        &self.note
    }
}

impl Checkpoint {
    /// The signed text: three lines.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", origin(&self.chain), self.size, BASE64.encode(self.root.as_bytes()))
    }

    /// The checkpoint signed by these validators.
    pub fn sign(&self, keys: &[&SigningKey]) -> Note {
        let (name, text) = (origin(&self.chain), self.text());
        let line = |key: &&SigningKey| {
            let signature = key.sign(text.as_bytes()).as_bytes().to_vec();
            SignatureLine { name: name.clone(), key: key_hash(&name, ED25519, &key.public()), signature }
        };
        Note { signatures: keys.iter().map(line).collect(), text: text.clone() }
    }

    fn parse(text: &str, chain: &ChainId) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), Some(""), None) =
            (lines.next(), lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Shape);
        };
        if origin != self::origin(chain) {
            return Err(CheckpointError::OtherOrigin);
        }
        let size = decimal(size).filter(|size| *size <= MAX_SIZE).ok_or(CheckpointError::Shape)?;
        let root = BASE64.decode(root).ok().and_then(|root| <[u8; Hash::LEN]>::try_from(root).ok());
        Ok(Self { chain: *chain, size, root: root.map(Hash::from_bytes).ok_or(CheckpointError::Shape)? })
    }

    /// Parses and verifies a checkpoint of a chain. Lines of strangers are passed over; a line of a validator that
    /// does not verify spoils the whole.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify(
        bytes: &[u8],
        chain: &ChainId,
        validators: &ValidatorSet,
    ) -> Result<VerifiedCheckpoint, CheckpointError> {
        let note = Note::parse(bytes)?;
        let checkpoint = Self::parse(&note.text, chain)?;
        let name = origin(chain);
        let mut signers = Vec::new();
        for line in note.signatures.iter().filter(|line| line.name == name) {
            let named = validators.keys().filter(|(_, key)| key_hash(&name, ED25519, key) == line.key);
            let mut named = named.peekable();
            let Some((first, _)) = named.peek() else { continue };
            let first = **first;
            let signer = <[u8; 64]>::try_from(line.signature.as_slice()).ok().and_then(|signature| {
                let signature = Signature::from_bytes(signature);
                named.find(|(_, key)| key.verify(note.text.as_bytes(), &signature).is_ok())
            });
            signers.push(*signer.ok_or(CheckpointError::Signature(first))?.0);
        }
        signers.sort_unstable();
        signers.dedup();
        if signers.is_empty() {
            return Err(CheckpointError::Unsigned);
        }
        Ok(VerifiedCheckpoint { checkpoint, signers, note })
    }
}

/// The short name of a key in a signature line: it only says which key to try.
fn key_hash(name: &str, kind: u8, key: &PublicKey) -> u32 {
    let digest = crate::codec::tagged_hash(name, &[b"\n", &[kind], key.as_bytes()]);
    let [a, b, c, d, ..] = *digest.as_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// A decimal without leading zeroes.
fn decimal(text: &str) -> Option<u64> {
    let number = text.parse().ok()?;
    (format!("{number}") == text).then_some(number)
}
