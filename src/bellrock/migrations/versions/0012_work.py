"""Nothing yet."""

revision = "0012_work"
down_revision = "0011_views"


def upgrade() -> None:
    """Change nothing."""
