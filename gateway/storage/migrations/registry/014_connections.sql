-- How everybody was connected over MQTT: a row a connection, written when it is opened and again when it ends. Numbers go
-- with the microseconds since the epoch at which it was opened, so that age and order need no other index.
CREATE TABLE connection (
  number INTEGER PRIMARY KEY,
  principal INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  doorway TEXT NOT NULL,
  level INTEGER NOT NULL,              -- 4: MQTT 3.1.1, 5: 5.0
  address TEXT NOT NULL,
  client_id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,                   -- NULL: open, or nobody has come to say that it is not
  ending TEXT,
  reason TEXT NOT NULL,
  messages_in INTEGER NOT NULL,
  messages_out INTEGER NOT NULL,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL
);
CREATE INDEX connection_principal ON connection(principal, number);
CREATE INDEX connection_open ON connection(number) WHERE closed_at IS NULL;

-- What is counted of somebody instead: refused attempts, and messages by the HTTP door.
CREATE TABLE attempt_count (
  principal INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  last_address TEXT NOT NULL,
  PRIMARY KEY (principal, kind)
) WITHOUT ROWID;

-- One row: how many connections are kept, and when the gateway was last heard of, for those it did not live to end.
CREATE TABLE connection_state (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  kept INTEGER NOT NULL,
  alive_at INTEGER NOT NULL
);
INSERT INTO connection_state VALUES (1, 0, 0);
CREATE TRIGGER connection_added AFTER INSERT ON connection BEGIN
  UPDATE connection_state SET kept = kept + 1; END;
CREATE TRIGGER connection_forgotten AFTER DELETE ON connection BEGIN
  UPDATE connection_state SET kept = kept - 1; END;
