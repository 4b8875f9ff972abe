"""Nothing yet."""

revision = "0013_cases"
down_revision = "0012_work"


def upgrade() -> None:
    """Change nothing."""
