-- Streams in which nothing can follow any more, since the gateway refused one of their records for good.
CREATE TABLE broken (
    stream      INTEGER PRIMARY KEY,
    since       INTEGER NOT NULL,             -- Unix milliseconds
    mended      INTEGER                       -- when its records were signed anew in another stream
) STRICT;

-- 1: was refused once, and is tried once more in another stream.
ALTER TABLE outbox ADD COLUMN tried INTEGER NOT NULL DEFAULT 0 CHECK (tried IN (0, 1));
