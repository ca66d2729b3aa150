//! Every bound of the formats, named, with its reason.

/// A record's signed part: about 140 bytes in use; room for larger heights and sequence numbers.
pub const MAX_RECORD_BYTES: usize = 512;

/// A record's ciphertext. Documents and images travel in it; larger ones are split by the hub.
pub const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;

/// One control transaction. The largest carries the key ids of all readers of a generation.
pub const MAX_CONTROL_BYTES: usize = 64 * 1024;

/// One encoded header: about 330 bytes in use.
pub const MAX_HEADER_BYTES: usize = 1024;

/// One certificate: room for 100 validators.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

/// Entries of one block, so that a reader can bound its work before it starts.
pub const MAX_ENTRIES: usize = 4096;

/// Names of hospitals, teams and people, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 96;

/// Addresses and device identities, in bytes.
pub const MAX_IDENTITY_BYTES: usize = 128;

/// An age recipient string. X25519 needs 62; a hybrid post-quantum one 1,959.
pub const MAX_RECIPIENT_BYTES: usize = 2048;

/// Readers of one generation: 1,500 key ids still fit into one control transaction.
pub const MAX_READERS: usize = 1500;

/// Validators of one chain.
pub const MAX_VALIDATORS: usize = 100;

/// First administrators named in genesis.
pub const MAX_GENESIS_ADMINS: usize = 16;

/// How far the time a record claims may lie ahead of the block that takes it, in milliseconds (threat 26).
pub const MAX_FUTURE_MILLIS: i64 = 10_000;

/// Streams named in one heartbeat.
pub const MAX_HEARTBEAT_STREAMS: usize = 16_384;

/// A proof of access: every agreement of one patient that was not revoked, about 1 KiB each.
pub const MAX_ACCESS_PROOF_BYTES: usize = 4 * 1024 * 1024;

/// Longest access in an emergency, in minutes (design §5).
pub const MAX_BREAK_GLASS_MINUTES: u8 = 60;

/// Custodians of the generations' secrets.
pub const MAX_CUSTODIANS: usize = 16;

/// Keys of one person, revoked ones included.
pub const MAX_KEYS_OF_PERSON: usize = 16;

/// Guardians of one patient.
pub const MAX_GUARDIANS: usize = 16;

/// How far ahead the end of a consent recorded at the bedside may lie, in milliseconds: 7 days.
pub const MAX_BEDSIDE_MILLIS: i64 = 7 * 24 * 3_600_000;

/// How far ahead the end of a legal disclosure may lie, in milliseconds: 366 days.
pub const MAX_DISCLOSURE_MILLIS: i64 = 366 * 24 * 3_600_000;

/// How long a proposal waits for approval, in milliseconds: 7 days.
pub const PROPOSAL_MILLIS: i64 = 7 * 24 * 3_600_000;

/// Proposals of one person that wait at a time.
pub const MAX_PROPOSALS: usize = 64;
