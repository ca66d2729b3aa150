-- What is known of the alarms that are not over, in the order in which it became known here: what hub and people said.
-- An alarm's rows go once nobody is called to it any more.
CREATE TABLE alarm_step (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    patient     BLOB NOT NULL CHECK (length(patient) = 16),
    alarm       BLOB NOT NULL CHECK (length(alarm) = 16),
    author      BLOB NOT NULL CHECK (length(author) = 16),
    kind        INTEGER NOT NULL,             -- as in the records' headers
    body        BLOB NOT NULL
) STRICT;
CREATE INDEX alarm_step_alarm ON alarm_step (alarm);

-- Who is called when nobody answers, by patient: the newest that somebody signed.
CREATE TABLE roster (
    patient     BLOB PRIMARY KEY CHECK (length(patient) = 16),
    body        BLOB NOT NULL
) STRICT, WITHOUT ROWID;
