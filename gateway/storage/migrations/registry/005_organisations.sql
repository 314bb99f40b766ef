-- Tenants of the gateway. What is in one has an id that begins with the organisation's and a dot.
CREATE TABLE organisation (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- NULL: the house's own. `role` is a role's id from now on, `none` for none as before.
ALTER TABLE principal ADD COLUMN organisation TEXT REFERENCES organisation(id);
CREATE INDEX principal_organisation ON principal(organisation) WHERE organisation IS NOT NULL;

-- Roles besides admin, operator and viewer, which there are without an entry.
CREATE TABLE role (
  id TEXT PRIMARY KEY,
  organisation TEXT REFERENCES organisation(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX role_organisation ON role(organisation);

CREATE TABLE attribute (
  principal INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (principal, name)
) WITHOUT ROWID;

-- A car's secret before the present one, which is let in until the overlap ends.
CREATE TABLE retiring_secret (
  principal INTEGER PRIMARY KEY REFERENCES principal(number) ON DELETE CASCADE,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  until INTEGER NOT NULL
);

-- With these, devices register themselves.
CREATE TABLE provisioning_key (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation TEXT REFERENCES organisation(id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  id_prefix TEXT NOT NULL,             -- what the ids of its devices begin with
  in_group INTEGER REFERENCES principal(number) ON DELETE SET NULL,
  quota INTEGER NOT NULL,              -- devices that it may register in all
  used INTEGER NOT NULL,               -- devices that it has registered
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  hash BLOB NOT NULL UNIQUE            -- BLAKE2b-256 of the key's text
);

-- Codes on a label or a screen, to be used once: whoever has one gets the car's secret, or the car itself.
CREATE TABLE claim_code (
  hash BLOB PRIMARY KEY,               -- keyed BLAKE2b-256 of the code
  principal INTEGER NOT NULL REFERENCES principal(number) ON DELETE CASCADE,
  gives TEXT NOT NULL,                 -- `secret` or `car`
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  UNIQUE (principal, gives)
) WITHOUT ROWID;
CREATE INDEX claim_code_expiry ON claim_code(expires_at);

-- Further kinds of changes: 4 organisations, 5 roles; told as a whole, so their number is 0.
CREATE TRIGGER organisation_added AFTER INSERT ON organisation BEGIN
  INSERT INTO change(kind, number) VALUES (4, 0); END;
CREATE TRIGGER organisation_changed AFTER UPDATE ON organisation BEGIN
  INSERT INTO change(kind, number) VALUES (4, 0); END;
CREATE TRIGGER organisation_removed AFTER DELETE ON organisation BEGIN
  INSERT INTO change(kind, number) VALUES (4, 0); END;
CREATE TRIGGER role_added AFTER INSERT ON role BEGIN
  INSERT INTO change(kind, number) VALUES (5, 0); END;
CREATE TRIGGER role_changed AFTER UPDATE ON role BEGIN
  INSERT INTO change(kind, number) VALUES (5, 0); END;
CREATE TRIGGER role_removed AFTER DELETE ON role BEGIN
  INSERT INTO change(kind, number) VALUES (5, 0); END;
CREATE TRIGGER attribute_added AFTER INSERT ON attribute BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.principal); END;
CREATE TRIGGER attribute_changed AFTER UPDATE ON attribute BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.principal); END;
CREATE TRIGGER attribute_removed AFTER DELETE ON attribute BEGIN
  INSERT INTO change(kind, number) VALUES (1, old.principal); END;
CREATE TRIGGER retiring_secret_added AFTER INSERT ON retiring_secret BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.principal); END;
CREATE TRIGGER retiring_secret_changed AFTER UPDATE ON retiring_secret BEGIN
  INSERT INTO change(kind, number) VALUES (1, new.principal); END;
CREATE TRIGGER retiring_secret_removed AFTER DELETE ON retiring_secret BEGIN
  INSERT INTO change(kind, number) VALUES (1, old.principal); END;
