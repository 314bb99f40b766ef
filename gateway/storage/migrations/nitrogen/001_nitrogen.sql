-- What Nitrogen's API keeps. Principals are those of registry.db, by number; times are ms since the epoch.
CREATE TABLE profile (
  principal INTEGER PRIMARY KEY,
  document TEXT NOT NULL
);

CREATE TABLE api_key (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  owner INTEGER NOT NULL,
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  used INTEGER NOT NULL
);
CREATE INDEX api_key_owner ON api_key(owner);

CREATE TABLE message (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sender INTEGER NOT NULL,
  receiver INTEGER NOT NULL,           -- 0: nobody in particular
  type TEXT NOT NULL,
  ts INTEGER NOT NULL,
  index_until INTEGER NOT NULL,
  command TEXT NOT NULL,
  document TEXT NOT NULL
);
CREATE INDEX message_ts ON message(ts);
CREATE INDEX message_sender ON message(sender, ts);
CREATE INDEX message_receiver ON message(receiver, ts) WHERE receiver <> 0;
CREATE INDEX message_type ON message(type, ts);
CREATE INDEX message_over ON message(index_until);

CREATE TABLE blob (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  owner INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  bytes BLOB NOT NULL
);
CREATE INDEX blob_owner ON blob(owner, size);
