//! Envelopes, documents and vaults: age files, what opens them, and what must not.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret;
use proptest::prelude::*;
use wl_ledger::{Category, ChainId, Epoch, Generation, PatientId, Seq, StreamId};
use wl_seal::document::{MAX_DOCUMENT_BYTES, MAX_DOCUMENT_PLAINTEXT};
use wl_seal::envelope::MAX_ENVELOPE_BYTES;
use wl_seal::vault::MAX_VAULT_BYTES;
use wl_seal::*;

fn generation_context() -> GenerationContext {
    GenerationContext {
        chain: ChainId::from_bytes([1; 32]),
        patient: PatientId::from_bytes([2; 16]),
        category: Category::Documents,
        generation: Generation(3),
    }
}

fn record_context() -> RecordContext {
    RecordContext {
        chain: ChainId::from_bytes([1; 32]),
        patient: PatientId::from_bytes([2; 16]),
        category: Category::Documents,
        stream: StreamId(5),
        seq: Seq(6),
        epoch: Epoch(4),
        kind: 7,
    }
}

fn reader(byte: u8) -> ReadingIdentity {
    ReadingIdentity::from_bytes([byte; 32]).unwrap()
}

fn generation() -> GenerationSecret {
    GenerationSecret::from_bytes([6; 32])
}

fn epoch_keys(byte: u8) -> EpochKeys {
    let context = EpochContext { generation: generation_context(), epoch: Epoch(4) };
    EpochSecret::from_bytes([byte; 32]).keys(&context).unwrap()
}

fn envelope() -> Vec<u8> {
    seal_envelope(reader(1).recipient(), &generation_context(), &generation()).unwrap()
}

fn open(bytes: &[u8]) -> Result<GenerationSecret, SealError> {
    let commitment = generation().commitment(&generation_context());
    open_envelope(&reader(1), &generation_context(), &commitment, bytes)
}

#[test]
fn an_envelope_opens_for_its_reader_in_its_place() {
    assert_eq!(open(&envelope()).unwrap().expose(), &[6; 32]);
    let commitment = generation().commitment(&generation_context());
    let refused = open_envelope(&reader(2), &generation_context(), &commitment, &envelope()).err();
    assert_eq!(refused, Some(SealError::Refused(Sealed::Envelope)));
}

#[test]
fn a_moved_envelope_names_the_field_that_differs() {
    let base = generation_context();
    let moved = [
        ("chain", GenerationContext { chain: ChainId::from_bytes([9; 32]), ..base }),
        ("patient", GenerationContext { patient: PatientId::from_bytes([9; 16]), ..base }),
        ("category", GenerationContext { category: Category::Notes, ..base }),
        ("generation", GenerationContext { generation: Generation(4), ..base }),
    ];
    for (field, context) in moved {
        let commitment = generation().commitment(&context);
        let refused = open_envelope(&reader(1), &context, &commitment, &envelope()).err();
        assert_eq!(refused, Some(SealError::Context { what: Sealed::Envelope, field }));
    }
}

#[test]
fn an_envelope_with_another_secret_than_committed_is_refused() {
    let other = GenerationSecret::from_bytes([7; 32]);
    let swapped = seal_envelope(reader(1).recipient(), &generation_context(), &other).unwrap();
    assert_eq!(open(&swapped).err(), Some(SealError::GenerationCommitment));
}

/// An age file to reader 1 with any content.
fn age_to_reader(content: &[u8]) -> Vec<u8> {
    let recipient: age::x25519::Recipient = reader(1).recipient().as_str().parse().unwrap();
    age::encrypt(&recipient, content).unwrap()
}

#[test]
fn a_header_that_age_does_not_write_is_malformed_and_not_refused() {
    let file = age_to_reader(b"anything");
    let stanza = file.windows(10).position(|part| part == b"-> X25519 ").unwrap();
    let spoilt = [&file[..stanza + 10], b"one-more ", &file[stanza + 10..]].concat();
    assert_eq!(open(&spoilt).err(), Some(SealError::Malformed(Sealed::Envelope)));
}

