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
