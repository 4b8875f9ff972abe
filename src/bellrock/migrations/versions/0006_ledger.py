"""Create the Merkle logs and their checkpoints."""

from alembic import op

revision = "0006_ledger"
down_revision = "0005_conversations"


def upgrade() -> None:
    """Create the trees. Hashes do not compress, so the database does not try."""
    op.execute("""
CREATE TABLE ledger_logs (
  log text PRIMARY KEY REFERENCES sequencer (log),
  size bigint NOT NULL DEFAULT 0 CHECK (size >= 0)
);
INSERT INTO ledger_logs (log) VALUES ('records'), ('access');

CREATE TABLE ledger_tiles (
  log text NOT NULL REFERENCES ledger_logs (log),
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 7),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
  PRIMARY KEY (log, level, index)
) WITH (fillfactor = 50);
ALTER TABLE ledger_tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE ledger_checkpoints (
  log text NOT NULL REFERENCES ledger_logs (log),
  size bigint NOT NULL CHECK (size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  note text NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (log, size)
);
""")
