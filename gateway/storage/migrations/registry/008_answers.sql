-- Answers that are kept for whoever asks the same again with the same Idempotency-Key. What the columns mean:
-- gateway/domain/answer_store.h.
CREATE TABLE answer (
  key BLOB PRIMARY KEY,                -- 32 bytes
  request BLOB NOT NULL,               -- 32 bytes
  caller INTEGER NOT NULL,             -- number of a principal; it may be gone by now
  made_at INTEGER NOT NULL,
  status INTEGER NOT NULL,             -- of HTTP; 0: not answered yet
  sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX answer_caller ON answer(caller);
CREATE INDEX answer_made_at ON answer(made_at);
