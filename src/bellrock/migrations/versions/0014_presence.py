"""Create what presence needs: who is idle or off by choice, what each agent has read, and browsers that may be woken."""

from alembic import op

revision = "0014_presence"
down_revision = "0013_cases"


def upgrade() -> None:
    op.execute("""
    ALTER TABLE agent_presence
      ADD COLUMN by_choice boolean NOT NULL DEFAULT FALSE,
      ADD COLUMN idle_since timestamptz;

    CREATE TABLE case_reads (
      agent_id uuid NOT NULL REFERENCES agents (id),
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      message_id uuid NOT NULL,
      read_at timestamptz NOT NULL,
      PRIMARY KEY (agent_id, conversation_id)
    ) WITH (fillfactor = 80);

    CREATE TABLE push_subscriptions (
      id uuid PRIMARY KEY,
      agent_id uuid NOT NULL REFERENCES agents (id),
      fingerprint bytea NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
      sealed bytea NOT NULL,
      subscribed_at timestamptz NOT NULL,
      pushed_at timestamptz
    );
    CREATE INDEX push_subscriptions_agent ON push_subscriptions (agent_id);
    """)
