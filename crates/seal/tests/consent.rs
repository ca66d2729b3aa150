//! Consent keys and the guardians' backup: what opens them, and what must not.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use wl_ledger::{KeyId, PatientId};
use wl_seal::backup::{BackupError, MAX_BACKUP_BYTES, MAX_BACKUP_SHARE_BYTES};
use wl_seal::*;

fn work() -> WorkFactor {
    WorkFactor::new(4).unwrap()
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn patient(byte: u8) -> PatientId {
    PatientId::from_bytes([byte; 16])
}

fn consent_file() -> Vec<u8> {
    ConsentKey::new(patient(2), SigningSeed::from_bytes([7; 32]))
        .seal(&phrase("blue garden"), work())
        .unwrap()
}

#[test]
fn a_consent_key_opens_for_its_patient_with_its_passphrase() {
    let opened = ConsentKey::open(&patient(2), &consent_file(), &phrase("blue garden")).unwrap();
    assert_eq!(opened.seed().expose(), &[7; 32]);
    assert_eq!(opened.patient(), patient(2));
    let open = |patient, text: &str| ConsentKey::open(&patient, &consent_file(), &phrase(text)).err();
    assert_eq!(open(patient(2), "blue gardens"), Some(VaultError::Refused));
    assert_eq!(open(patient(3), "blue garden"), Some(VaultError::UnknownContent));
}

#[test]
fn a_short_passphrase_protects_nothing_and_foreign_content_is_refused() {
    let key = ConsentKey::new(patient(2), SigningSeed::from_bytes([7; 32]));
    assert_eq!(key.seal(&phrase("1234567"), work()).err(), Some(VaultError::PassphraseTooShort));
    let mut recipient = age::scrypt::Recipient::new("blue garden".to_owned().into());
    recipient.set_work_factor(4);
    for content in [b"".as_slice(), &[0xa3, 0, 2], &[0xa3, 0, 1, 1, 0x40]] {
        let file = age::encrypt(&recipient, content).unwrap();
        let refused = ConsentKey::open(&patient(2), &file, &phrase("blue garden")).err();
        assert_eq!(refused, Some(VaultError::UnknownContent));
    }
    let mut vault_bytes = [0; 128];
    vault_bytes[0] = 1;
    let vault = Vault::from_entropy(&vault_bytes).unwrap().seal(&phrase("blue garden"), work()).unwrap();
    let refused = ConsentKey::open(&patient(2), &vault, &phrase("blue garden")).err();
    assert_eq!(refused, Some(VaultError::UnknownContent), "a vault is no consent key");
}

fn hub(byte: u8) -> KeyId {
    KeyId::from_bytes([byte; 16])
}

/// Shares whose numbers depend on the seed; what is random does not matter here.
fn shares(needed: u8, of: u8, seed: u8) -> (Recipient, Vec<BackupShare>) {
    let secret = BackupSecret::from_bytes([seed; 32]);
    let mut call = seed;
    let fill = |out: &mut [u8; 32]| {
        call = call.wrapping_mul(29).wrapping_add(11);
        out.iter_mut().zip(1u8..).for_each(|(byte, at)| *byte = call.wrapping_mul(at));
        Ok::<(), ()>(())
    };
    BackupShare::make(secret, [seed; 16], hub(1), Threshold::new(needed, of).unwrap(), fill).unwrap()
}

fn pick(shares: &[BackupShare], chosen: &[usize]) -> Vec<BackupShare> {
    chosen.iter().map(|at| copy(&shares[*at])).collect()
}

/// A share travels only sealed; this is also how a test gets a copy of one.
fn copy(share: &BackupShare) -> BackupShare {
    let file = share.seal_with(&phrase("guardian's"), work()).unwrap();
    BackupShare::open_with(&file, &phrase("guardian's")).unwrap()
}

/// What an age tool makes of a guardian's file.
fn opened(share: &BackupShare) -> Vec<u8> {
    use age::secrecy::ExposeSecret as _;
    let guardian = ReadingIdentity::from_bytes([3; 32]).unwrap();
    let identity: age::x25519::Identity = guardian.to_age_string().expose_secret().parse().unwrap();
    age::decrypt(&identity, &share.seal_to(guardian.recipient()).unwrap()).unwrap()
}

#[test]
fn any_two_of_three_guardians_open_the_backup() {
    let (recipient, shares) = shares(2, 3, 5);
    let sealed = seal_backup(&recipient, b"keys").unwrap();
    for pair in [[0, 1], [1, 2], [2, 0]] {
        let gathered = gather(pick(&shares, &pair)).unwrap();
        assert!(gathered.hub == hub(1));
        assert_eq!(open_backup(&gathered, &sealed).unwrap().as_slice(), b"keys");
    }
    let by_tool = vec![BackupShare::parse(&opened(&shares[0])).unwrap(), copy(&shares[1])];
    assert!(gather(by_tool).is_ok());
}

#[test]
fn a_backup_of_a_few_mebibytes_comes_back() {
    let (recipient, shares) = shares(2, 3, 5);
    let keys: Vec<u8> = (0..3 * 1024 * 1024_u32).map(|at| at.to_le_bytes()[1]).collect();
    let sealed = seal_backup(&recipient, &keys).unwrap();
    let gathered = gather(pick(&shares, &[0, 2])).unwrap();
    assert!(open_backup(&gathered, &sealed).unwrap().as_slice() == keys);
}

#[test]
fn the_size_of_a_backup_is_bounded_as_it_is_sealed() {
    const MEBIBYTE: usize = 1024 * 1024;
    let (recipient, _) = shares(2, 3, 5);
    assert!(seal_backup(&recipient, &vec![0; 56 * MEBIBYTE]).unwrap().len() <= MAX_BACKUP_BYTES);
    // It would fit, but for what age adds.
    let refused = seal_backup(&recipient, &vec![0; 64 * MEBIBYTE - 8192]).err();
    assert!(matches!(
        refused,
        Some(SealError::TooLarge { what: Sealed::Backup, limit: MAX_BACKUP_BYTES, .. })
    ));
}

#[test]
fn a_share_says_which_it_is_and_how_many_are_needed() {
    for (needed, of) in [(2, 3), (3, 5)] {
        let (_, shares) = shares(needed, of, 5);
        assert_eq!(shares.iter().map(BackupShare::index).collect::<Vec<_>>(), (1..=of).collect::<Vec<_>>());
        assert!(shares.iter().all(|share| share.needed() == needed));
    }
}

#[test]
fn one_share_alone_and_the_same_twice_are_refused() {
    let (_, shares) = shares(2, 3, 5);
    let refused = gather(pick(&shares, &[0])).err();
    assert_eq!(refused, Some(BackupError::Shares(ShareError::TooFew { needed: 2, got: 1 })));
    let refused = gather(pick(&shares, &[1, 1])).err();
    assert_eq!(refused, Some(BackupError::Shares(ShareError::Twice(2))));
    assert_eq!(gather(vec![]).err(), Some(BackupError::Shares(ShareError::TooFew { needed: 2, got: 0 })));
}

#[test]
fn a_foreign_and_a_changed_share_are_named() {
    let ((_, ours), (_, others)) = (shares(2, 4, 5), shares(2, 4, 6));
    let mut mixed = pick(&ours, &[0, 1]);
    mixed.insert(1, copy(&others[2]));
    assert_eq!(gather(mixed).err(), Some(BackupError::Foreign(1)));
    let mut bytes = opened(&ours[2]);
    *bytes.last_mut().unwrap() ^= 1;
    let mut mixed = pick(&ours, &[0]);
    mixed.push(BackupShare::parse(&bytes).unwrap());
    assert_eq!(gather(mixed).err(), Some(BackupError::Changed(1)));
}

#[test]
fn a_share_has_one_encoding_and_bounds() {
    let bytes = opened(&shares(2, 3, 5).1[0]);
    assert!(BackupShare::parse(&bytes).is_ok());
    for length in 0..bytes.len() {
        assert!(BackupShare::parse(&bytes[..length]).is_err(), "{length}");
    }
    assert!(BackupShare::parse(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert!(BackupShare::parse(&vec![0; MAX_BACKUP_SHARE_BYTES + 1]).is_err());
    let file = shares(2, 3, 5).1[0].seal_with(&phrase("guardian's"), work()).unwrap();
    assert_eq!(BackupShare::open_with(&file, &phrase("somebody's")).err(), Some(VaultError::Refused));
    let mut changed = file;
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(BackupShare::open_with(&changed, &phrase("guardian's")).err(), Some(VaultError::Refused));
}

#[test]
fn a_backup_opens_under_its_own_shares_only_and_unchanged_only() {
    let ((recipient, ours), (_, others)) = (shares(2, 3, 5), shares(2, 3, 6));
    let sealed = seal_backup(&recipient, b"keys").unwrap();
    let stranger = gather(pick(&others, &[0, 1])).unwrap();
    assert_eq!(open_backup(&stranger, &sealed).err(), Some(SealError::Refused(Sealed::Backup)));
    let gathered = gather(pick(&ours, &[0, 1])).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 0x10;
        assert!(open_backup(&gathered, &changed).is_err(), "{at}");
    }
}
