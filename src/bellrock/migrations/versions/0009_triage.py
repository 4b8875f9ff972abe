"""Create topics and decisions, and routing."""

revision = "0009_triage"
down_revision = "0008_access"


def upgrade() -> None:
    """Nothing yet."""
