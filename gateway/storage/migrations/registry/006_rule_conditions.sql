-- Whose rule it is, from when on it counts, and which commands and messages it is about.
ALTER TABLE rule ADD COLUMN organisation TEXT NOT NULL DEFAULT '';   -- '': the house's
ALTER TABLE rule ADD COLUMN valid_from INTEGER;
ALTER TABLE rule ADD COLUMN command TEXT NOT NULL DEFAULT '';        -- '': every command
ALTER TABLE rule ADD COLUMN filter TEXT NOT NULL DEFAULT '';         -- '': every message
CREATE INDEX rule_organisation ON rule(organisation, priority, number);
