-- What a hub keeps. The file is encrypted (SQLCipher); one process writes it.
-- Every statement here runs on a fresh database; later changes are files of their own.

-- The control lane as it was verified; replayed at start.
CREATE TABLE lane (
    height      INTEGER PRIMARY KEY,          -- height of the block
    item        BLOB NOT NULL                 -- header, certificate and control transactions (LaneItem)
) STRICT;

-- Secrets that this hub made: of generations (epoch -1) and of epochs within them. Never replaced: a submission
-- without a receipt may have been sealed, and is said again with the same secret.
CREATE TABLE secret (
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    category    INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    secret      BLOB NOT NULL CHECK (length(secret) = 32),
    PRIMARY KEY (patient, category, generation, epoch)
) STRICT, WITHOUT ROWID;

-- Envelopes made for readers. They wait here until their generation is on the ledger, so that a stop between the
-- two is finished at the next start.
CREATE TABLE envelope (
    reader      BLOB NOT NULL CHECK (length(reader) = 16),
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    category    INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    queued      INTEGER NOT NULL DEFAULT 0 CHECK (queued IN (0, 1)), -- 1: in the outbox or sent
    PRIMARY KEY (reader, patient, category, generation)
) STRICT, WITHOUT ROWID;

-- Sealed shares of generations' secrets for custodians. All of one generation come from one splitting.
CREATE TABLE share (
    custodian   BLOB NOT NULL CHECK (length(custodian) = 16),
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    category    INTEGER NOT NULL,
    generation  INTEGER NOT NULL,
    needed      INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    queued      INTEGER NOT NULL DEFAULT 0 CHECK (queued IN (0, 1)), -- 1: in the outbox or sent
    PRIMARY KEY (custodian, patient, category, generation)
) STRICT, WITHOUT ROWID;

-- Orders to erase that were carried out here, and what was erased: said on the ledger until it stands there.
CREATE TABLE erasure (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    records     INTEGER NOT NULL,
    keys        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the guardians' backup is written anew when keys change, and the age recipient it is sealed to.
CREATE TABLE backup (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    recipient   TEXT NOT NULL,
    folder      TEXT NOT NULL
) STRICT;

-- There while this store, which came from a backup, has not learnt the tails of its streams from the chain.
CREATE TABLE restored (
    one         INTEGER PRIMARY KEY CHECK (one = 1)
) STRICT;

-- Tails of the streams this hub writes: the last record signed, and the last the gateway sealed.
CREATE TABLE tail (
    stream      INTEGER PRIMARY KEY,
    seq         INTEGER NOT NULL,
    hash        BLOB NOT NULL CHECK (length(hash) = 32),
    sealed_seq  INTEGER,
    sealed_hash BLOB
) STRICT;

-- Signed records on their way to the gateway, in order. Removed only on its receipt.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    urgency     INTEGER NOT NULL,             -- 0 = keys and alarms, sent first; 1 = everything else
    stream      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    item        BLOB NOT NULL                 -- entry and body (Item)
) STRICT;
CREATE INDEX outbox_order ON outbox (urgency, id);

-- Records that the gateway refused for good: kept and shown, never dropped.
CREATE TABLE refused (
    id          INTEGER PRIMARY KEY,
    code        INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    item        BLOB NOT NULL
) STRICT;

-- Patients of this hub: identity and the state of their alarm rules.
CREATE TABLE patient (
    patient         BLOB PRIMARY KEY CHECK (length(patient) = 16),
    identity        BLOB NOT NULL,            -- Identity
    identity_queued INTEGER NOT NULL DEFAULT 0,
    interval        INTEGER NOT NULL,         -- how often devices send, in milliseconds
    engine          BLOB                      -- snapshot of the alarm engine
) STRICT, WITHOUT ROWID;

-- Measurements taken in, so that one sent again does not become a second one.
CREATE TABLE taken (
    device      INTEGER NOT NULL,
    code        INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    time        INTEGER NOT NULL,
    PRIMARY KEY (device, code, channel, time)
) STRICT, WITHOUT ROWID;

-- Messages refused, whole, until a person has looked at them.
CREATE TABLE quarantine (
    id          INTEGER PRIMARY KEY,
    received    INTEGER NOT NULL,
    peer        TEXT NOT NULL,
    ground      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    message     BLOB NOT NULL
) STRICT;

-- Messages accepted with rows whose codes are not known: kept with the message, not shown.
CREATE TABLE kept (
    id          INTEGER PRIMARY KEY,
    received    INTEGER NOT NULL,
    device      INTEGER NOT NULL,
    message     BLOB NOT NULL
) STRICT;

-- How far this hub has looked through blocks for what people signed about its patients, and the last such record of
-- each stream: it is carried out once, however often its block is read.
CREATE TABLE heard_height (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    next        INTEGER NOT NULL
) STRICT;
CREATE TABLE heard (
    stream      INTEGER PRIMARY KEY,
    seq         INTEGER NOT NULL
) STRICT;

-- Changes of limits that wait for a second person's signature.
CREATE TABLE awaiting (
    record      BLOB PRIMARY KEY CHECK (length(record) = 32),
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    author      BLOB NOT NULL CHECK (length(author) = 16),
    body        BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What people opened of the patients' records, as their access receipts say; for the patients' page.
CREATE TABLE seen (
    stream      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    place       INTEGER NOT NULL,             -- among the openings of one receipt
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    at          INTEGER NOT NULL,
    reader      BLOB NOT NULL CHECK (length(reader) = 16),
    categories  BLOB NOT NULL,
    emergency   INTEGER NOT NULL CHECK (emergency IN (0, 1)),
    reason      TEXT,
    PRIMARY KEY (stream, seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_order ON seen (patient, at);