#[test]
fn foreign_content_in_an_envelope_is_refused() {
    let mut right = vec![0xa6, 0, 1, 1, 0x58, 32];
    right.extend([1; 32]);
    right.extend([2, 0x50]);
    right.extend([2; 16]);
    right.extend([3, 4, 4, 3, 5, 0x58, 32]);
    right.extend([6; 32]);
    assert_eq!(open(&age_to_reader(&right)).unwrap().expose(), &[6; 32]);
    let trailing = [right.as_slice(), &[0]].concat();
    let mut not_canonical = right.clone();
    not_canonical.splice(1..3, [0, 0x18, 1]);
    let mut other_version = right.clone();
    other_version[2] = 2;
    let wrong =
        [vec![], vec![0xa6], right[..right.len() - 1].to_vec(), trailing, not_canonical, other_version];
    for content in wrong {
        let refused = open(&age_to_reader(&content)).err();
        assert_eq!(refused, Some(SealError::Content(Sealed::Envelope)), "{content:02x?}");
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_of_an_age_file_is_refused() {
    let envelope = envelope();
    for length in 0..envelope.len() {
        assert!(open(&envelope[..length]).is_err(), "{length}");
    }
    for bit in 0..envelope.len() * 8 {
        let mut changed = envelope.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&changed).is_err(), "bit {bit}");
    }
    assert!(open(&[envelope.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn large_headers_and_files_are_refused_before_work() {
    let at_most = open(&vec![b'x'; MAX_ENVELOPE_BYTES]).err();
    assert_eq!(at_most, Some(SealError::Malformed(Sealed::Envelope)), "the bound itself is allowed");
    let refused = open(&vec![b'x'; MAX_ENVELOPE_BYTES + 1]).err();
    assert!(matches!(refused, Some(SealError::TooLarge { what: Sealed::Envelope, .. })));
    let recipients: Vec<age::x25519::Recipient> =
        (1..100).map(|byte| reader(byte).recipient().as_str().parse().unwrap()).collect();
    let many = age::Encryptor::with_recipients(recipients.iter().map(|one| one as _)).unwrap();
    let many = many.wrap_output(Vec::new()).unwrap().finish().unwrap();
    assert!(many.len() < MAX_DOCUMENT_BYTES);
    let refused = open_document(&epoch_keys(7), &record_context(), &many).err();
    assert_eq!(refused, Some(SealError::Malformed(Sealed::Document)));
    let refused = open_document(&epoch_keys(7), &record_context(), &vec![0; MAX_DOCUMENT_BYTES + 1]).err();
    assert!(matches!(refused, Some(SealError::TooLarge { what: Sealed::Document, .. })));
}

#[test]
fn a_passphrase_file_or_armour_in_place_of_an_envelope_is_refused() {
    let passphrase = Passphrase::new("correct horse".into()).unwrap();
    let file = vault().seal(&passphrase, WorkFactor::new(4).unwrap()).unwrap();
    assert_eq!(open(&file).err(), Some(SealError::Malformed(Sealed::Envelope)));
    let armour = b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n";
    assert_eq!(open(armour).err(), Some(SealError::Malformed(Sealed::Envelope)));
}

#[test]
fn a_document_opens_in_its_place_only() {
    let keys = epoch_keys(7);
    for plaintext in [b"".as_slice(), b"%PDF-1.7 ...", &vec![3; 200_000]] {
        let sealed = seal_document(keys.recipient(), &record_context(), plaintext).unwrap();
        assert_eq!(open_document(&keys, &record_context(), &sealed).unwrap().as_slice(), plaintext);
        let base = record_context();
        let moved = [
            RecordContext { chain: ChainId::from_bytes([9; 32]), ..base },
            RecordContext { patient: PatientId::from_bytes([9; 16]), ..base },
            RecordContext { category: Category::Images, ..base },
            RecordContext { stream: StreamId(6), ..base },
            RecordContext { seq: Seq(7), ..base },
            RecordContext { epoch: Epoch(5), ..base },
            RecordContext { kind: 6, ..base },
        ];
        for context in moved {
            let refused = open_document(&keys, &context, &sealed).err();
            assert_eq!(refused, Some(SealError::Context { what: Sealed::Document, field: "record" }));
        }
        let refused = open_document(&epoch_keys(8), &record_context(), &sealed).err();
        assert_eq!(refused, Some(SealError::Refused(Sealed::Document)));
        for cut in [1, 16, sealed.len() / 2] {
            let cut = &sealed[..sealed.len() - cut];
            assert!(open_document(&keys, &record_context(), cut).is_err());
        }
    }
}

#[test]
fn the_largest_document_fits_and_one_byte_more_does_not() {
    let keys = epoch_keys(7);
    let largest = vec![3; MAX_DOCUMENT_PLAINTEXT];
    let sealed = seal_document(keys.recipient(), &record_context(), &largest).unwrap();
    assert!(sealed.len() <= MAX_DOCUMENT_BYTES);
    assert_eq!(open_document(&keys, &record_context(), &sealed).unwrap().len(), largest.len());
    let refused = seal_document(keys.recipient(), &record_context(), &vec![3; MAX_DOCUMENT_PLAINTEXT + 1]);
    assert!(matches!(refused, Err(SealError::TooLarge { what: Sealed::Document, .. })));
}

/// A recipient string of any 32 bytes.
fn recipient_of(key: [u8; 32]) -> String {
    bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("age").unwrap(), &key).unwrap()
}

#[test]
fn recipients_are_checked_before_age_sees_them() {
    let good = reader(1).recipient().as_str().to_owned();
    assert_eq!(Recipient::parse(&good).unwrap().as_str(), good);
    let plugin =
        bech32::encode::<bech32::Bech32>(bech32::Hrp::parse("age1yubikey").unwrap(), &[2; 33]).unwrap();
    let mut typo = good.clone();
    typo.replace_range(10..11, if &good[10..11] == "q" { "p" } else { "q" });
    let malformed =
        ["", "age1", "age1pq1", "age1pq1ABC", "age1pq1b", "ssh-ed25519 AAAA", "pq1xyz", &plugin, &typo];
    for text in malformed.into_iter().map(str::to_owned).chain([good.to_uppercase(), format!("{good}\n")]) {
        assert_eq!(Recipient::parse(&text).err(), Some(RecipientError::Malformed), "{text:?}");
    }
    let long = "age1".repeat(MAX_RECIPIENT_BYTES);
    assert_eq!(Recipient::parse(&long).err(), Some(RecipientError::TooLong { got: long.len() }));
    let hybrid = Recipient::parse(&format!("age1pq1{}", "q".repeat(1900))).unwrap();
    assert_eq!(hybrid.check_supported(), Err(RecipientError::Unsupported));
    let refused = seal_envelope(&hybrid, &generation_context(), &generation()).err();
    assert_eq!(refused, Some(SealError::Recipient(RecipientError::Unsupported)));
}

#[test]
fn keys_on_which_age_would_panic_are_refused() {
    let prime = |first: u8| {
        let mut key = [0xff; 32];
        (key[0], key[31]) = (first, 0x7f);
        key
    };
    let mut high_bit = [7; 32];
    high_bit[31] = 0x80;
    let mut one = [0; 32];
    one[0] = 1;
    let order_8 = |text: &str| *wl_ledger::Hash::from_hex(text).unwrap().as_bytes();
    let weak = [
        [0; 32],
        one,
        order_8("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        order_8("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        prime(0xec),
        prime(0xed),
        prime(0xee),
        high_bit,
        [0xff; 32],
    ];
    for key in weak {
        assert_eq!(Recipient::parse(&recipient_of(key)).err(), Some(RecipientError::Weak), "{key:02x?}");
    }
    assert!(Recipient::parse(&recipient_of(prime(0xeb))).is_ok());
}

fn vault() -> Vault {
    let mut random = [0; 128];
    random.iter_mut().zip(0..).for_each(|(byte, index)| *byte = index);
    Vault::from_entropy(&random).unwrap()
}

const QUICK: u8 = 4;

fn seal_vault(vault: &Vault, passphrase: &str) -> Vec<u8> {
    vault.seal(&Passphrase::new(passphrase.into()).unwrap(), WorkFactor::new(QUICK).unwrap()).unwrap()
}

fn open_vault(file: &[u8], passphrase: &str) -> Result<Vault, VaultError> {
    Vault::open(file, &Passphrase::new(passphrase.into()).unwrap())
}

#[test]
fn a_vault_gives_back_every_key() {
    let made = vault();
    let opened = open_vault(&seal_vault(&made, "correct horse"), "correct horse").unwrap();
    assert_eq!(opened.signing_seed().expose(), made.signing_seed().expose());
    assert!(opened.reading_identity().recipient() == made.reading_identity().recipient());
    assert_eq!(opened.transport_seed().expose(), made.transport_seed().expose());
    assert_eq!(opened.database_key().expose(), made.database_key().expose());
    let keys = [made.signing_seed().expose(), made.transport_seed().expose(), made.database_key().expose()];
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
}

#[test]
fn a_wrong_passphrase_and_a_damaged_file_look_the_same() {
    let file = seal_vault(&vault(), "correct horse");
    for wrong in ["correct hors", "Correct horse", "correct horse ", "x"] {
        assert_eq!(open_vault(&file, wrong).err(), Some(VaultError::Refused), "{wrong}");
    }
    let mut damaged = file.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(open_vault(&damaged, "correct horse").err(), Some(VaultError::Refused));
    assert_eq!(open_vault(&file[..file.len() - 1], "correct horse").err(), Some(VaultError::Refused));
}

#[test]
fn a_pepper_is_needed_where_one_was_used() {
    let peppered = |pepper: u8| Passphrase::new("correct horse".into()).unwrap().with_pepper(&[pepper; 32]);
    let file = vault().seal(&peppered(0xa5), WorkFactor::new(QUICK).unwrap()).unwrap();
    assert!(Vault::open(&file, &peppered(0xa5)).is_ok());
    assert_eq!(Vault::open(&file, &peppered(0xa6)).err(), Some(VaultError::Refused));
    assert_eq!(open_vault(&file, "correct horse").err(), Some(VaultError::Refused));
    assert!(open_vault(&file, &format!("correct horse.{}", "a5".repeat(32))).is_ok());
}

#[test]
fn vault_bounds_hold() {
    let work = WorkFactor::new(QUICK).unwrap();
    assert_eq!(Passphrase::new(String::new()).err(), Some(VaultError::PassphraseLength));
    assert_eq!(Passphrase::new("x".repeat(1025)).err(), Some(VaultError::PassphraseLength));
    let short = Passphrase::new("1234567".into()).unwrap().with_pepper(&[1; 32]);
    assert_eq!(vault().seal(&short, work).err(), Some(VaultError::PassphraseTooShort));
    for factor in [0, 19, 64, 255] {
        assert!(WorkFactor::new(factor).is_none());
    }
    assert_eq!(
        open_vault(&vec![0; MAX_VAULT_BYTES + 1], "correct horse").err(),
        Some(VaultError::TooLarge { got: MAX_VAULT_BYTES + 1 })
    );
    for foreign in [b"".as_slice(), b"age-encryption.org/v1\n", &envelope()] {
        assert_eq!(open_vault(foreign, "correct horse").err(), Some(VaultError::NotAVault));
    }
    let file = seal_vault(&vault(), "correct horse");
    let stanza = String::from_utf8_lossy(&file).lines().nth(1).unwrap().to_owned();
    let costly = format!("{}30", stanza.strip_suffix('4').unwrap());
    let end = file.iter().skip(22).position(|byte| *byte == b'\n').unwrap() + 22;
    let costly = [&file[..22], costly.as_bytes(), &file[end..]].concat();
    assert_eq!(open_vault(&costly, "correct horse").err(), Some(VaultError::ExcessiveWork { required: 30 }));
}

#[test]
fn the_right_passphrase_with_foreign_content_says_so() {
    let mut recipient = age::scrypt::Recipient::new("correct horse".to_owned().into());
    recipient.set_work_factor(QUICK);
    for content in [b"".as_slice(), b"note", &[0xa1, 0, 2], &[0xa6, 0, 2]] {
        let file = age::encrypt(&recipient, content).unwrap();
        assert_eq!(open_vault(&file, "correct horse").err(), Some(VaultError::UnknownContent));
    }
}

/// The `age` command, where it is installed.
fn age_command() -> Option<Command> {
    let found = Command::new("age").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        println!("skipped: the age command is not installed");
        return None;
    }
    Some(Command::new("age"))
}

#[test]
fn the_age_command_opens_our_files_and_we_open_its() {
    let Some(mut decrypt) = age_command() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (identity, sealed) = (folder.path().join("key.txt"), folder.path().join("sealed.age"));
    let keys = epoch_keys(7);
    std::fs::write(&identity, keys.identity().to_age_string().expose_secret()).unwrap();
    std::fs::write(&sealed, seal_document(keys.recipient(), &record_context(), b"a report").unwrap())
        .unwrap();
    let output = decrypt.arg("-d").arg("-i").arg(&identity).arg(&sealed).output().unwrap();
    assert!(output.stdout.starts_with(b"a report\n%wardlight/document/1 "), "{output:?}");

    // What the age command encrypts to the epoch opens here, if its last line is right.
    let plaintext = folder.path().join("plaintext");
    std::fs::write(&plaintext, &output.stdout).unwrap();
    let mut encrypt = Command::new("age");
    let output = encrypt.arg("-r").arg(keys.recipient().as_str()).arg(&plaintext).output().unwrap();
    let opened = open_document(&keys, &record_context(), &output.stdout).unwrap();
    assert_eq!(opened.as_slice(), b"a report");

    std::fs::write(&identity, reader(1).to_age_string().expose_secret()).unwrap();
    std::fs::write(&sealed, envelope()).unwrap();
    let output = Command::new("age").arg("-d").arg("-i").arg(&identity).arg(&sealed).output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout.ends_with(&[6; 32]));
}

proptest! {
    #[test]
    fn hostile_age_files_are_refused_quietly(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (mut bytes, original) = { let made = envelope(); (made.clone(), made) };
        for (place, byte) in changes {
            *place.get_mut(&mut bytes) = byte;
        }
        prop_assume!(bytes != original);
        prop_assert!(open(&bytes).is_err());
        prop_assert!(open_document(&epoch_keys(7), &record_context(), &bytes).is_err());
    }
}
