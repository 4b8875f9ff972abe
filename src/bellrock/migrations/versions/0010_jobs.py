"""Create the job queue's own tables."""

revision = "0010_jobs"
down_revision = "0009_triage"


def upgrade() -> None:
    """Nothing yet."""
