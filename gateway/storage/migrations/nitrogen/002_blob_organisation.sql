-- Whose owner put it there: one organisation does not take the room of all.
ALTER TABLE blob ADD COLUMN organisation TEXT NOT NULL DEFAULT '';   -- '': the house's
CREATE INDEX blob_organisation ON blob(organisation, size) WHERE organisation <> '';
