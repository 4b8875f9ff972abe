"""Create API tokens, remembered answers, webhooks and organisations; let facts name an integration as their actor."""

from alembic import op

revision = "0017_integrations"
down_revision = "0016_operations"

_ACTORS = "('customer', 'visitor', 'agent', 'first_line', 'system', 'operator', 'integration')"


def upgrade() -> None:
    # NOT VALID: every row there satisfies the narrower rule already, so nothing has to be read again.
    op.execute(f"""
    ALTER TABLE journal_inbox DROP CONSTRAINT journal_inbox_actor_kind_check,
      ADD CONSTRAINT journal_inbox_actor_kind_check CHECK (actor_kind IN {_ACTORS}) NOT VALID;
    ALTER TABLE journal DROP CONSTRAINT journal_actor_kind_check,
      ADD CONSTRAINT journal_actor_kind_check CHECK (actor_kind IN {_ACTORS}) NOT VALID;
    ALTER TABLE article_versions DROP CONSTRAINT article_versions_written_by_kind_check,
      ADD CONSTRAINT article_versions_written_by_kind_check
        CHECK (written_by_kind IN ('agent', 'system', 'operator', 'integration')) NOT VALID;
    -- A token looks at customers and blocks them too, and is no agent.
    ALTER TABLE recent_looks DROP CONSTRAINT recent_looks_agent_id_fkey;
    ALTER TABLE customer_blocks DROP CONSTRAINT customer_blocks_blocked_by_fkey;
    """)
    op.execute("""
    CREATE TABLE organisations (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
      tier text NOT NULL DEFAULT 'standard' CHECK (tier IN ('standard', 'vip', 'institution')),
      created_at timestamptz NOT NULL
    );
    ALTER TABLE customers ADD COLUMN organisation_id uuid REFERENCES organisations (id);
    CREATE INDEX customers_organisation ON customers (organisation_id, id) WHERE organisation_id IS NOT NULL;

    CREATE TABLE api_tokens (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
      hint text NOT NULL CHECK (length(hint) = 4),
      scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
      team_ids uuid[],
      made_by uuid REFERENCES agents (id),
      made_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      last_used_at timestamptz,
      revoked_at timestamptz,
      CHECK (expires_at > made_at),
      CHECK (team_ids IS NULL OR cardinality(team_ids) > 0)
    ) WITH (fillfactor = 80);

    CREATE INDEX journal_tokens ON journal (number)
      WHERE kind IN ('integrations.token_made', 'integrations.token_revoked');

    CREATE TABLE api_results (
      token_id uuid NOT NULL REFERENCES api_tokens (id),
      key text NOT NULL CHECK (length(key) BETWEEN 8 AND 128),
      request bytea NOT NULL CHECK (length(request) = 32),
      status integer,
      subject_id uuid,
      object_id uuid,
      sealed bytea,
      made_at timestamptz NOT NULL,
      PRIMARY KEY (token_id, key)
    );
    CREATE INDEX api_results_made ON api_results (made_at);

    CREATE TABLE webhook_endpoints (
      id uuid PRIMARY KEY,
      host text NOT NULL CHECK (length(host) BETWEEN 1 AND 253),
      sealed bytea NOT NULL,
      events text[] NOT NULL CHECK (cardinality(events) > 0),
      team_ids uuid[] CHECK (cardinality(team_ids) > 0),
      made_by uuid REFERENCES agents (id),
      made_at timestamptz NOT NULL,
      failing_since timestamptz,
      paused_at timestamptz,
      paused_because text CHECK (paused_because IN ('person', 'failing')),
      removed_at timestamptz,
      CHECK ((paused_at IS NULL) = (paused_because IS NULL))
    ) WITH (fillfactor = 80);

    CREATE TABLE webhook_deliveries (
      id uuid PRIMARY KEY,
      endpoint_id uuid NOT NULL REFERENCES webhook_endpoints (id),
      event_id uuid NOT NULL,
      number bigint NOT NULL,
      event text NOT NULL,
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
      is_replay boolean NOT NULL DEFAULT false,
      attempts integer NOT NULL DEFAULT 0,
      made_at timestamptz NOT NULL,
      next_at timestamptz NOT NULL,
      tried_at timestamptz,
      status integer,
      problem text,
      milliseconds integer,
      excerpt bytea
    ) WITH (fillfactor = 80);
    CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at) WHERE state = 'waiting';
    CREATE INDEX webhook_deliveries_log ON webhook_deliveries (endpoint_id, id DESC);
    """)
