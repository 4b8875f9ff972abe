"""Create subjects, records and their keys."""

revision = "0002_vault"
down_revision = "0001_core"


def upgrade() -> None:
    """Nothing yet."""
