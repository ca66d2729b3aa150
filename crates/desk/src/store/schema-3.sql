-- One row for each alarm: what is looked for, so that only what is open is held in memory.
CREATE TABLE alarms (
    alarm    BLOB PRIMARY KEY CHECK (length(alarm) = 16),
    patient  BLOB NOT NULL CHECK (length(patient) = 16),
    -- Null until its steps are judged, and while none of them is the hub's.
    code     INTEGER,
    priority INTEGER,
    raised   INTEGER,
    -- 1 while time or people may still change it, and whenever that is not known.
    live     INTEGER NOT NULL DEFAULT 1 CHECK (live IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_live ON alarms (raised) WHERE live = 1;
CREATE INDEX alarms_over ON alarms (raised) WHERE live = 0;
CREATE INDEX alarms_over_of ON alarms (patient, raised) WHERE live = 0;
CREATE INDEX alarms_over_on ON alarms (code, raised) WHERE live = 0;

-- What is known already is judged when the database is opened.
INSERT INTO alarms (alarm, patient)
SELECT alarm, MIN(patient) FROM alarm_steps WHERE alarm IS NOT NULL GROUP BY alarm;

-- An alarm that loses steps goes with the last of them, and is judged anew before that.
CREATE TRIGGER alarms_lose AFTER DELETE ON alarm_steps WHEN OLD.alarm IS NOT NULL BEGIN
    DELETE FROM alarms
    WHERE alarm = OLD.alarm AND NOT EXISTS (SELECT 1 FROM alarm_steps WHERE alarm = OLD.alarm);
    UPDATE alarms SET live = 1, raised = NULL WHERE alarm = OLD.alarm;
END;

-- Records whose body is not here; the trend screen looks for them.
CREATE INDEX IF NOT EXISTS records_bodyless ON records (stream, taken, height) WHERE state = 3;

PRAGMA user_version = 3;
