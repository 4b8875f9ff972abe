"""Create the walks of the inbox, its counters, saved views, and what a bulk action can undo."""

from alembic import op

revision = "0011_views"
down_revision = "0010_jobs"

_RANK = "array_position(ARRAY['urgent', 'high', 'normal', 'low'], priority)"
# Whoever waits for nothing comes after everybody who waits.
_WAIT = "coalesce(waiting_since, '9999-12-31 00:00:00+00'::timestamptz)"
_RUNNING = "status IN ('open', 'waiting')"
_PLACE = "team_id, assignee_id, holder, status"
# A customer who writes line after line does not make the row jump, nor a dozen indexes write, at each of them.
_KEEPS_PLACE = "interval '10 seconds'"


def upgrade() -> None:
    """Each list is a walk along one of these, in its own order: for all teams, for one team, for one agent."""
    op.execute(f"""
    DROP INDEX conversations_assignee;
    DROP INDEX conversations_team;
    DROP INDEX conversations_open;
    DROP INDEX conversations_resolved;
    DROP INDEX conversations_snoozed;

    -- Where a conversation stands in the lists by last change: the time of its last change, but for further messages of the
    -- customer within ten seconds. Those change no indexed column, and PostgreSQL rewrites the row alone.
    ALTER TABLE conversations ADD COLUMN listed_at timestamptz;
    UPDATE conversations SET listed_at = changed_at;
    ALTER TABLE conversations ALTER COLUMN listed_at SET NOT NULL;
    CREATE FUNCTION list_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.listed_at := NEW.changed_at;
      RETURN NEW;
    END $$;
    CREATE TRIGGER conversations_listed_new BEFORE INSERT ON conversations FOR EACH ROW
      WHEN (NEW.listed_at IS NULL) EXECUTE FUNCTION list_conversation();
    CREATE TRIGGER conversations_listed_anew BEFORE UPDATE ON conversations FOR EACH ROW
      WHEN (NEW.changes <> OLD.changes AND (
        NEW.last_customer_message_id IS NOT DISTINCT FROM OLD.last_customer_message_id
        OR NEW.changed_at >= OLD.listed_at + {_KEEPS_PLACE}))
      EXECUTE FUNCTION list_conversation();

    CREATE INDEX conversations_open ON conversations (listed_at DESC, id DESC) WHERE status <> 'resolved';
    CREATE INDEX conversations_team ON conversations (team_id, listed_at DESC, id DESC) WHERE status <> 'resolved';
    CREATE INDEX conversations_assignee ON conversations (assignee_id, listed_at DESC, id DESC)
      WHERE assignee_id IS NOT NULL AND status <> 'resolved';
    CREATE INDEX conversations_resolved ON conversations (resolved_at DESC, id DESC) WHERE status = 'resolved';
    CREATE INDEX conversations_team_resolved ON conversations (team_id, resolved_at DESC, id DESC)
      WHERE status = 'resolved';
    CREATE INDEX conversations_assignee_resolved ON conversations (assignee_id, resolved_at DESC, id DESC)
      WHERE assignee_id IS NOT NULL AND status = 'resolved';
    CREATE INDEX conversations_snoozed ON conversations (snoozed_until, id) WHERE status = 'snoozed';
    CREATE INDEX conversations_team_snoozed ON conversations (team_id, snoozed_until, id) WHERE status = 'snoozed';
    CREATE INDEX conversations_queued ON conversations (listed_at DESC, id DESC)
      WHERE holder = 'queue' AND {_RUNNING};
    CREATE INDEX conversations_team_queued ON conversations (team_id, listed_at DESC, id DESC)
      WHERE holder = 'queue' AND {_RUNNING};
    CREATE INDEX conversations_longest ON conversations (({_WAIT}), id) WHERE {_RUNNING};
    CREATE INDEX conversations_team_longest ON conversations (team_id, ({_WAIT}), id) WHERE {_RUNNING};
    CREATE INDEX conversations_pressing ON conversations (({_RANK}), ({_WAIT}), id) WHERE {_RUNNING};
    CREATE INDEX conversations_team_pressing ON conversations (team_id, ({_RANK}), ({_WAIT}), id) WHERE {_RUNNING};
    -- How common the commoner words are: what decides whether a search asks the index or walks back in time.
    ALTER TABLE messages ALTER COLUMN tokens SET STATISTICS 300;
    -- Each search also reads what the index has not sorted in yet: keep that short.
    ALTER INDEX messages_tokens SET (gin_pending_list_limit = 256);

    -- Counters: how many unresolved conversations stand in each place. A change of place adds its two halves to
    -- `inbox_moves`, where no two transactions meet; the worker folds them into `inbox_counts`; the sum of both is the count.
    CREATE TABLE inbox_counts (
      team_id uuid,
      assignee_id uuid,
      holder text NOT NULL,
      status text NOT NULL,
      held bigint NOT NULL,
      UNIQUE NULLS NOT DISTINCT (team_id, assignee_id, holder, status)
    ) WITH (fillfactor = 70);
    CREATE INDEX inbox_counts_assignee ON inbox_counts (assignee_id) WHERE assignee_id IS NOT NULL;
    CREATE TABLE inbox_moves (
      position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      team_id uuid,
      assignee_id uuid,
      holder text NOT NULL,
      status text NOT NULL,
      held bigint NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
    INSERT INTO inbox_counts ({_PLACE}, held)
      SELECT {_PLACE}, count(*) FROM conversations WHERE status <> 'resolved' GROUP BY {_PLACE};

    CREATE FUNCTION count_new_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO inbox_moves ({_PLACE}, held)
        SELECT {_PLACE}, count(*) FROM made WHERE status <> 'resolved' GROUP BY {_PLACE};
      RETURN NULL;
    END $$;
    CREATE FUNCTION count_moved_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO inbox_moves ({_PLACE}, held)
        SELECT * FROM (VALUES (OLD.team_id, OLD.assignee_id, OLD.holder, OLD.status, -1::bigint),
                              (NEW.team_id, NEW.assignee_id, NEW.holder, NEW.status, 1::bigint)) AS moved ({_PLACE}, held)
        WHERE moved.status <> 'resolved';
      RETURN NULL;
    END $$;
    CREATE FUNCTION count_gone_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO inbox_moves ({_PLACE}, held)
        SELECT {_PLACE}, -count(*) FROM gone WHERE status <> 'resolved' GROUP BY {_PLACE};
      RETURN NULL;
    END $$;
    CREATE TRIGGER conversations_counted_new AFTER INSERT ON conversations
      REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION count_new_conversations();
    CREATE TRIGGER conversations_counted_moved AFTER UPDATE ON conversations FOR EACH ROW
      WHEN (OLD.status <> NEW.status OR OLD.holder <> NEW.holder OR OLD.team_id IS DISTINCT FROM NEW.team_id
            OR OLD.assignee_id IS DISTINCT FROM NEW.assignee_id)
      EXECUTE FUNCTION count_moved_conversation();
    CREATE TRIGGER conversations_counted_gone AFTER DELETE ON conversations
      REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_gone_conversations();

    -- A view somebody keeps: for themselves, or (shared) for everybody or one team. `key` is its filters and its order.
    CREATE TABLE saved_views (
      id uuid PRIMARY KEY,
      owner_id uuid NOT NULL REFERENCES agents (id),
      name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 600),
      is_shared boolean NOT NULL DEFAULT false,
      team_id uuid REFERENCES teams (id),
      saved_at timestamptz NOT NULL,
      CHECK (team_id IS NULL OR is_shared)
    );
    CREATE INDEX saved_views_owner ON saved_views (owner_id, saved_at);
    CREATE INDEX saved_views_shared ON saved_views (saved_at) WHERE is_shared;

    -- What a bulk action changed, and how each conversation stood before, for as long as it can be undone.
    CREATE TABLE bulk_changes (
      id uuid PRIMARY KEY,
      agent_id uuid NOT NULL REFERENCES agents (id),
      action text NOT NULL,
      done_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      undone_at timestamptz
    );
    CREATE INDEX bulk_changes_expired ON bulk_changes (expires_at);
    CREATE TABLE bulk_items (
      bulk_id uuid NOT NULL REFERENCES bulk_changes (id) ON DELETE CASCADE,
      conversation_id uuid NOT NULL REFERENCES conversations (id),
      before jsonb NOT NULL,
      changes bigint NOT NULL,
      PRIMARY KEY (bulk_id, conversation_id)
    );
    """)
