"""Create labels, spam, merged and split conversations, links to incidents, redactions, and pauses of customers."""

from alembic import op

revision = "0013_cases"
down_revision = "0012_work"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE labels (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
      colour text NOT NULL DEFAULT 'stone' CHECK (colour IN ('stone', 'sea', 'moss', 'sand', 'signal', 'heather')),
      created_at timestamptz NOT NULL,
      retired_at timestamptz
    );
    CREATE UNIQUE INDEX labels_name ON labels (lower(name));

    CREATE TABLE conversation_labels (
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      label_id uuid NOT NULL REFERENCES labels (id),
      added_at timestamptz NOT NULL,
      PRIMARY KEY (conversation_id, label_id)
    );
    CREATE INDEX conversation_labels_label ON conversation_labels (label_id, added_at DESC);

    -- Spam is closed and out of every other list; a merged conversation is closed and read within its target.
    ALTER TABLE conversations
      ADD COLUMN spam_at timestamptz,
      ADD COLUMN merged_into uuid REFERENCES conversations (id),
      ADD COLUMN incident_id uuid REFERENCES incidents (id),
      ADD CONSTRAINT conversations_spam_is_closed CHECK (spam_at IS NULL OR status = 'resolved') NOT VALID,
      ADD CONSTRAINT conversations_merged_is_closed
        CHECK (merged_into IS NULL OR (status = 'resolved' AND merged_into <> id)) NOT VALID;
    CREATE INDEX conversations_spam ON conversations (resolved_at DESC, id DESC) WHERE spam_at IS NOT NULL;
    CREATE INDEX conversations_merged ON conversations (merged_into) WHERE merged_into IS NOT NULL;
    CREATE INDEX conversations_incident ON conversations (incident_id, id) WHERE incident_id IS NOT NULL;

    -- A message that was split off: its record stays where it was written, its row is where it is read now.
    CREATE TABLE moved_messages (
      message_id uuid PRIMARY KEY REFERENCES messages (id),
      from_id uuid NOT NULL REFERENCES conversations (id),
      to_id uuid NOT NULL REFERENCES conversations (id),
      file_ids uuid[] NOT NULL DEFAULT '{}',
      CHECK (from_id <> to_id)
    );
    CREATE INDEX moved_messages_from ON moved_messages (from_id);
    CREATE INDEX moved_messages_to ON moved_messages (to_id);

    -- The record whose words are shown in place of a message's own, once part of them was taken out.
    ALTER TABLE messages ADD COLUMN shown_id uuid REFERENCES records (id);
    -- The sealed file that is shown in place of the one that was sent, once part of it was painted over.
    ALTER TABLE attachments ADD COLUMN shown_id uuid;

    -- What an agent wrote before it was translated, until the translation is sent; sealed.
    CREATE TABLE reply_originals (
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      agent_id uuid NOT NULL REFERENCES agents (id),
      client_key text NOT NULL CHECK (length(client_key) BETWEEN 8 AND 64),
      language text NOT NULL,
      sealed bytea NOT NULL,
      saved_at timestamptz NOT NULL,
      PRIMARY KEY (conversation_id, client_key)
    );
    CREATE INDEX reply_originals_saved ON reply_originals (saved_at);

    CREATE TABLE customer_blocks (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customers (id),
      reason text NOT NULL CHECK (reason IN ('spam', 'abuse', 'threat', 'scam')),
      blocked_by uuid NOT NULL REFERENCES agents (id),
      blocked_at timestamptz NOT NULL,
      expires_at timestamptz CHECK (expires_at > blocked_at),
      ended_at timestamptz
    );
    CREATE UNIQUE INDEX customer_blocks_live ON customer_blocks (customer_id) WHERE ended_at IS NULL;

    -- A signed-in customer may turn out to be another one; until now only a visitor could.
    ALTER TABLE customers DROP CONSTRAINT customers_check2;
    ALTER TABLE customers ADD CONSTRAINT customers_adopted_by_another CHECK (adopted_by <> id) NOT VALID;
    """)
