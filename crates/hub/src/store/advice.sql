-- Advice that physicians wrote to the patients, opened here for their page.
CREATE TABLE advice (
    record      BLOB PRIMARY KEY CHECK (length(record) = 32),
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    author      BLOB NOT NULL CHECK (length(author) = 16),
    stream      INTEGER NOT NULL,
    seq         INTEGER NOT NULL,
    height      INTEGER NOT NULL,             -- height of its block
    idx         INTEGER NOT NULL,             -- place in it
    body        BLOB NOT NULL,
    shown       INTEGER,                      -- when the page first showed it
    withdrawal  BLOB                          -- what took it back
) STRICT, WITHOUT ROWID;
CREATE INDEX advice_patient ON advice (patient, height, idx);

-- What the patients, or their guardians, answered; each once.
CREATE TABLE advice_reply (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    advice      BLOB NOT NULL REFERENCES advice (record) ON DELETE CASCADE,
    body        BLOB NOT NULL,
    UNIQUE (advice, body)
) STRICT;

-- What the hub owes the ledger about advice: signed into the outbox as soon as the key of the notes is here.
CREATE TABLE advice_owed (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    advice      BLOB NOT NULL REFERENCES advice (record) ON DELETE CASCADE,
    body        BLOB NOT NULL
) STRICT;
