-- Orders to erase that were carried out here, with how many bodies went: the receipt must say the same after a restart.
CREATE TABLE erasures (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),
    records INTEGER NOT NULL CHECK (records >= 0)
) STRICT, WITHOUT ROWID;
