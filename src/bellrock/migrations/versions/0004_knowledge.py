"""Create articles, and incidents."""

revision = "0004_knowledge"
down_revision = "0003_people"


def upgrade() -> None:
    """Nothing yet."""
