//! A hub's backup: one age file to a key that nobody holds whole, and the shares of that key for the patient's guardians.
//!
//! The hub keeps the recipient only, so it can write the file anew whenever its keys change, and neither it nor whoever
//! steals it can read an old one. Format: `docs/spec/backup.md`.

use minicbor::{Decoder, Encoder};
use sha2::{Digest, Sha256};
use wl_ledger::{Hash, KeyId};
use zeroize::Zeroizing;

use crate::age_file::{self, AgeFault, Sort};
use crate::identity::ReadingIdentity;
use crate::passphrase::Passphrase;
use crate::recipient::Recipient;
use crate::secret::secret_type;
use crate::share::{KeyShare, MAX_SHARES, ShareError, Threshold, recover};
use crate::vault::{VaultError, WorkFactor, lock, unlock};
use crate::{SealError, Sealed};

/// Largest backup file in bytes.
pub const MAX_BACKUP_BYTES: usize = 64 * 1024 * 1024;

/// Largest share of a guardian in bytes, opened or sealed.
pub const MAX_BACKUP_SHARE_BYTES: usize = 4096;

const VERSION: u8 = 1;
const DIGEST_TAG: &[u8] = b"wardlight/backup-share/1";

secret_type!(
    /// 32 random bytes whose age identity opens a backup. Made, split and wiped.
    BackupSecret
);

/// Why guardians' shares do not open a backup. Shares are named by their place among those that were given, from 0.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum BackupError {
    /// Not what a share opens to.
    #[error("this is not the share of a backup")]
    NotAShare,
    /// It belongs to another backup, or to another hub's, than most of the shares here.
    #[error("this share belongs to another backup than the others")]
    Foreign(usize),
    /// It is not the share that was made: the others know what it must be.
    #[error("this share was changed")]
    Changed(usize),
    /// The shares cannot be combined.
    #[error(transparent)]
    Shares(#[from] ShareError),
    /// A primitive failed.
    #[error("the backup's key could not be made")]
    Derivation,
}

/// What all shares of one backup say alike.
#[derive(Clone, PartialEq, Eq)]
struct Terms {
    id: [u8; 16],
    hub: KeyId,
    recipient: String,
    digests: Vec<Hash>,
}

/// One guardian's share.
pub struct BackupShare {
    terms: Terms,
    share: KeyShare,
}

/// What enough shares give.
pub struct Gathered {
    /// Opens the backup.
    pub identity: ReadingIdentity,
    /// The hub whose backup it is.
    pub hub: KeyId,
}

impl BackupShare {
    /// Splits a backup's secret for guardians, in their order, and gives the recipient that the hub keeps.
    ///
    /// # Errors
    /// [`BackupError::Derivation`], also when the random source fails.
    pub fn make<E>(
        secret: BackupSecret,
        id: [u8; 16],
        hub: KeyId,
        threshold: Threshold,
        fill: impl FnMut(&mut [u8; 32]) -> Result<(), E>,
    ) -> Result<(Recipient, Vec<Self>), BackupError> {
        let identity = ReadingIdentity::from_bytes(*secret.expose()).map_err(|_| BackupError::Derivation)?;
        let recipient = identity.recipient().clone();
        let shares = KeyShare::split(&secret.0, threshold, fill).map_err(|_| BackupError::Derivation)?;
        let digests = shares.iter().map(|share| digest(&id, share)).collect();
        let terms = Terms { id, hub, recipient: recipient.as_str().to_owned(), digests };
        let share = |share| Self { terms: terms.clone(), share };
        Ok((recipient, shares.into_iter().map(share).collect()))
    }

    /// Number of the share, from 1.
    pub fn index(&self) -> u8 {
        self.share.index()
    }

    /// Shares needed.
    pub fn needed(&self) -> u8 {
        self.share.needed()
    }

    /// Seals the share to a guardian's own age key; any age tool opens it.
    ///
    /// # Errors
    /// [`SealError::Recipient`] for a kind of recipient this version cannot seal to.
    pub fn seal_to(&self, guardian: &Recipient) -> Result<Vec<u8>, SealError> {
        let content = self.encode().ok_or(SealError::Content(Sealed::KeyShare))?;
        age_file::encrypt(&[guardian.age()?], &[&content]).ok_or(SealError::Derivation)
    }

    /// Seals the share behind a guardian's passphrase.
    ///
    /// # Errors
    /// [`VaultError::PassphraseTooShort`], [`VaultError::Encryption`].
    pub fn seal_with(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<Vec<u8>, VaultError> {
        lock(passphrase, work, &self.encode().ok_or(VaultError::Encryption)?)
    }

    /// Opens a share behind a passphrase.
    ///
    /// # Errors
    /// As [`crate::Vault::open`].
    pub fn open_with(file: &[u8], passphrase: &Passphrase) -> Result<Self, VaultError> {
        Self::parse(&unlock(passphrase, file)?).map_err(|_| VaultError::UnknownContent)
    }

    /// Reads what an age tool made of a guardian's file.
    ///
    /// # Errors
    /// [`BackupError::NotAShare`].
    pub fn parse(content: &[u8]) -> Result<Self, BackupError> {
        let fits = content.len() <= MAX_BACKUP_SHARE_BYTES;
        let share = fits.then(|| decode(content)).flatten().ok_or(BackupError::NotAShare)?;
        // One encoding per content: what does not come out again the same is not ours.
        let same = share.encode().is_some_and(|again| again.as_slice() == content);
        same.then_some(share).ok_or(BackupError::NotAShare)
    }

    /// `{0: version, 1: backup, 2: hub, 3: recipient, 4: [digest of each share], 5: needed, 6: number, 7: share}`.
    fn encode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(Vec::with_capacity(1024));
        let mut cbor = Encoder::new(&mut *out);
        cbor.map(8).ok()?.u8(0).ok()?.u8(VERSION).ok()?;
        cbor.u8(1).ok()?.bytes(&self.terms.id).ok()?.u8(2).ok()?.encode(self.terms.hub).ok()?;
        cbor.u8(3).ok()?.str(&self.terms.recipient).ok()?;
        cbor.u8(4).ok()?.array(u64::try_from(self.terms.digests.len()).ok()?).ok()?;
        for digest in &self.terms.digests {
            cbor.encode(digest).ok()?;
        }
        cbor.u8(5).ok()?.u8(self.share.needed()).ok()?.u8(6).ok()?.u8(self.share.index()).ok()?;
        cbor.u8(7).ok()?.bytes(self.share.expose()).ok()?;
        Some(out)
    }
}

