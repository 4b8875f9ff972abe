"""Create articles, and incidents."""

from alembic import op

revision = "0004_knowledge"
down_revision = "0003_people"

_LANGUAGE = "text NOT NULL CHECK (language ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?$')"
_SLUG = r"text NOT NULL CHECK (slug ~ '^\w+(-\w+)*$' AND length(slug) <= 120)"


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(f"""
    -- The name that stands for {{{{brand}}}} in every article: one row.
    CREATE TABLE help_centre (
      single boolean PRIMARY KEY DEFAULT true CHECK (single),
      brand text NOT NULL CHECK (length(brand) BETWEEN 1 AND 80)
    );
    INSERT INTO help_centre (brand) VALUES ('Northwick');

    CREATE TABLE categories (
      id uuid PRIMARY KEY,
      slug {_SLUG} UNIQUE,
      position smallint NOT NULL
    );
    CREATE TABLE category_names (
      category_id uuid NOT NULL REFERENCES categories ON DELETE CASCADE,
      language {_LANGUAGE},
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
      PRIMARY KEY (category_id, language)
    );

    CREATE TABLE articles (
      id uuid PRIMARY KEY,
      category_id uuid NOT NULL REFERENCES categories,
      topic text UNIQUE CHECK (topic ~ '^[a-z0-9_]+$'),
      source_language text NOT NULL,
      position smallint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX articles_category ON articles (category_id, position);
    CREATE TABLE article_related (
      article_id uuid NOT NULL REFERENCES articles ON DELETE CASCADE,
      related_id uuid NOT NULL REFERENCES articles ON DELETE CASCADE CHECK (related_id <> article_id),
      position smallint NOT NULL,
      PRIMARY KEY (article_id, related_id)
    );

    -- Every text ever saved. A row changes once at most: when it is published.
    CREATE TABLE article_versions (
      article_id uuid NOT NULL REFERENCES articles ON DELETE CASCADE,
      language {_LANGUAGE},
      number integer NOT NULL CHECK (number > 0),
      title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
      answer text NOT NULL CHECK (length(answer) BETWEEN 1 AND 1000),
      body text NOT NULL CHECK (length(body) BETWEEN 1 AND 60000),
      source_number integer,
      written_by_kind text NOT NULL CHECK (written_by_kind IN ('agent', 'system', 'operator')),
      written_by uuid,
      written_at timestamptz NOT NULL,
      published_at timestamptz,
      PRIMARY KEY (article_id, language, number)
    );

    -- What stands now: the published version and, where someone works on it, the draft.
    CREATE TABLE article_translations (
      article_id uuid NOT NULL REFERENCES articles ON DELETE CASCADE,
      language {_LANGUAGE},
      slug {_SLUG},
      published_number integer,
      draft_number integer,
      published_at timestamptz,
      answer_html text,
      body_html text,
      search tsvector,
      words text,
      PRIMARY KEY (article_id, language),
      UNIQUE (language, slug),
      FOREIGN KEY (article_id, language, published_number) REFERENCES article_versions,
      FOREIGN KEY (article_id, language, draft_number) REFERENCES article_versions,
      CHECK (published_number IS NOT NULL OR draft_number IS NOT NULL),
      CHECK ((published_number IS NULL) = (body_html IS NULL)),
      CHECK ((published_number IS NULL) = (search IS NULL)),
      CHECK ((published_number IS NULL) = (words IS NULL)),
      CHECK ((published_number IS NULL) = (published_at IS NULL)),
      CHECK ((published_number IS NULL) = (answer_html IS NULL))
    );
    CREATE INDEX article_translations_search ON article_translations USING gin (search);
    CREATE INDEX article_translations_words ON article_translations USING gin (words gin_trgm_ops);
    -- Addresses that an article once had, so that old links lead on.
    CREATE TABLE article_slugs (
      language {_LANGUAGE},
      slug {_SLUG},
      article_id uuid NOT NULL REFERENCES articles ON DELETE CASCADE,
      PRIMARY KEY (language, slug)
    );

    CREATE TABLE article_feedback (
      article_id uuid NOT NULL,
      language text NOT NULL,
      visitor bytea NOT NULL CHECK (length(visitor) = 32),
      helped boolean NOT NULL,
      given_at timestamptz NOT NULL,
      PRIMARY KEY (article_id, language, visitor),
      FOREIGN KEY (article_id, language) REFERENCES article_translations ON DELETE CASCADE
    );

    CREATE TABLE incidents (
      id uuid PRIMARY KEY,
      state text NOT NULL CHECK (state IN ('investigating', 'identified', 'monitoring', 'resolved')),
      opened_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL CHECK (changed_at >= opened_at),
      resolved_at timestamptz,
      CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
    );
    CREATE INDEX incidents_open ON incidents (opened_at) WHERE resolved_at IS NULL;
    CREATE TABLE incident_texts (
      incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
      language {_LANGUAGE},
      title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
      text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
      PRIMARY KEY (incident_id, language)
    );
    CREATE TABLE incident_topics (
      incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
      topic text NOT NULL CHECK (topic ~ '^[a-z0-9_]+$'),
      PRIMARY KEY (incident_id, topic)
    );
    CREATE INDEX incident_topics_topic ON incident_topics (topic);
    CREATE TABLE incident_states (
      incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
      at timestamptz NOT NULL,
      state text NOT NULL,
      PRIMARY KEY (incident_id, at)
    );
    """)
