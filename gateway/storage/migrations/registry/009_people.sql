-- What tokens are for, and where sessions came from; NULL: everything that their owner may.
ALTER TABLE token ADD COLUMN actions TEXT;           -- words with a comma between them
ALTER TABLE token ADD COLUMN cars TEXT;              -- a selector: about these cars alone
ALTER TABLE token ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE token ADD COLUMN client TEXT NOT NULL DEFAULT '';

-- When tokens were last used. Beside the table `token`, whose every change all gateways read.
CREATE TABLE token_use (
  token INTEGER PRIMARY KEY REFERENCES token(number) ON DELETE CASCADE,
  used_at INTEGER NOT NULL,
  address TEXT NOT NULL
);

-- What somebody needs beside the password.
CREATE TABLE second_factor (
  principal INTEGER PRIMARY KEY REFERENCES principal(number) ON DELETE CASCADE,
  sealed_key BLOB NOT NULL,            -- an authenticator app's, encrypted with secret.key
  confirmed INTEGER NOT NULL,
  last_step INTEGER NOT NULL,          -- no code of this step or an earlier one is good
  created_at INTEGER NOT NULL
);
CREATE TABLE recovery_code (
  principal INTEGER NOT NULL REFERENCES second_factor(principal) ON DELETE CASCADE,
  hash BLOB NOT NULL,                  -- 32 bytes, keyed BLAKE2b
  PRIMARY KEY (principal, hash)
) WITHOUT ROWID;

-- Whether it is asked for: sign-ins see it with the other credentials.
ALTER TABLE credential ADD COLUMN second_factor INTEGER NOT NULL DEFAULT 0;
