"""Nothing yet."""

revision = "0015_lead"
down_revision = "0014_presence"


def upgrade() -> None:
    """Change nothing."""
