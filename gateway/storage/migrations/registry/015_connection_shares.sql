-- How many connections that have ended are kept of each organisation, so that one that has many takes the room of no other.
-- Whose a connection is stands with it: an id begins with its organisation's and never changes. '': the house's.
ALTER TABLE connection ADD COLUMN organisation TEXT NOT NULL DEFAULT '';
UPDATE connection SET organisation = (SELECT organisation FROM principal WHERE number = connection.principal)
  WHERE principal IN (SELECT number FROM principal WHERE organisation IS NOT NULL);

-- The oldest of one organisation and of one principal. What is open is in neither, because it stays.
CREATE INDEX connection_ended_organisation ON connection(organisation, number) WHERE closed_at IS NOT NULL;
CREATE INDEX connection_ended_principal ON connection(principal, number) WHERE closed_at IS NOT NULL;

CREATE TABLE connection_share (
  organisation TEXT PRIMARY KEY,
  kept INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO connection_share SELECT organisation, count(*) FROM connection WHERE closed_at IS NOT NULL
  GROUP BY organisation;
UPDATE connection_state SET kept = (SELECT coalesce(sum(kept), 0) FROM connection_share);

DROP TRIGGER connection_added;
DROP TRIGGER connection_forgotten;
CREATE TRIGGER connection_added AFTER INSERT ON connection WHEN new.closed_at IS NOT NULL BEGIN
  UPDATE connection_state SET kept = kept + 1;
  INSERT INTO connection_share VALUES (new.organisation, 1) ON CONFLICT(organisation) DO UPDATE SET kept = kept + 1; END;
CREATE TRIGGER connection_ended AFTER UPDATE OF closed_at ON connection
  WHEN old.closed_at IS NULL AND new.closed_at IS NOT NULL BEGIN
  UPDATE connection_state SET kept = kept + 1;
  INSERT INTO connection_share VALUES (new.organisation, 1) ON CONFLICT(organisation) DO UPDATE SET kept = kept + 1; END;
CREATE TRIGGER connection_forgotten AFTER DELETE ON connection WHEN old.closed_at IS NOT NULL BEGIN
  UPDATE connection_state SET kept = kept - 1;
  UPDATE connection_share SET kept = kept - 1 WHERE organisation = old.organisation;
  DELETE FROM connection_share WHERE organisation = old.organisation AND kept = 0; END;
