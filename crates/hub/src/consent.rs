//! Consent keys on disk: each patient's own, and each guardian's, in a file behind a passphrase that the hub never keeps.
//!
//! A key is opened for one signature and wiped. Files may also lie on a stick that the patient keeps: without it there is
//! nothing here to be guessed at.

use crate::edge::{self, NoEntropy};
use std::io;
use std::path::{Path, PathBuf};
use wl_ledger::keys::SigningKey;
use wl_ledger::{KeyId, PatientId, UnixMillis};
use wl_seal::{ConsentKey, Passphrase, SigningSeed, VaultError, WorkFactor};
use wl_wire::files;
use zeroize::Zeroizing;

const MAX_FILE: usize = 4096;
/// Wrong passphrases that cost nothing but their own time.
const FREE_TRIES: u32 = 3;
/// Longest wait after a wrong passphrase, in milliseconds: 15 minutes.
const MAX_WAIT: i64 = 15 * 60_000;

/// Who signs for a patient.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, minicbor::Encode, minicbor::Decode)]
pub enum Signer {
    /// The patient.
    #[n(0)]
    Patient,
    /// The guardian with this key.
    #[n(1)]
    Guardian(#[n(0)] KeyId),
}

/// Why a consent key was not made or not opened.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// There is no such file, here or on a stick.
    #[error("the key file of this person is not here: put in the stick that holds it")]
    NotHere,
    /// Wrong passphrase, or a damaged file: nothing tells the two apart, on purpose.
    #[error("this passphrase does not open the key")]
    Refused,
    /// Too many wrong passphrases.
    #[error("too many wrong passphrases: wait {0} seconds and try again")]
    Wait(i64),
    /// The try could not be noted, so it was not made, or what came of it is not given.
    #[error("the hub cannot keep anything at the moment: call whoever looks after it")]
    NotKept,
    /// The passphrase or the file cannot be used.
    #[error(transparent)]
    File(VaultError),
    /// The file could not be read or written.
    #[error("a key file cannot be read or written")]
    Disk(#[from] io::Error),
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
}

impl From<VaultError> for ConsentError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Refused => Self::Refused,
            error => Self::File(error),
        }
    }
}

/// Where the files of consent keys lie. Each call takes as long as the work factor says; not for an async thread.
#[derive(Clone)]
pub struct ConsentFiles {
    own: PathBuf,
    sticks: Vec<PathBuf>,
    work: WorkFactor,
}

impl ConsentFiles {
    /// Files in `own`, and those that are found in `sticks`.
    pub fn new(own: PathBuf, sticks: Vec<PathBuf>, work: WorkFactor) -> Self {
        Self { own, sticks, work }
    }

    /// Makes a key and keeps it, durably, before anything says that it exists.
    ///
    /// # Errors
    /// [`ConsentError`]; nothing is then kept.
    pub fn create(
        &self,
        patient: PatientId,
        guardian: bool,
        passphrase: &Passphrase,
    ) -> Result<SigningKey, ConsentError> {
        let seed = Zeroizing::new(edge::random::<32>()?);
        let key = SigningKey::from_seed(&seed);
        let sealed = ConsentKey::new(patient, SigningSeed::from_bytes(*seed)).seal(passphrase, self.work)?;
        let signer = if guardian { Signer::Guardian(key.id()) } else { Signer::Patient };
        files::create_private_dir(&self.own)?;
        files::write_durable(&self.own.join(name(&patient, &signer)), &sealed)?;
        Ok(key)
    }

    /// Opens a key for one signature.
    ///
    /// # Errors
    /// [`ConsentError`].
    pub fn open(
        &self,
        patient: &PatientId,
        signer: &Signer,
        passphrase: &Passphrase,
    ) -> Result<SigningKey, ConsentError> {
        let sealed = self.read(&name(patient, signer))?;
        let key = ConsentKey::open(patient, &sealed, passphrase)?;
        Ok(SigningKey::from_seed(key.seed().expose()))
    }

