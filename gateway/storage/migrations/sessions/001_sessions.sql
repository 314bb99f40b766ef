-- MQTT sessions that outlive their connections. Every time is in ms since the epoch.
CREATE TABLE session (
  number INTEGER PRIMARY KEY,
  principal INTEGER NOT NULL,          -- its number in the registry
  client_id TEXT NOT NULL,
  expiry_s INTEGER NOT NULL,           -- 4294967295: never
  away_since INTEGER,                  -- NULL: the client is connected
  UNIQUE (principal, client_id)
);

CREATE TABLE subscription (
  session INTEGER NOT NULL,
  filter TEXT NOT NULL,
  options INTEGER NOT NULL,            -- as in SUBSCRIBE (MQTT 5.0 §3.8.3.1)
  identifier INTEGER NOT NULL,         -- 0: none
  PRIMARY KEY (session, filter)
) WITHOUT ROWID;

-- Each message once, however many sessions it waits in; gone with the last of them.
CREATE TABLE message (
  number INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL,
  properties BLOB NOT NULL,
  flags INTEGER NOT NULL,              -- bits 0 and 1: QoS as published, bit 2: retain as published, bit 3: a command
  car INTEGER NOT NULL,                -- 0: none
  expires_at INTEGER
);

CREATE TABLE outgoing (
  session INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  message INTEGER NOT NULL,
  flags INTEGER NOT NULL,              -- bits 0 and 1: QoS, bit 2: retain
  state INTEGER NOT NULL,              -- 0 queued, 1 sent, 2 released
  packet_id INTEGER NOT NULL,          -- 0: none yet
  identifiers BLOB NOT NULL,           -- of the subscriptions that matched, as varints
  PRIMARY KEY (session, sequence)
) WITHOUT ROWID;

-- Packet ids of publishes of QoS 2 between PUBREC and PUBREL.
CREATE TABLE incoming (
  session INTEGER NOT NULL,
  packet_id INTEGER NOT NULL,
  PRIMARY KEY (session, packet_id)
) WITHOUT ROWID;

-- Which session has had a publish of QoS 2 that has no row in incoming yet: its publisher may send it again.
CREATE TABLE taken (
  publisher INTEGER NOT NULL,
  packet_id INTEGER NOT NULL,
  session INTEGER NOT NULL,
  PRIMARY KEY (publisher, packet_id, session)
) WITHOUT ROWID;

CREATE TABLE will (
  session INTEGER PRIMARY KEY,
  message INTEGER NOT NULL,
  delay_s INTEGER NOT NULL,
  due_at INTEGER                       -- NULL: the client is connected
);
