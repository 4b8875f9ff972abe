"""Nothing yet."""

revision = "0011_views"
down_revision = "0010_jobs"


def upgrade() -> None:
    """Change nothing."""
