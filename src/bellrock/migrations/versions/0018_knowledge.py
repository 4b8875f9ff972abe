"""Create vectors of articles, gaps in the help centre, topics that lost the first line's answers, and proofs of a session."""

from alembic import op

revision = "0018_knowledge"
down_revision = "0017_integrations"


def upgrade() -> None:
    op.execute("""
    -- What published translations mean, part by part (0: the title, 1: title and answer). Articles are public.
    CREATE TABLE article_vectors (
      article_id uuid NOT NULL,
      language text NOT NULL,
      part smallint NOT NULL CHECK (part >= 0),
      number integer NOT NULL,
      encoder text NOT NULL CHECK (length(encoder) BETWEEN 1 AND 200),
      vector bytea NOT NULL CHECK (length(vector) BETWEEN 4 AND 16384 AND length(vector) % 4 = 0),
      PRIMARY KEY (article_id, language, part),
      FOREIGN KEY (article_id, language) REFERENCES article_translations ON DELETE CASCADE
    );

    -- Suggestions of a week: ids of conversations, never their words.
    CREATE TABLE knowledge_gaps (
      id uuid PRIMARY KEY,
      week date NOT NULL,
      kind text NOT NULL CHECK (kind IN ('article', 'topic')),
      topic text CHECK (topic ~ '^[a-z0-9_]+$'),
      language text,
      asked integer NOT NULL CHECK (asked > 0),
      answered integer NOT NULL CHECK (answered BETWEEN 0 AND asked),
      reopened integer NOT NULL CHECK (reopened BETWEEN 0 AND asked),
      examples uuid[] NOT NULL CHECK (cardinality(examples) BETWEEN 1 AND 5),
      closed_at timestamptz,
      closed_by uuid REFERENCES agents (id),
      CHECK ((kind = 'article') = (topic IS NOT NULL))
    );
    CREATE INDEX knowledge_gaps_week ON knowledge_gaps (week DESC, asked DESC);
    CREATE UNIQUE INDEX knowledge_gaps_once ON knowledge_gaps (week, topic, language) WHERE kind = 'article';

    -- Answers that the first line gave alone, and what became of them.
    CREATE TABLE first_answers (
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      topic text NOT NULL CHECK (topic ~ '^[a-z0-9_]+$'),
      language text NOT NULL,
      answered_at timestamptz NOT NULL,
      confirmed_at timestamptz,
      resolved_at timestamptz,
      failed_at timestamptz,
      failed_because text CHECK (failed_because IN ('reopened', 'not_helped', 'asked_for_person', 'person')),
      PRIMARY KEY (conversation_id, topic),
      CHECK ((failed_at IS NULL) = (failed_because IS NULL))
    );
    CREATE INDEX first_answers_topic ON first_answers (topic, answered_at);

    -- A topic whose answers failed too often: it is not answered alone until a lead gives it back.
    CREATE TABLE lost_gates (
      topic text NOT NULL CHECK (topic ~ '^[a-z0-9_]+$'),
      lost_at timestamptz NOT NULL,
      judged integer NOT NULL CHECK (judged > 0),
      failed integer NOT NULL CHECK (failed BETWEEN 0 AND judged),
      given_back_at timestamptz,
      given_back_by uuid REFERENCES agents (id),
      PRIMARY KEY (topic, lost_at)
    );
    CREATE UNIQUE INDEX lost_gates_now ON lost_gates (topic) WHERE given_back_at IS NULL;

    -- When the exchange signed the token that a session began with, and when the customer last gave a stronger proof.
    ALTER TABLE widget_sessions
      ADD COLUMN vouched_at timestamptz,
      ADD COLUMN proved_at timestamptz;
    """)
