"""Create the journal, its sequencer and its cursors."""

from alembic import op

revision = "0001_core"
down_revision = None

_FACT = """
    id uuid NOT NULL,
    log text NOT NULL CHECK (log IN ('records', 'access')),
    kind text NOT NULL CHECK (kind ~ '^[a-z_]+[.][a-z_]+$'),
    at timestamptz NOT NULL,
    actor_kind text NOT NULL
      CHECK (actor_kind IN ('customer', 'visitor', 'agent', 'first_line', 'system', 'operator')),
    actor_id uuid,
    customer_id uuid,
    conversation_id uuid,
    data jsonb NOT NULL,
    audience text NOT NULL CHECK (audience IN ('public', 'internal')),
    leaf bytea NOT NULL CHECK (length(leaf) = 32)
"""


def upgrade() -> None:
    op.execute(f"""
    CREATE TABLE journal_inbox (
      position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      {_FACT}
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, fillfactor = 100);
    CREATE UNIQUE INDEX journal_inbox_id ON journal_inbox (id);
    CREATE INDEX journal_inbox_conversation ON journal_inbox (conversation_id) WHERE conversation_id IS NOT NULL;

    CREATE TABLE journal (
      number bigint NOT NULL CHECK (number >= 0),
      {_FACT},
      PRIMARY KEY (log, number)
    );
    CREATE UNIQUE INDEX journal_id ON journal (id);
    CREATE INDEX journal_conversation ON journal (conversation_id, number)
      WHERE conversation_id IS NOT NULL;
    CREATE INDEX journal_customer_looks ON journal (customer_id, number)
      WHERE log = 'access' AND customer_id IS NOT NULL;

    CREATE TABLE sequencer (
      log text PRIMARY KEY CHECK (log IN ('records', 'access')),
      epoch bigint NOT NULL,
      next bigint NOT NULL DEFAULT 0
    );
    INSERT INTO sequencer (log, epoch) VALUES ('records', 0), ('access', 0);

    CREATE TABLE cursors (
      name text PRIMARY KEY,
      log text NOT NULL REFERENCES sequencer (log),
      number bigint NOT NULL DEFAULT -1,
      failures integer NOT NULL DEFAULT 0
    );
    CREATE TABLE parked (
      cursor text NOT NULL REFERENCES cursors (name),
      log text NOT NULL,
      number bigint NOT NULL,
      kind text NOT NULL,
      reason text NOT NULL,
      parked_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (cursor, log, number)
    );

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    """)
