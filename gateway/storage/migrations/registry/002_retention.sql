-- How long what cars sent is kept. Days are NULL for “for ever”.
CREATE TABLE retention_policy (
  name TEXT PRIMARY KEY,
  in_group INTEGER REFERENCES principal(number),   -- NULL: the cars that no other policy is about
  raw_days INTEGER,
  minute_days INTEGER,
  hour_days INTEGER,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) WITHOUT ROWID;

-- At most one row: how many bytes of telemetry there may be.
CREATE TABLE retention_budget (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  bytes INTEGER NOT NULL
);
