-- Rules count within each organisation, so that nobody learns from the numbers of his own how many others make. The last
-- 24 bits of a rule's number are its place in the series of its organisation, those before them the series' own number;
-- the house's are places alone. What was there before keeps its number, and the series begin behind it.
CREATE TABLE rule_series (
  number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
  organisation TEXT NOT NULL UNIQUE,         -- '': the house
  last INTEGER NOT NULL                      -- place of the newest rule
);
INSERT INTO rule_series(organisation, last)
  SELECT '', coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'rule'), 0);
INSERT INTO rule_series(organisation, last)
  SELECT id, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'rule'), 0) FROM organisation;
