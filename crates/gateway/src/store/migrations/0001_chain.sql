-- The chain this database holds. Exactly one row, written before genesis and never changed.
CREATE TABLE chain (
    id      INTEGER PRIMARY KEY CHECK (id = 0),
    -- Chain id: hash of the genesis transaction.
    chain   BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

-- One row per block. The height is the key, so two blocks at one height cannot stand here.
CREATE TABLE blocks (
    height      INTEGER PRIMARY KEY CHECK (height >= 0),
    -- Encoded header and certificate, as they were signed (docs/spec/header.md, docs/spec/certificate.md).
    header      BLOB NOT NULL,
    certificate BLOB NOT NULL
) STRICT;

-- One row per entry.
CREATE TABLE entries (
    -- height * 4096 + place within the block: appended in order, no second key to keep.
    place      INTEGER PRIMARY KEY CHECK (place >= 0),
    -- 0 control, 1 record.
    lane       INTEGER NOT NULL CHECK (lane IN (0, 1)),
    -- Record: stream and number. NULL for a control transaction.
    stream     INTEGER CHECK ((stream IS NULL) = (lane = 0)),
    seq        INTEGER CHECK ((seq IS NULL) = (lane = 0)),
    -- Control: hash of the signed payload. NULL for a record.
    hash       BLOB CHECK ((hash IS NULL) = (lane = 1)),
    -- The entry as it arrived.
    bytes      BLOB NOT NULL,
    -- Record: hash of its predecessor in the stream.
    previous   BLOB CHECK ((previous IS NULL) = (lane = 0)),
    -- Record: salt and ciphertext; both NULL once erased.
    salt       BLOB,
    ciphertext BLOB,
    CHECK ((salt IS NULL) = (ciphertext IS NULL))
) STRICT;

-- A number of a stream is taken once. Grows at the end of each stream, so it stays in few pages.
CREATE UNIQUE INDEX records_by_stream ON entries (stream, seq) WHERE lane = 1;
-- The control lane without a walk over the records between.
CREATE INDEX controls_by_place ON entries (place) WHERE lane = 0;
-- Recognises a control transaction that is sent again. Random, but controls are few.
CREATE UNIQUE INDEX controls_by_hash ON entries (hash) WHERE lane = 0;

-- The newest signed heartbeat of each hub, so that a restart does not forget what a silent hub said last.
CREATE TABLE heartbeats (
    author BLOB PRIMARY KEY CHECK (length(author) = 16),
    -- Unix milliseconds, as its author signed it.
    time   INTEGER NOT NULL,
    bytes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
