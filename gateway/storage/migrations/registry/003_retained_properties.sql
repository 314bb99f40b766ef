-- Retained messages with their MQTT 5.0 properties, as the MQTT side encodes them, and when they expire.
ALTER TABLE retained ADD COLUMN properties BLOB NOT NULL DEFAULT x'';
ALTER TABLE retained ADD COLUMN expires_at INTEGER;
