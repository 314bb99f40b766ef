-- How much may be done in a while. Each organisation counts its own; '': the house.
CREATE TABLE usage_limit (
  organisation TEXT NOT NULL,
  number INTEGER NOT NULL,
  whom TEXT NOT NULL,                  -- *, principal:ID, group:ID, organisation:ID, address:NETWORK
  per TEXT NOT NULL,
  measure TEXT NOT NULL,
  most INTEGER NOT NULL,
  burst INTEGER,
  reaction TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (organisation, number)
) WITHOUT ROWID;

-- The newest number of each, so that none comes twice.
CREATE TABLE usage_limit_series (
  organisation TEXT PRIMARY KEY,
  newest INTEGER NOT NULL
) WITHOUT ROWID;

-- A further kind of change: 6 limits; told as a whole, so their number is 0.
CREATE TRIGGER usage_limit_added AFTER INSERT ON usage_limit BEGIN
  INSERT INTO change(kind, number) VALUES (6, 0); END;
CREATE TRIGGER usage_limit_changed AFTER UPDATE ON usage_limit BEGIN
  INSERT INTO change(kind, number) VALUES (6, 0); END;
CREATE TRIGGER usage_limit_removed AFTER DELETE ON usage_limit BEGIN
  INSERT INTO change(kind, number) VALUES (6, 0); END;
