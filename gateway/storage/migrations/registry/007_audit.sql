-- Who did what, and what was refused: only ever added to. Each entry's hash is over the one before it and itself, so
-- that nothing can be changed or taken out without its being seen. What the fields mean: gateway/api/audit.h.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,          -- 1, 2, 3 … without a gap
  time INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  organisation TEXT NOT NULL,
  who TEXT NOT NULL,
  door TEXT NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  about TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  hash BLOB NOT NULL                   -- 32 bytes
);
CREATE INDEX audit_who ON audit(who, number);
CREATE INDEX audit_about ON audit(about, number);
CREATE INDEX audit_time ON audit(time);

-- One row. The head is the newest entry, so that a tail that was cut off is missed; the anchor is the last entry that
-- retention has taken away, with its hash, on which the oldest one that is left builds.
CREATE TABLE audit_state (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  head_number INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  anchor_number INTEGER NOT NULL,
  anchor_hash BLOB NOT NULL
);
INSERT INTO audit_state VALUES (1, 0, zeroblob(32), 0, zeroblob(32));

-- An INSERT OR REPLACE would delete without asking the trigger for that: numbers only ever go on.
CREATE TRIGGER audit_goes_on BEFORE INSERT ON audit
WHEN new.number <> (SELECT head_number + 1 FROM audit_state) BEGIN
  SELECT RAISE(ABORT, 'the audit log is only added to at its end'); END;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'an entry of the audit log is never changed'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
WHEN old.number > (SELECT anchor_number FROM audit_state) BEGIN
  SELECT RAISE(ABORT, 'an entry of the audit log is never removed, except by its retention'); END;
CREATE TRIGGER audit_state_grows BEFORE UPDATE ON audit_state
WHEN new.head_number < old.head_number OR new.anchor_number < old.anchor_number
  OR new.anchor_number > new.head_number BEGIN
  SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_state_stays BEFORE DELETE ON audit_state BEGIN
  SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER audit_state_is_one BEFORE INSERT ON audit_state BEGIN
  SELECT RAISE(ABORT, 'the audit log has one state'); END;
