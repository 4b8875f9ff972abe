"""Create canned replies, macros, mentions, replies that are held for a moment, and what each agent chose for their desk."""

from alembic import op

revision = "0012_work"
down_revision = "0011_views"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE canned_replies (
      id uuid PRIMARY KEY,
      shortcut text NOT NULL CHECK (shortcut ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
      team_id uuid REFERENCES teams (id),
      changed_at timestamptz NOT NULL,
      removed_at timestamptz
    );
    CREATE UNIQUE INDEX canned_replies_shortcut ON canned_replies (shortcut) WHERE removed_at IS NULL;

    CREATE TABLE canned_texts (
      canned_id uuid NOT NULL REFERENCES canned_replies (id),
      language text NOT NULL CHECK (length(language) BETWEEN 2 AND 35),
      title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
      body text NOT NULL CHECK (length(body) BETWEEN 1 AND 10000),
      PRIMARY KEY (canned_id, language)
    );

    CREATE TABLE macros (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      team_id uuid REFERENCES teams (id),
      steps jsonb NOT NULL CHECK (jsonb_typeof(steps) = 'array' AND jsonb_array_length(steps) BETWEEN 1 AND 12),
      changed_at timestamptz NOT NULL,
      removed_at timestamptz
    );
    CREATE INDEX macros_name ON macros (name) WHERE removed_at IS NULL;

    CREATE TABLE held_replies (
      id uuid PRIMARY KEY,
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      agent_id uuid NOT NULL REFERENCES agents (id),
      subject_id uuid NOT NULL,
      sealed bytea NOT NULL,
      client_key text NOT NULL CHECK (length(client_key) BETWEEN 8 AND 64),
      seen_message_id uuid,
      file_ids uuid[] NOT NULL DEFAULT '{}',
      afterwards text NOT NULL DEFAULT '' CHECK (afterwards IN ('', 'resolve', 'snooze')),
      snooze_until timestamptz,
      held_at timestamptz NOT NULL,
      send_at timestamptz NOT NULL,
      refused text CHECK (length(refused) BETWEEN 1 AND 60),
      CHECK ((afterwards = 'snooze') = (snooze_until IS NOT NULL)),
      UNIQUE (conversation_id, client_key)
    );
    CREATE INDEX held_replies_due ON held_replies (send_at) WHERE refused IS NULL;
    CREATE INDEX held_replies_agent ON held_replies (agent_id, send_at);

    CREATE TABLE mentions (
      note_id uuid NOT NULL,
      agent_id uuid NOT NULL REFERENCES agents (id),
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      mentioned_at timestamptz NOT NULL,
      seen_at timestamptz,
      PRIMARY KEY (agent_id, note_id)
    );
    CREATE INDEX mentions_agent ON mentions (agent_id, mentioned_at DESC);
    CREATE INDEX mentions_unseen ON mentions (agent_id, conversation_id) WHERE seen_at IS NULL;
    CREATE INDEX mentions_conversation ON mentions (conversation_id);

    CREATE TABLE desk_choices (
      agent_id uuid PRIMARY KEY REFERENCES agents (id),
      choices jsonb NOT NULL CHECK (jsonb_typeof(choices) = 'object')
    );

    -- Under whose key a draft lies: a visitor's case may have become a customer's since.
    ALTER TABLE drafts ADD COLUMN subject_id uuid;

    ALTER TABLE customers ADD COLUMN zone text CHECK (length(zone) BETWEEN 1 AND 60);
    """)
