-- Samples in column blocks (see block_codec.h). Numbers grow with arrival and are never used again.
CREATE TABLE block (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  from_time INTEGER NOT NULL,          -- ms since the epoch, of the earliest sample
  to_time INTEGER NOT NULL,            -- of the latest sample
  row_count INTEGER NOT NULL,
  cars BLOB NOT NULL,                  -- which cars' samples are where (see car_index.h)
  data BLOB NOT NULL
);
-- Finds the blocks of a time range without touching their pages.
CREATE INDEX block_time ON block(to_time, from_time);

-- The newest sample of every car as blocks, up to and with block `upto`; written now and then.
CREATE TABLE latest (
  part INTEGER PRIMARY KEY,
  upto INTEGER NOT NULL,
  data BLOB NOT NULL
);

CREATE TABLE event (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  car INTEGER NOT NULL,
  time INTEGER NOT NULL,
  arrival INTEGER NOT NULL,
  name TEXT NOT NULL,
  severity TEXT NOT NULL,
  active INTEGER NOT NULL,
  message TEXT NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX event_time ON event(time);
CREATE INDEX event_car_time ON event(car, time);

-- Alarms that are active now; carried from day to day.
CREATE TABLE alarm (
  car INTEGER NOT NULL,
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  time INTEGER NOT NULL,
  arrival INTEGER NOT NULL,
  message TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (car, name)
) WITHOUT ROWID;
