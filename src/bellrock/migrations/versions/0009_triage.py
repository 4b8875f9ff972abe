"""Create the first line's memory of a conversation, and what the router asks of the queue."""

from alembic import op

revision = "0009_triage"
down_revision = "0008_access"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE triage_cases (
      conversation_id uuid PRIMARY KEY REFERENCES conversations (id),
      turns integer NOT NULL DEFAULT 0 CHECK (turns >= 0),
      asks integer NOT NULL DEFAULT 0 CHECK (asks >= 0),
      choices text[] NOT NULL DEFAULT '{}' CHECK (cardinality(choices) <= 3),
      answered text[] NOT NULL DEFAULT '{}',
      last_message_id uuid,
      changed_at timestamptz NOT NULL
    );

    CREATE INDEX conversations_unassigned ON conversations
      (array_position(ARRAY['urgent', 'high', 'normal', 'low'], priority), queued_at, id)
      WHERE holder = 'queue' AND status IN ('open', 'waiting');
    """)
