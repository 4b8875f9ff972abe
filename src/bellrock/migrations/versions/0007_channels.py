"""Create files that came with messages, what was accepted of each channel, deliveries and away notices."""

from alembic import op

revision = "0007_channels"
down_revision = "0006_ledger"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE attachments (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customers (id),
      author_kind text NOT NULL,
      author_id uuid,
      client_key text NOT NULL CHECK (length(client_key) BETWEEN 8 AND 64),
      conversation_id uuid REFERENCES conversations (id),
      name bytea NOT NULL,
      media_type text NOT NULL,
      bytes integer NOT NULL CHECK (bytes > 0),
      created_at timestamptz NOT NULL,
      sent_at timestamptz,
      UNIQUE (customer_id, author_kind, client_key),
      CHECK ((conversation_id IS NULL) = (sent_at IS NULL))
    );
    CREATE INDEX attachments_conversation ON attachments (conversation_id) WHERE conversation_id IS NOT NULL;
    CREATE INDEX attachments_unsent ON attachments (created_at) WHERE sent_at IS NULL;

    CREATE TABLE deliveries (
      message_id uuid PRIMARY KEY REFERENCES messages (id),
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      channel text NOT NULL,
      state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
      changed_at timestamptz NOT NULL
    );
    CREATE INDEX deliveries_waiting ON deliveries (conversation_id) WHERE state = 'waiting';

    CREATE TABLE away_notices (
      id uuid PRIMARY KEY,
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      created_at timestamptz NOT NULL,
      sent_at timestamptz
    );
    CREATE INDEX away_notices_conversation ON away_notices (conversation_id, created_at DESC);

    CREATE TABLE case_links (
      hash bytea PRIMARY KEY,
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL
    );

    CREATE TABLE sent_forms (
      key bytea PRIMARY KEY,
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      sent_at timestamptz NOT NULL
    );
    CREATE INDEX sent_forms_sent_at ON sent_forms (sent_at);
    """)
