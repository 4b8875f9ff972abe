"""Create customers, agents, teams and sessions."""

revision = "0003_people"
down_revision = "0002_vault"


def upgrade() -> None:
    """Nothing yet."""
