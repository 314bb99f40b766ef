-- What compaction makes of arrival blocks (table `block`): samples put together by hour and car (see block_codec.h, version 2).
CREATE TABLE segment (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  from_time INTEGER NOT NULL,          -- ms since the epoch, of the earliest sample
  to_time INTEGER NOT NULL,            -- of the latest sample
  row_count INTEGER NOT NULL,
  first_car INTEGER NOT NULL,          -- the cars are among first_car to first_car + 2^car_bits - 1
  car_bits INTEGER NOT NULL,
  tier INTEGER NOT NULL,               -- how often its samples were merged; see compaction_plan.h
  rolled INTEGER NOT NULL,             -- 1: final, all of one hour, and in hour_rollup; 0: in no roll-up
  newest INTEGER NOT NULL,             -- the highest number of an arrival block that went into it
  cars BLOB NOT NULL,                  -- which cars' samples are where (see car_index.h)
  minutes BLOB NOT NULL,               -- minute roll-ups (see rollup_codec.h), empty where there are none
  data BLOB NOT NULL                   -- the samples; empty once retention has kept the roll-ups alone
);
-- Finds one car's segments: a car is looked for under every car_bits, its number rounded down to it.
CREATE INDEX segment_place ON segment(car_bits, first_car, to_time, from_time);
CREATE INDEX segment_time ON segment(to_time, from_time);
CREATE INDEX segment_from ON segment(from_time);
CREATE INDEX segment_newest ON segment(newest);
-- What compaction has not finished with.
CREATE INDEX segment_open ON segment(to_time, from_time) WHERE rolled = 0;

CREATE INDEX block_from ON block(from_time);

-- Hour roll-ups (see rollup_codec.h): of one metric in one hour, of some of the cars. Each sample of a segment that is
-- `rolled` counts in exactly one row of each of its metrics; several rows for one hour and car add up.
CREATE TABLE hour_rollup (
  number INTEGER PRIMARY KEY,
  metric TEXT NOT NULL,
  hour INTEGER NOT NULL,               -- ms since the epoch, its start
  data BLOB NOT NULL
);
CREATE INDEX hour_rollup_metric ON hour_rollup(metric, hour);
CREATE INDEX hour_rollup_hour ON hour_rollup(hour);
