"""Create looks, reveals and erasures."""

from alembic import op

revision = "0008_access"
down_revision = "0007_channels"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE recent_looks (
      agent_id uuid NOT NULL REFERENCES agents (id),
      what text NOT NULL,
      customer_id uuid NOT NULL REFERENCES customers (id),
      conversation_id uuid,
      looked_at timestamptz NOT NULL,
      UNIQUE NULLS NOT DISTINCT (agent_id, what, customer_id, conversation_id)
    ) WITH (fillfactor = 80);

    CREATE TABLE reveals (
      id uuid PRIMARY KEY,
      agent_id uuid NOT NULL REFERENCES agents (id),
      customer_id uuid NOT NULL REFERENCES customers (id),
      conversation_id uuid NOT NULL,
      field text NOT NULL,
      reason text NOT NULL,
      revealed_at timestamptz NOT NULL
    );
    CREATE INDEX reveals_agent ON reveals (agent_id, revealed_at DESC);

    CREATE TABLE erasures (
      id uuid PRIMARY KEY,
      what text NOT NULL CHECK (what IN ('customer', 'message')),
      customer_id uuid NOT NULL REFERENCES customers (id),
      conversation_id uuid,
      message_id uuid,
      requested_at timestamptz NOT NULL,
      closed_at timestamptz,
      CHECK ((what = 'message') = (message_id IS NOT NULL))
    );
    CREATE INDEX erasures_open ON erasures (requested_at) WHERE closed_at IS NULL;

    CREATE TABLE erasure_parts (
      erasure_id uuid NOT NULL REFERENCES erasures (id),
      room text NOT NULL,
      confirmed_at timestamptz,
      PRIMARY KEY (erasure_id, room)
    );
    """)
