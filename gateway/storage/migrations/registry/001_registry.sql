-- Who there is. Numbers are never used again (AUTOINCREMENT): stored samples refer to them.
CREATE TABLE principal (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  role TEXT NOT NULL,
  blocked INTEGER NOT NULL,
  created_at INTEGER NOT NULL          -- ms since the epoch, as every time here
);

CREATE TABLE membership (
  member INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  in_group INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  PRIMARY KEY (member, in_group)
) WITHOUT ROWID;
CREATE INDEX membership_group ON membership(in_group);

CREATE TABLE credential (
  principal INTEGER PRIMARY KEY REFERENCES principal(number) ON DELETE CASCADE,
  password_hash TEXT NOT NULL,         -- Argon2id in its text form; empty: none
  secret_salt BLOB,                    -- devices: 16 bytes
  secret_hash BLOB,                    -- devices: 32 bytes, keyed BLAKE2b
  must_change INTEGER NOT NULL
);

CREATE TABLE token (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  owner INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  hash BLOB NOT NULL UNIQUE            -- BLAKE2b-256 of the token's text
);
CREATE INDEX token_owner ON token(owner);

CREATE TABLE rule (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  priority INTEGER NOT NULL,
  who TEXT NOT NULL,
  about TEXT NOT NULL,
  action TEXT,                         -- NULL: every action
  allow INTEGER NOT NULL,
  expires_at INTEGER,
  note TEXT NOT NULL,
  built_in INTEGER NOT NULL
);

-- No reference to principal: what was sent to a car stays known after the car is gone.
CREATE TABLE command (
  id TEXT PRIMARY KEY,
  car INTEGER NOT NULL,
  issued_by INTEGER NOT NULL,
  name TEXT NOT NULL,
  arguments TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  result TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX command_car ON command(car, id);
CREATE INDEX command_open ON command(id) WHERE state IN ('queued', 'sent', 'received');

CREATE TABLE retained (
  topic TEXT PRIMARY KEY,
  payload BLOB NOT NULL,
  qos INTEGER NOT NULL,
  at INTEGER NOT NULL
);

-- What changed, in order, by whichever process. kind: 1 principal, 2 rule, 3 token.
CREATE TABLE change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  number INTEGER NOT NULL
);

CREATE TRIGGER principal_added AFTER INSERT ON principal BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.number); END;
CREATE TRIGGER principal_changed AFTER UPDATE ON principal BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.number); END;
CREATE TRIGGER principal_removed AFTER DELETE ON principal BEGIN
  INSERT INTO change(kind, number) VALUES (1, old.number); END;
CREATE TRIGGER membership_added AFTER INSERT ON membership BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.member); END;
CREATE TRIGGER membership_removed AFTER DELETE ON membership BEGIN
  INSERT INTO change(kind, number) VALUES (1, old.member); END;
CREATE TRIGGER credential_added AFTER INSERT ON credential BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.principal); END;
CREATE TRIGGER credential_changed AFTER UPDATE ON credential BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.principal); END;
CREATE TRIGGER rule_added AFTER INSERT ON rule BEGIN
  INSERT INTO change(kind, number) VALUES (2, new.number); END;
CREATE TRIGGER rule_changed AFTER UPDATE ON rule BEGIN
  INSERT INTO change(kind, number) VALUES (2, new.number); END;
CREATE TRIGGER rule_removed AFTER DELETE ON rule BEGIN
  INSERT INTO change(kind, number) VALUES (2, old.number); END;
CREATE TRIGGER token_added AFTER INSERT ON token BEGIN
  INSERT INTO change(kind, number) VALUES (3, new.number); END;
CREATE TRIGGER token_changed AFTER UPDATE ON token BEGIN
  INSERT INTO change(kind, number) VALUES (3, new.number); END;
CREATE TRIGGER token_removed AFTER DELETE ON token BEGIN
  INSERT INTO change(kind, number) VALUES (3, old.number); END;
