-- Version 2: what people wrote, as opened.

CREATE TABLE writings (
    stream    INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    height    INTEGER NOT NULL,
    idx       INTEGER NOT NULL,
    patient   BLOB NOT NULL CHECK (length(patient) = 16),
    author    BLOB NOT NULL CHECK (length(author) = 16),
    sequenced INTEGER NOT NULL,
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    body      BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX writings_by_patient ON writings (patient);

-- Version 1 kept notes closed and marked them as opened: they are opened now.
UPDATE records SET state = 0 WHERE kind = 6 AND state = 1;

PRAGMA user_version = 2;
