"""How long a customer waits at most for an answer, by priority, for every team or for one."""

from alembic import op

revision = "0021_answer_times"
down_revision = "0020_reach"


def upgrade() -> None:
    op.execute("""
    CREATE TABLE answer_times (
      id uuid PRIMARY KEY,
      team_id uuid REFERENCES teams (id),
      priority text NOT NULL CHECK (priority IN ('urgent', 'high', 'normal', 'low')),
      first_reply_minutes integer NOT NULL CHECK (first_reply_minutes BETWEEN 1 AND 43200),
      next_reply_minutes integer NOT NULL CHECK (next_reply_minutes BETWEEN 1 AND 43200),
      UNIQUE NULLS NOT DISTINCT (team_id, priority)
    );
    CREATE INDEX journal_answer_times ON journal (number)
      WHERE kind IN ('sla.answer_time_set', 'sla.answer_time_removed');
    """)
