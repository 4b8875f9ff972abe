"""Create shared rates, backups that were made, retention and legal holds."""

from alembic import op

revision = "0016_operations"
down_revision = "0015_lead"


def upgrade() -> None:
    """Create what operations keep. Rates may be lost in a crash: they are worth no write-ahead log."""
    op.execute("""
CREATE UNLOGGED TABLE rate_levels (
  key text PRIMARY KEY CHECK (length(key) <= 100),
  debt double precision NOT NULL CHECK (debt >= 0),
  per_second double precision NOT NULL CHECK (per_second > 0),
  at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE UNLOGGED TABLE rate_refusals (
  kind text PRIMARY KEY,
  refused bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE backups (
  id uuid PRIMARY KEY,
  finished_at timestamptz NOT NULL,
  revision text NOT NULL,
  bytes bigint NOT NULL CHECK (bytes > 0),
  files bigint NOT NULL CHECK (files >= 0),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32)
);
CREATE INDEX backups_finished ON backups (finished_at DESC);

CREATE TABLE retention_policies (
  class text PRIMARY KEY CHECK (class ~ '^[a-z_]{1,32}$'),
  days integer CHECK (days BETWEEN 1 AND 36500),
  fact_id uuid NOT NULL,
  changed_at timestamptz NOT NULL,
  applied_at timestamptz,
  reached_at timestamptz,
  reached_id uuid,
  CHECK ((reached_at IS NULL) = (reached_id IS NULL))
);

CREATE TABLE legal_holds (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id),
  placed_at timestamptz NOT NULL,
  placed_by uuid REFERENCES agents (id),
  released_at timestamptz,
  released_by uuid REFERENCES agents (id)
);
CREATE INDEX legal_holds_live ON legal_holds (customer_id) WHERE released_at IS NULL;
CREATE INDEX legal_holds_placed ON legal_holds (placed_at DESC);
""")
