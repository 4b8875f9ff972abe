"""Create subjects, records and their keys."""

from alembic import op

revision = "0002_vault"
down_revision = "0001_core"


def upgrade() -> None:
    """Create what the vault keeps. Sealed bytes do not compress, so the database does not try."""
    op.execute("""
CREATE TABLE keyring_marks (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  purpose text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz
);

CREATE TABLE subject_keys (
  subject_id uuid NOT NULL,
  retention text NOT NULL CHECK (retention ~ '^[a-z][a-z0-9_]{0,31}$'),
  key_id uuid NOT NULL UNIQUE,
  wrapped_by text NOT NULL,
  wrapped_key bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  shredded_at timestamptz,
  PRIMARY KEY (subject_id, retention),
  CHECK ((wrapped_key IS NULL) = (shredded_at IS NOT NULL))
);

CREATE TABLE records (
  id uuid PRIMARY KEY,
  subject_id uuid NOT NULL,
  retention text NOT NULL,
  wrapped_key bytea,
  sealed bytea,
  salt bytea CHECK (octet_length(salt) = 32),
  leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
  shredded_at timestamptz,
  CHECK (num_nulls(wrapped_key, sealed, salt) = CASE WHEN shredded_at IS NULL THEN 0 ELSE 3 END)
);
CREATE INDEX records_of_subject ON records (subject_id, retention) WHERE shredded_at IS NULL;
ALTER TABLE records ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE TABLE sealed_files (
  id uuid PRIMARY KEY,
  subject_id uuid NOT NULL,
  retention text NOT NULL,
  wrapped_key bytea,
  shredded_at timestamptz,
  CHECK ((wrapped_key IS NULL) = (shredded_at IS NOT NULL))
);
CREATE INDEX sealed_files_of_subject ON sealed_files (subject_id, retention) WHERE shredded_at IS NULL;
""")
