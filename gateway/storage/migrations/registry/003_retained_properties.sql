-- Retained messages with their MQTT 5.0 properties, as the MQTT side encodes them, and when they expire. In the order of
-- topics on the disk, too: a million of them are read in one go at the start.
CREATE TABLE retained_in_order (
  topic TEXT PRIMARY KEY,
  payload BLOB NOT NULL,
  qos INTEGER NOT NULL,
  at INTEGER NOT NULL,
  properties BLOB NOT NULL,
  expires_at INTEGER
) WITHOUT ROWID;
INSERT INTO retained_in_order SELECT topic, payload, qos, at, x'', NULL FROM retained ORDER BY topic;
DROP TABLE retained;
ALTER TABLE retained_in_order RENAME TO retained;