    /// Every key file here, by name, for the guardians' backup.
    ///
    /// # Errors
    /// [`ConsentError::Disk`].
    pub fn all(&self) -> Result<Vec<(String, Vec<u8>)>, ConsentError> {
        let mut found = Vec::new();
        let entries = match std::fs::read_dir(&self.own) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_name(&name) {
                found.push((name, files::read_bounded(&entry.path(), MAX_FILE)?));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Puts back a key file from a backup. A name that is none of a key file is passed over.
    ///
    /// # Errors
    /// [`ConsentError::Disk`].
    pub fn restore(&self, name: &str, sealed: &[u8]) -> Result<(), ConsentError> {
        if is_name(name) {
            files::create_private_dir(&self.own)?;
            files::write_durable(&self.own.join(name), sealed)?;
        }
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, ConsentError> {
        let places = std::iter::once(&self.own).chain(&self.sticks);
        for place in places {
            match files::read_bounded(&Path::new(place).join(name), MAX_FILE) {
                Ok(bytes) => return Ok(bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ConsentError::NotHere)
    }
}

fn name(patient: &PatientId, signer: &Signer) -> String {
    match signer {
        Signer::Patient => format!("{patient}.age"),
        Signer::Guardian(key) => format!("{patient}-{key}.age"),
    }
}

/// 32 hexadecimal digits, or twice so many with a hyphen between, and `.age`: no path of any sort.
fn is_name(name: &str) -> bool {
    let hex = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.strip_suffix(".age").is_some_and(|stem| match stem.split_once('-') {
        Some((patient, guardian)) => hex(patient) && hex(guardian),
        None => hex(stem),
    })
}

/// Slows down whoever tries passphrases of one patient. Pure; it never waits longer than a quarter of an hour.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Throttle {
    wrong: u32,
    until: Option<UnixMillis>,
}

impl Throttle {
    /// As it was kept: after so many wrong ones in a row, with the next try at that time.
    pub fn after(wrong: u32, until: Option<UnixMillis>) -> Self {
        Self { wrong, until }
    }

    /// How many were wrong in a row.
    pub fn wrong_in_a_row(&self) -> u32 {
        self.wrong
    }

    /// When the next may be tried; none while a try costs nothing.
    pub fn waits_until(&self) -> Option<UnixMillis> {
        self.until
    }

    /// Whether a passphrase may be tried now.
    ///
    /// # Errors
    /// [`ConsentError::Wait`] with the seconds left.
    pub fn check(&self, now: UnixMillis) -> Result<(), ConsentError> {
        // A clock set back must not lengthen the wait beyond the longest.
        match self.until.map(|until| until.since(now).min(MAX_WAIT)) {
            Some(left) if left > 0 => Err(ConsentError::Wait(left.saturating_add(999) / 1000)),
            _ => Ok(()),
        }
    }

    /// The same after a wrong passphrase more: from the third on each doubles the wait, from five seconds to fifteen
    /// minutes. The right one leaves none.
    pub fn wrong(self, now: UnixMillis) -> Self {
        let wrong = self.wrong.saturating_add(1);
        let wait = |doublings: u32| {
            now.plus(5_000i64.checked_shl(doublings.min(20)).unwrap_or(MAX_WAIT).min(MAX_WAIT))
        };
        Self { wrong, until: wrong.checked_sub(FREE_TRIES).map(wait).or(self.until) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_the_third_wrong_passphrase_to_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        let now = UnixMillis(1_000_000);
        let seconds = |throttle: &Throttle| match throttle.check(now) {
            Err(ConsentError::Wait(seconds)) => seconds,
            _ => 0,
        };
        let mut waits = Vec::new();
        for _ in 0..12 {
            throttle = throttle.wrong(now);
            waits.push(seconds(&throttle));
        }
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
        assert!(throttle.check(now.plus(MAX_WAIT)).is_ok());
        assert!(throttle.check(now.plus(-MAX_WAIT)).is_err(), "a clock set back gains nothing");
        // What a clock that was far ahead left behind locks nobody out for longer.
        let ahead = Throttle::after(3, Some(UnixMillis(i64::MAX)));
        assert_eq!(seconds(&ahead), 900);
        assert_eq!(Throttle::after(u32::MAX, None).wrong(now).wrong_in_a_row(), u32::MAX);
    }

    #[test]
    fn only_names_of_key_files_pass() {
        let (patient, key) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
        assert!(is_name(&format!("{patient}.age")) && is_name(&format!("{patient}-{key}.age")));
        for other in ["", ".age", "../x.age", "vault.age", &patient[1..], &format!("{patient}-.age")] {
            assert!(!is_name(other), "{other}");
        }
        assert!(!is_name(&format!("../{patient}.age")));
    }
}
