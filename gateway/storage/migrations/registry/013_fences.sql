-- Parts of the world that people gave names. Each organisation counts its own; '': the house.
CREATE TABLE fence (
  row INTEGER PRIMARY KEY AUTOINCREMENT,   -- told to nobody
  organisation TEXT NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  colour INTEGER NOT NULL,
  note TEXT NOT NULL,
  geometry TEXT NOT NULL,                  -- JSON: Polygon, MultiPolygon (RFC 7946) or Circle
  points INTEGER NOT NULL,                 -- corners in it
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (organisation, number)
);

-- The newest number of each, so that none comes twice.
CREATE TABLE fence_series (
  organisation TEXT PRIMARY KEY,
  newest INTEGER NOT NULL
) WITHOUT ROWID;

-- A further kind of change: 7 fences, by row.
CREATE TRIGGER fence_added AFTER INSERT ON fence BEGIN
  INSERT INTO change(kind, number) VALUES (7, new.row); END;
CREATE TRIGGER fence_changed AFTER UPDATE ON fence BEGIN
  INSERT INTO change(kind, number) VALUES (7, new.row); END;
CREATE TRIGGER fence_removed AFTER DELETE ON fence BEGIN
  INSERT INTO change(kind, number) VALUES (7, old.row); END;
