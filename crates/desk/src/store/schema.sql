-- The desk's database (docs/spec/desk-store.md). Only verified rows enter; one transaction for one fact.

-- Single values: chain, key id of the owner, high-water mark of time.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Verified headers with their control entries, from genesis on without gap.
CREATE TABLE lane (
    height      INTEGER PRIMARY KEY CHECK (height >= 0),
    id          BLOB NOT NULL CHECK (length(id) = 32),
    time        INTEGER NOT NULL,
    header      BLOB NOT NULL,
    certificate BLOB,
    controls    BLOB NOT NULL,
    -- 1 once all records of the block are in `records`.
    held        INTEGER NOT NULL CHECK (held IN (0, 1))
) STRICT;
CREATE INDEX lane_missing ON lane (height) WHERE held = 0;

-- Verified records with their bodies as ciphertext.
CREATE TABLE records (
    stream     INTEGER NOT NULL,
    seq        INTEGER NOT NULL CHECK (seq >= 0),
    height     INTEGER NOT NULL REFERENCES lane (height),
    idx        INTEGER NOT NULL CHECK (idx >= 0),
    kind       INTEGER NOT NULL,
    taken      INTEGER NOT NULL,
    verified   INTEGER NOT NULL,
    hash       BLOB NOT NULL CHECK (length(hash) = 32),
    previous   BLOB NOT NULL CHECK (length(previous) = 32),
    record     BLOB NOT NULL,
    salt       BLOB,
    ciphertext BLOB,
    -- 0 not opened, 1 opened and stored, 2 does not open, 3 body missing.
    state      INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    PRIMARY KEY (stream, seq),
    CHECK ((salt IS NULL) = (ciphertext IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX records_place ON records (height, idx);
CREATE INDEX records_waiting ON records (stream, height) WHERE state = 0;

-- Series of opened readings; a series never mixes streams, devices or resolutions.
CREATE TABLE series (
    id      INTEGER PRIMARY KEY,
    patient BLOB NOT NULL CHECK (length(patient) = 16),
    stream  INTEGER NOT NULL,
    key     BLOB NOT NULL,
    code    INTEGER NOT NULL,
    UNIQUE (patient, stream, key)
) STRICT;

-- Compressed samples of one series and one hour; level 0 as opened, level 1 compacted.
CREATE TABLE chunks (
    id     INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    hour   INTEGER NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL CHECK (last >= first),
    level  INTEGER NOT NULL CHECK (level IN (0, 1)),
    data   BLOB NOT NULL
) STRICT;
CREATE INDEX chunks_by_time ON chunks (series, hour, level);
CREATE INDEX chunks_loose ON chunks (hour) WHERE level = 0;

-- Opened alarm events and acknowledgements, in chain order by (height, idx).
CREATE TABLE alarm_steps (
    stream  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    height  INTEGER NOT NULL,
    idx     INTEGER NOT NULL,
    patient BLOB NOT NULL CHECK (length(patient) = 16),
    alarm   BLOB CHECK (length(alarm) = 16),
    author  BLOB NOT NULL CHECK (length(author) = 16),
    taken   INTEGER NOT NULL,
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    kind    INTEGER NOT NULL CHECK (kind IN (2, 3, 14, 16)),
    body    BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarm_steps_by_alarm ON alarm_steps (alarm, height, idx);
CREATE INDEX alarm_steps_by_time ON alarm_steps (taken);

-- The newest opened identity record of each patient.
CREATE TABLE identities (
    patient BLOB PRIMARY KEY CHECK (length(patient) = 16),
    height  INTEGER NOT NULL,
    idx     INTEGER NOT NULL,
    stream  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest verified heartbeat of each author, as it was signed.
CREATE TABLE heartbeats (
    author BLOB PRIMARY KEY CHECK (length(author) = 16),
    time   INTEGER NOT NULL,
    heard  INTEGER NOT NULL,
    bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What this person did and the ledger does not hold yet.
CREATE TABLE outbox (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What the record's stream is about, as in the control lane.
    subject BLOB NOT NULL,
    kind    INTEGER NOT NULL,
    -- The alarm it answers, if it answers one.
    alarm   BLOB CHECK (length(alarm) = 16),
    body    BLOB NOT NULL,
    stream  INTEGER,
    seq     INTEGER,
    item    BLOB,
    refused TEXT,
    CHECK ((item IS NULL) = (stream IS NULL) AND (item IS NULL) = (seq IS NULL))
) STRICT;

-- Openings of patients' records that no receipt in the outbox holds yet: each is here before its view is answered.
CREATE TABLE openings (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    patient BLOB NOT NULL CHECK (length(patient) = 16),
    at      INTEGER NOT NULL,
    body    BLOB NOT NULL
) STRICT;

-- Security events of this workstation that no report in the outbox holds yet, counted.
CREATE TABLE noticed (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Kind, key, height and stream: what makes two events one that happened twice.
    alike BLOB NOT NULL UNIQUE,
    body  BLOB NOT NULL
) STRICT;

-- Opened access receipts, one row for each opening; for privacy officers.
CREATE TABLE access_log (
    stream  INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    place   INTEGER NOT NULL,
    patient BLOB NOT NULL CHECK (length(patient) = 16),
    author  BLOB NOT NULL CHECK (length(author) = 16),
    at      INTEGER NOT NULL,
    screen  INTEGER NOT NULL,
    body    BLOB NOT NULL,
    PRIMARY KEY (stream, seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_log_by_time ON access_log (at);

-- Opened security reports, one row for each event; for administrators.
CREATE TABLE security_log (
    stream INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    author BLOB NOT NULL CHECK (length(author) = 16),
    last   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    -- 1 once an administrator on this workstation has marked it as dealt with.
    done   INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),
    PRIMARY KEY (stream, seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX security_log_by_time ON security_log (last);

-- Orders to erase that were carried out here, in one transaction with the deletion.
CREATE TABLE erasures (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),
    records INTEGER NOT NULL CHECK (records >= 0),
    keys    INTEGER NOT NULL CHECK (keys >= 0)
) STRICT, WITHOUT ROWID;

-- What must never be forgotten: forks, rollbacks, gaps, replaced bodies.
CREATE TABLE evidence (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    key    TEXT NOT NULL UNIQUE,
    kind   TEXT NOT NULL,
    height INTEGER,
    seen   INTEGER NOT NULL,
    detail TEXT NOT NULL,
    -- What was signed and speaks against somebody: an encoded statement (docs/spec/evidence.md), or empty.
    data   BLOB NOT NULL,
    -- Missing records: the stream, and the number up to which it must be whole for this to be mended.
    stream INTEGER,
    up_to  INTEGER,
    -- When that was so, Unix milliseconds. What was mended stays here as history.
    mended INTEGER
) STRICT;

PRAGMA user_version = 1;
