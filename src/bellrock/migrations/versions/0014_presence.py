"""Nothing yet."""

revision = "0014_presence"
down_revision = "0013_cases"


def upgrade() -> None:
    """Change nothing."""
