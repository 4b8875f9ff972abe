"""Nothing yet."""

revision = "0016_operations"
down_revision = "0015_lead"


def upgrade() -> None:
    """Change nothing."""
