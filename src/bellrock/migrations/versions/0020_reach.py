"""Who answers for a token or a webhook; webhooks of programs; entries of the access log may be emptied, never changed."""

from alembic import op

revision = "0020_reach"
down_revision = "0019_teaching"


def upgrade() -> None:
    op.execute("""
    ALTER TABLE api_tokens RENAME COLUMN made_by TO kept_by;
    ALTER TABLE webhook_endpoints RENAME COLUMN made_by TO kept_by;
    ALTER TABLE webhook_endpoints ADD COLUMN token_id uuid REFERENCES api_tokens (id);
    CREATE INDEX webhook_endpoints_token ON webhook_endpoints (token_id) WHERE token_id IS NOT NULL;
    DROP INDEX journal_tokens;
    CREATE INDEX journal_tokens ON journal (number)
      WHERE kind IN ('integrations.token_made', 'integrations.token_kept', 'integrations.token_revoked');
    CREATE INDEX journal_webhooks ON journal (number)
      WHERE kind IN ('integrations.webhook_made', 'integrations.webhook_changed', 'integrations.webhook_kept',
        'integrations.webhook_removed');
    CREATE INDEX webhook_deliveries_made ON webhook_deliveries (id) WHERE state <> 'waiting';
    """)
    # What the access log says of people may go when it has had its time: of an entry whose record is shredded, who looked and
    # at whom becomes empty. Its number, kind, time and leaf stay, and nothing else may change.
    op.execute("""
    CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.log <> 'access'
        OR (NEW.number, NEW.id, NEW.log, NEW.kind, NEW.at, NEW.audience, NEW.leaf)
          IS DISTINCT FROM (OLD.number, OLD.id, OLD.log, OLD.kind, OLD.at, OLD.audience, OLD.leaf)
        OR (NEW.actor_kind, NEW.actor_id, NEW.customer_id, NEW.conversation_id, NEW.data)
          IS DISTINCT FROM ('system'::text, NULL::uuid, NULL::uuid, NULL::uuid, '{}'::jsonb)
        OR NOT EXISTS (SELECT FROM records r WHERE r.id = OLD.id AND r.shredded_at IS NOT NULL)
      THEN
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$;
    DROP TRIGGER journal_append_only ON journal;
    CREATE TRIGGER journal_append_only BEFORE DELETE ON journal
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER journal_not_rewritten BEFORE UPDATE ON journal
      FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
    """)
