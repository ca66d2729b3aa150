//! What a hub, a gateway or a stolen disk may hold: sealed records, envelopes, documents, vaults, alarm headers. No
//! mutation forges an authentication tag, so what lies behind it is tried from its own bytes too.

use wl_ledger::{Category, ChainId, Epoch, Generation, PatientId, Seq, StreamId};
use wl_seal::content;
use wl_seal::notice::{NoticeContext, open_notice};
use wl_seal::share::open_share;
use wl_seal::{
    AlarmContext, BackupShare, EpochContext, EpochKeys, EpochSecret, GenerationContext, GenerationSecret,
    LockKey, Passphrase, ReadingIdentity, Recipient, RecordContext, Vault, open_alarm_header, open_document,
    open_mailed_envelope, open_record,
};

use crate::{Target, target};

pub(crate) const TARGETS: &[Target] = &[
    target("sealed-record", 4096, sealed_record),
    target("wrapped-epoch", 256, wrapped_epoch),
    target("envelope", 4096, envelope),
    target("document", 8192, document),
    target("vault", 8192, vault),
    target("alarm-header", 256, alarm_header),
    target("recipient", 2100, recipient),
    target("notice", 8192, notice),
    target("key-share", 4096, key_share),
    target("envelope-content", 256, content::envelope),
    target("vault-content", 4096, content::vault),
    target("alarm-header-content", 64, content::alarm_header),
    target("consent-content", 128, content::consent),
    target("share-content", 256, content::share),
    target("notice-content", 4096, content::notice),
    target("backup-share", 1024, |input| BackupShare::parse(input).is_ok()),
];

const GENERATION: GenerationContext = GenerationContext {
    chain: ChainId::from_bytes([0x11; 32]),
    patient: PatientId::from_bytes([0x22; 16]),
    category: Category::Vitals,
    generation: Generation(3),
};

const RECORD: RecordContext = RecordContext {
    chain: GENERATION.chain,
    patient: GENERATION.patient,
    category: GENERATION.category,
    stream: StreamId(1),
    seq: Seq(9),
    epoch: Epoch(4),
    kind: 0,
};

fn keys() -> Option<EpochKeys> {
    let context = EpochContext { generation: GENERATION, epoch: RECORD.epoch };
    EpochSecret::from_bytes([0x44; 32]).keys(&context).ok()
}

fn sealed_record(input: &[u8]) -> bool {
    keys().is_some_and(|keys| open_record(keys.record_key(), &RECORD, input).is_ok())
}

fn wrapped_epoch(input: &[u8]) -> bool {
    let context = EpochContext { generation: GENERATION, epoch: RECORD.epoch };
    GenerationSecret::from_bytes([0x33; 32]).unwrap_epoch(&context, input).is_ok()
}

fn envelope(input: &[u8]) -> bool {
    let Ok(identity) = ReadingIdentity::from_bytes([0x77; 32]) else { return false };
    let secret = GenerationSecret::from_bytes([0x33; 32]);
    open_mailed_envelope(&identity, |found| Some(secret.commitment(found)), input).is_ok()
}

fn notice(input: &[u8]) -> bool {
    let Ok(identity) = ReadingIdentity::from_bytes([0x77; 32]) else { return false };
    let context = NoticeContext { chain: GENERATION.chain, stream: RECORD.stream, seq: RECORD.seq, kind: 10 };
    open_notice(&identity, &context, input).is_ok()
}

fn key_share(input: &[u8]) -> bool {
    let Ok(identity) = ReadingIdentity::from_bytes([0x77; 32]) else { return false };
    open_share(&identity, input).is_ok()
}

fn document(input: &[u8]) -> bool {
    keys().is_some_and(|keys| open_document(&keys, &RECORD, input).is_ok())
}

/// What asks for real work would only slow the search down: the bound on it has a test of its own.
fn vault(input: &[u8]) -> bool {
    let asks_for_work = input.split(|byte| *byte == b'\n').any(|line| {
        let work = line.strip_prefix(b"-> scrypt ").map(|rest| rest.rsplit(|byte| *byte == b' ').next());
        work.is_some_and(|work| work.is_none_or(|digits| digits.len() != 1))
    });
    if asks_for_work {
        return false;
    }
    let Ok(passphrase) = Passphrase::new("correct horse battery".to_owned()) else { return false };
    Vault::open(input, &passphrase).is_ok()
}

fn alarm_header(input: &[u8]) -> bool {
    let context = AlarmContext { chain: GENERATION.chain, stream: RECORD.stream, seq: RECORD.seq };
    open_alarm_header(&LockKey::from_bytes([0x66; 32]), &context, input).is_ok()
}

fn recipient(input: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(input) else { return false };
    let Ok(recipient) = Recipient::parse(text) else { return false };
    assert!(recipient.as_str() == text);
    // age panics on some points; nothing that parsed may get that far.
    if recipient.check_supported().is_ok() {
        let secret = GenerationSecret::from_bytes([1; 32]);
        assert!(wl_seal::seal_envelope(&recipient, &GENERATION, &secret).is_ok());
    }
    true
}
