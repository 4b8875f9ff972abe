"""Create conversations, messages and drafts."""

from alembic import op

revision = "0005_conversations"
down_revision = "0004_knowledge"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE conversations (
      id uuid PRIMARY KEY,
      reference text NOT NULL UNIQUE,
      customer_id uuid NOT NULL REFERENCES customers (id),
      channel text NOT NULL CHECK (channel IN ('widget', 'web', 'email')),
      status text NOT NULL CHECK (status IN ('open', 'waiting', 'snoozed', 'resolved')),
      holder text NOT NULL CHECK (holder IN ('first_line', 'queue', 'agent')),
      team_id uuid REFERENCES teams (id),
      assignee_id uuid REFERENCES agents (id),
      priority text NOT NULL DEFAULT 'normal' CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
      language text NOT NULL,
      topic text,
      created_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL,
      waiting_since timestamptz,
      queued_at timestamptz,
      snoozed_until timestamptz,
      resolved_at timestamptz,
      first_line_replied_at timestamptz,
      person_replied_at timestamptz,
      last_message_id uuid,
      last_customer_message_id uuid,
      customer_seen_at timestamptz,
      unseen_by_customer integer NOT NULL DEFAULT 0 CHECK (unseen_by_customer >= 0),
      changes bigint NOT NULL DEFAULT 0,
      CHECK ((holder = 'agent') = (assignee_id IS NOT NULL)),
      CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL)),
      CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
      CHECK (holder = 'first_line' OR team_id IS NOT NULL)
    ) WITH (fillfactor = 80);
    CREATE INDEX conversations_customer ON conversations (customer_id, created_at DESC);
    CREATE INDEX conversations_assignee ON conversations (assignee_id, changed_at DESC)
      WHERE assignee_id IS NOT NULL AND status <> 'resolved';
    CREATE INDEX conversations_team ON conversations (team_id, changed_at DESC) WHERE status <> 'resolved';
    CREATE INDEX conversations_open ON conversations (changed_at DESC) WHERE status <> 'resolved';
    CREATE INDEX conversations_resolved ON conversations (resolved_at DESC) WHERE status = 'resolved';
    CREATE INDEX conversations_queue ON conversations (team_id, language, queued_at)
      WHERE holder = 'queue' AND status IN ('open', 'waiting');
    CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE status = 'snoozed';

    CREATE TABLE messages (
      id uuid PRIMARY KEY REFERENCES records (id),
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      kind text NOT NULL CHECK (kind IN ('message', 'note')),
      author_kind text NOT NULL,
      author_id uuid,
      client_key text CHECK (length(client_key) BETWEEN 8 AND 64),
      tokens bigint[] NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL,
      UNIQUE (conversation_id, client_key)
    );
    CREATE INDEX messages_conversation ON messages (conversation_id, created_at);
    CREATE INDEX messages_tokens ON messages USING gin (tokens);

    CREATE TABLE drafts (
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      agent_id uuid NOT NULL REFERENCES agents (id),
      kind text NOT NULL CHECK (kind IN ('reply', 'note')),
      sealed bytea NOT NULL,
      saved_at timestamptz NOT NULL,
      PRIMARY KEY (conversation_id, agent_id, kind)
    );
    """)
