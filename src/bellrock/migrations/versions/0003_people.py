"""Create customers, agents, teams and sessions."""

from alembic import op

revision = "0003_people"
down_revision = "0002_vault"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE customers (
      id uuid PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('customer', 'visitor')),
      external_fingerprint bytea UNIQUE CHECK (length(external_fingerprint) = 32),
      email_fingerprint bytea CHECK (length(email_fingerprint) = 32),
      profile bytea,
      profile_fingerprint bytea CHECK (length(profile_fingerprint) = 32),
      locale text NOT NULL CHECK (length(locale) BETWEEN 2 AND 35),
      tier text NOT NULL DEFAULT 'standard' CHECK (tier IN ('standard', 'vip', 'institution')),
      adopted_by uuid REFERENCES customers (id),
      created_at timestamptz NOT NULL,
      erased_at timestamptz,
      CHECK (kind = 'visitor' OR external_fingerprint IS NOT NULL OR erased_at IS NOT NULL),
      CHECK (kind = 'customer' OR external_fingerprint IS NULL),
      CHECK (adopted_by IS NULL OR (kind = 'visitor' AND adopted_by <> id)),
      CHECK (erased_at IS NULL OR (external_fingerprint IS NULL AND email_fingerprint IS NULL
                                   AND profile IS NULL AND profile_fingerprint IS NULL))
    ) WITH (fillfactor = 90);
    CREATE INDEX customers_email ON customers (email_fingerprint) WHERE email_fingerprint IS NOT NULL;
    CREATE INDEX customers_adopted_by ON customers (adopted_by) WHERE adopted_by IS NOT NULL;

    CREATE TABLE visitor_secrets (
      hash bytea PRIMARY KEY CHECK (length(hash) = 32),
      visitor_id uuid NOT NULL REFERENCES customers (id),
      expires_at timestamptz NOT NULL
    );
    CREATE INDEX visitor_secrets_visitor ON visitor_secrets (visitor_id);

    CREATE TABLE widget_sessions (
      id uuid PRIMARY KEY,
      hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
      customer_id uuid NOT NULL REFERENCES customers (id),
      started_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      ended_at timestamptz
    );
    CREATE INDEX widget_sessions_customer ON widget_sessions (customer_id) WHERE ended_at IS NULL;

    CREATE TABLE teams (
      id uuid PRIMARY KEY,
      slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{0,39}$'),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      queues text[] NOT NULL DEFAULT '{}',
      created_at timestamptz NOT NULL
    );

    CREATE TABLE agents (
      id uuid PRIMARY KEY,
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
      email_fingerprint bytea NOT NULL UNIQUE CHECK (length(email_fingerprint) = 32),
      email bytea NOT NULL,
      status text NOT NULL CHECK (status IN ('invited', 'active', 'closed')),
      password_hash text,
      authenticator bytea,
      authenticator_step bigint NOT NULL DEFAULT 0,
      enrolled_at timestamptz,
      roles text[] NOT NULL CHECK (roles <@ ARRAY['agent', 'lead', 'admin', 'auditor'] AND cardinality(roles) > 0),
      languages text[] NOT NULL DEFAULT '{en}',
      locale text NOT NULL DEFAULT 'en',
      capacity integer NOT NULL DEFAULT 4 CHECK (capacity BETWEEN 0 AND 50),
      created_at timestamptz NOT NULL,
      CHECK (status <> 'active' OR password_hash IS NOT NULL),
      CHECK (enrolled_at IS NULL OR authenticator IS NOT NULL)
    );

    CREATE TABLE team_members (
      team_id uuid NOT NULL REFERENCES teams (id),
      agent_id uuid NOT NULL REFERENCES agents (id),
      PRIMARY KEY (team_id, agent_id)
    );
    CREATE INDEX team_members_agent ON team_members (agent_id);

    CREATE TABLE agent_presence (
      agent_id uuid PRIMARY KEY REFERENCES agents (id),
      presence text NOT NULL CHECK (presence IN ('online', 'busy', 'away', 'offline')),
      heartbeat_at timestamptz NOT NULL
    ) WITH (fillfactor = 50);

    CREATE TABLE agent_sessions (
      id uuid PRIMARY KEY,
      hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
      agent_id uuid NOT NULL REFERENCES agents (id),
      stage text NOT NULL CHECK (stage IN ('code', 'enrol', 'open')),
      device text NOT NULL CHECK (length(device) <= 80),
      network text NOT NULL CHECK (length(network) <= 49),
      failures integer NOT NULL DEFAULT 0,
      started_at timestamptz NOT NULL,
      seen_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      ended_at timestamptz
    ) WITH (fillfactor = 80);
    CREATE INDEX agent_sessions_agent ON agent_sessions (agent_id, started_at DESC);

    CREATE TABLE recovery_codes (
      agent_id uuid NOT NULL REFERENCES agents (id),
      hash bytea NOT NULL CHECK (length(hash) = 32),
      used_at timestamptz,
      PRIMARY KEY (agent_id, hash)
    );

    CREATE TABLE agent_links (
      hash bytea PRIMARY KEY CHECK (length(hash) = 32),
      agent_id uuid NOT NULL REFERENCES agents (id),
      purpose text NOT NULL CHECK (purpose IN ('invitation', 'reset')),
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    );
    CREATE INDEX agent_links_agent ON agent_links (agent_id);

    CREATE TABLE sign_in_failures (
      fingerprint bytea PRIMARY KEY CHECK (length(fingerprint) = 32),
      failures integer NOT NULL CHECK (failures > 0),
      last_at timestamptz NOT NULL
    );
    """)
