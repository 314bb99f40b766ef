-- A page of an organisation that did little, among the entries of all others. Those of the house, which are most of
-- them, are read as they come.
CREATE INDEX audit_organisation ON audit(organisation, number) WHERE organisation <> '';
