-- A device that says something else of the same moment corrects itself: that is no copy, so what was measured belongs to
-- the identity. What was taken in before this change counts for every value.
CREATE TABLE taken_with_value (
    device      INTEGER NOT NULL,
    code        INTEGER NOT NULL,
    channel     INTEGER NOT NULL,
    time        INTEGER NOT NULL,
    value       BLOB NOT NULL,                -- empty: any
    PRIMARY KEY (device, code, channel, time, value)
) STRICT, WITHOUT ROWID;
INSERT INTO taken_with_value SELECT device, code, channel, time, x'' FROM taken;
DROP TABLE taken;
ALTER TABLE taken_with_value RENAME TO taken;
