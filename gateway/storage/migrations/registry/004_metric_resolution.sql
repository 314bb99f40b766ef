-- Metrics whose values compaction may round, and to multiples of what. All others are kept bit for bit.
CREATE TABLE metric_resolution (
  metric TEXT PRIMARY KEY,
  resolution TEXT NOT NULL             -- a decimal above 0
) WITHOUT ROWID;