fn decode(content: &[u8]) -> Option<BackupShare> {
    let mut cbor = Decoder::new(content);
    (cbor.map().ok()?? == 8).then_some(())?;
    let key = |cbor: &mut Decoder<'_>, expected: u8| (cbor.u8().ok()? == expected).then_some(());
    key(&mut cbor, 0)?;
    (cbor.u8().ok()? == VERSION).then_some(())?;
    key(&mut cbor, 1)?;
    let id = cbor.bytes().ok()?.try_into().ok()?;
    key(&mut cbor, 2)?;
    let hub = cbor.decode().ok()?;
    key(&mut cbor, 3)?;
    let recipient = Recipient::parse(cbor.str().ok()?).ok()?.as_str().to_owned();
    key(&mut cbor, 4)?;
    let count = cbor.array().ok()??;
    (2..=u64::from(MAX_SHARES)).contains(&count).then_some(())?;
    let digests = (0..count).map(|_| cbor.decode().ok()).collect::<Option<Vec<Hash>>>()?;
    key(&mut cbor, 5)?;
    let needed = cbor.u8().ok()?;
    key(&mut cbor, 6)?;
    let index = cbor.u8().ok()?;
    key(&mut cbor, 7)?;
    let part = <[u8; 32]>::try_from(cbor.bytes().ok()?).ok()?;
    let share = KeyShare::from_parts(needed, index, part)?;
    Some(BackupShare { terms: Terms { id, hub, recipient, digests }, share })
}

/// SHA-256(tag ‖ backup ‖ needed ‖ number ‖ share). A share is 32 uniform bytes, so its digest tells nothing of it.
fn digest(id: &[u8; 16], share: &KeyShare) -> Hash {
    let mut digest = Sha256::new();
    digest.update(DIGEST_TAG);
    digest.update(id);
    digest.update([share.needed(), share.index()]);
    digest.update(share.expose());
    Hash::from_bytes(digest.finalize().into())
}

/// Puts shares together. What most of them say is what the others are compared with.
///
/// # Errors
/// [`BackupError`], with the place of the share that does not belong.
pub fn gather(shares: Vec<BackupShare>) -> Result<Gathered, BackupError> {
    let votes = |terms: &Terms| shares.iter().filter(|share| share.terms == *terms).count();
    let Some(most) = shares.iter().max_by_key(|share| votes(&share.terms)) else {
        return Err(ShareError::TooFew { needed: 2, got: 0 }.into());
    };
    let terms = most.terms.clone();
    for (at, one) in shares.iter().enumerate() {
        if one.terms != terms {
            return Err(BackupError::Foreign(at));
        }
        let index = usize::from(one.share.index()).saturating_sub(1);
        if terms.digests.get(index) != Some(&digest(&terms.id, &one.share)) {
            return Err(BackupError::Changed(at));
        }
    }
    let parts: Vec<KeyShare> = shares.into_iter().map(|share| share.share).collect();
    let identity_of = |secret: &[u8; 32]| ReadingIdentity::from_bytes(*secret).ok();
    let fits = |secret: &crate::secret::Secret| {
        identity_of(secret.expose()).is_some_and(|identity| identity.recipient().as_str() == terms.recipient)
    };
    let (secret, _) = recover(&parts, fits)?;
    let identity = identity_of(secret.expose()).ok_or(BackupError::Derivation)?;
    Ok(Gathered { identity, hub: terms.hub })
}

/// Seals a backup's content to the recipient that the hub keeps.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Recipient`].
pub fn seal_backup(recipient: &Recipient, content: &[u8]) -> Result<Vec<u8>, SealError> {
    bound(content.len().saturating_add(content.len() / 4096 + 1024))?;
    age_file::encrypt(&[recipient.age()?], &[content]).ok_or(SealError::Derivation)
}

/// Opens a backup.
///
/// # Errors
/// [`SealError::TooLarge`], [`SealError::Malformed`], [`SealError::Refused`] if it is another backup or was changed.
pub fn open_backup(gathered: &Gathered, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    bound(sealed.len())?;
    age_file::decrypt(gathered.identity.age(), sealed, Sort::OneReader)
        .map_err(|fault: AgeFault| fault.concerning(Sealed::Backup))
}

fn bound(got: usize) -> Result<(), SealError> {
    let (what, limit) = (Sealed::Backup, MAX_BACKUP_BYTES);
    (got <= limit).then_some(()).ok_or(SealError::TooLarge { what, limit, got })
}
