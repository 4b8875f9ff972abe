"""Create roles, levels, business hours, brands, and what the work list of the help centre counts."""

from alembic import op

revision = "0015_lead"
down_revision = "0014_presence"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE roles (
      slug text PRIMARY KEY CHECK (slug ~ '^[a-z][a-z0-9-]{0,39}$' AND slug NOT IN ('agent', 'lead', 'admin', 'auditor')),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      about text NOT NULL DEFAULT '' CHECK (length(about) <= 300),
      grants text[] NOT NULL CHECK (cardinality(grants) > 0),
      created_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL,
      archived_at timestamptz
    );
    CREATE UNIQUE INDEX roles_name ON roles (lower(name)) WHERE archived_at IS NULL;

    ALTER TABLE agents DROP CONSTRAINT agents_roles_check;
    ALTER TABLE agents
      ADD CONSTRAINT agents_roles_check CHECK (cardinality(roles) > 0),
      ADD COLUMN language_levels jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(language_levels) = 'object'),
      ADD COLUMN skills jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(skills) = 'object');

    ALTER TABLE teams
      ADD COLUMN topics text[] NOT NULL DEFAULT '{}',
      ADD COLUMN languages text[] NOT NULL DEFAULT '{}',
      ADD COLUMN is_default boolean NOT NULL DEFAULT FALSE,
      ADD COLUMN archived_at timestamptz;
    UPDATE teams SET is_default = TRUE WHERE slug = 'general';
    ALTER TABLE teams ADD CONSTRAINT teams_default_check CHECK (NOT is_default OR archived_at IS NULL);
    CREATE UNIQUE INDEX teams_default ON teams (is_default) WHERE is_default;

    CREATE TABLE brands (
      id uuid PRIMARY KEY,
      slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{0,39}$'),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      help_name text NOT NULL DEFAULT '' CHECK (length(help_name) <= 80),
      sender text NOT NULL DEFAULT '' CHECK (length(sender) <= 254),
      reply_to text NOT NULL DEFAULT '' CHECK (length(reply_to) <= 254),
      colour text NOT NULL DEFAULT '' CHECK (colour ~ '^(#[0-9a-f]{6})?$'),
      colour_dark text NOT NULL DEFAULT '' CHECK (colour_dark ~ '^(#[0-9a-f]{6})?$'),
      logo bytea CHECK (length(logo) <= 200000),
      logo_hash text,
      is_default boolean NOT NULL DEFAULT FALSE,
      created_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL,
      archived_at timestamptz,
      CHECK ((logo IS NULL) = (logo_hash IS NULL)),
      CHECK (NOT is_default OR archived_at IS NULL)
    );
    CREATE UNIQUE INDEX brands_default ON brands (is_default) WHERE is_default;
    CREATE TABLE brand_hosts (
      host text PRIMARY KEY CHECK (host ~ '^[a-z0-9.-]{1,253}$'),
      brand_id uuid NOT NULL REFERENCES brands (id)
    );
    ALTER TABLE conversations ADD COLUMN brand_id uuid REFERENCES brands (id);

    CREATE TABLE calendars (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      zone text NOT NULL CHECK (length(zone) BETWEEN 1 AND 60),
      week jsonb NOT NULL CHECK (jsonb_typeof(week) = 'array'),
      is_default boolean NOT NULL DEFAULT FALSE,
      created_at timestamptz NOT NULL,
      changed_at timestamptz NOT NULL
    );
    CREATE UNIQUE INDEX calendars_default ON calendars (is_default) WHERE is_default;
    CREATE TABLE calendar_holidays (
      calendar_id uuid NOT NULL REFERENCES calendars (id) ON DELETE CASCADE,
      day date NOT NULL,
      yearly boolean NOT NULL,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      PRIMARY KEY (calendar_id, day, yearly)
    );
    CREATE TABLE team_calendars (
      team_id uuid PRIMARY KEY REFERENCES teams (id),
      calendar_id uuid NOT NULL REFERENCES calendars (id)
    );
    CREATE TABLE brand_calendars (
      brand_id uuid PRIMARY KEY REFERENCES brands (id),
      calendar_id uuid NOT NULL REFERENCES calendars (id)
    );

    -- The name that stands for {{brand}}: that of the brand a transaction speaks for, else the default one's.
    CREATE VIEW help_centre_spoken AS
      SELECT coalesce(nullif(current_setting('bellrock.brand', TRUE), ''), brand) AS brand FROM help_centre;

    -- How often an article was read and sent by the first line, by language and day.
    CREATE TABLE article_uses (
      article_id uuid NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
      language text NOT NULL,
      day date NOT NULL,
      read integer NOT NULL DEFAULT 0 CHECK (read >= 0),
      asked integer NOT NULL DEFAULT 0 CHECK (asked >= 0),
      PRIMARY KEY (article_id, language, day)
    ) WITH (fillfactor = 80);
    CREATE INDEX article_uses_day ON article_uses (day);
    """)
