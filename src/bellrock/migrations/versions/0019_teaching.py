"""Create what leads teach the first line: examples, trials of them, and which head is live."""

from alembic import op

revision = "0019_teaching"
down_revision = "0018_knowledge"


def upgrade() -> None:
    op.execute("""
    -- Messages with their topic. Their words, without what says who wrote them, stand in the record of the same id, sealed
    -- under the key of whoever wrote them. `words_id` is the record of the message that they were taken from.
    CREATE TABLE taught_examples (
      id uuid PRIMARY KEY REFERENCES records (id),
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      message_id uuid NOT NULL REFERENCES messages (id),
      words_id uuid NOT NULL REFERENCES records (id),
      topic text NOT NULL CHECK (topic ~ '^[a-z0-9_]+$'),
      language text NOT NULL,
      taught_at timestamptz NOT NULL,
      taught_by uuid NOT NULL REFERENCES agents (id),
      removed_at timestamptz,
      removed_by uuid REFERENCES agents (id),
      erased_at timestamptz,
      CHECK ((removed_at IS NULL) = (removed_by IS NULL))
    );
    CREATE UNIQUE INDEX taught_examples_once ON taught_examples (message_id)
      WHERE removed_at IS NULL AND erased_at IS NULL;
    CREATE INDEX taught_examples_case ON taught_examples (conversation_id);

    -- A head is its examples beside the shipped head that they were tried on (`ground`): no weights, no vectors, no words.
    CREATE TABLE head_trials (
      number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      ground text NOT NULL CHECK (length(ground) BETWEEN 1 AND 64),
      examples uuid[] NOT NULL CHECK (cardinality(examples) BETWEEN 1 AND 300),
      against integer NOT NULL CHECK (against >= 0),
      asked_at timestamptz NOT NULL,
      asked_by uuid NOT NULL REFERENCES agents (id),
      started_at timestamptz,
      ended_at timestamptz,
      failed text CHECK (failed ~ '^[a-z_]{1,40}$'),
      blocks text[] NOT NULL DEFAULT '{}',
      result jsonb,
      -- Who asks another lead to put it live, and the record of why; gone once it went live or was taken back.
      proposed_at timestamptz,
      proposed_by uuid REFERENCES agents (id),
      proposal_id uuid,
      CHECK (num_nulls(proposed_at, proposed_by, proposal_id) IN (0, 3)),
      CHECK (ended_at IS NULL OR (failed IS NULL) = (result IS NOT NULL))
    );
    CREATE UNIQUE INDEX head_trials_one ON head_trials ((true)) WHERE ended_at IS NULL;

    -- Which head is live: the newest row; without a trial, the shipped one. Each replaces the one that its author looked at.
    CREATE TABLE live_heads (
      number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      trial integer REFERENCES head_trials (number),
      replaces integer NOT NULL UNIQUE CHECK (replaces >= 0),
      since timestamptz NOT NULL,
      put_by uuid NOT NULL REFERENCES agents (id),
      proposed_by uuid REFERENCES agents (id) CHECK (proposed_by <> put_by),
      fact_id uuid NOT NULL
    );
    """)
