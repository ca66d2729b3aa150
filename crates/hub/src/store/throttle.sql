-- Wrong passphrases in a row about a patient, and until when the next try waits. A row goes with the right passphrase.
CREATE TABLE throttle (
    patient     BLOB PRIMARY KEY CHECK (length(patient) = 16),
    wrong       INTEGER NOT NULL,
    until       INTEGER                       -- Unix milliseconds; none while a try costs nothing
) STRICT, WITHOUT ROWID;
