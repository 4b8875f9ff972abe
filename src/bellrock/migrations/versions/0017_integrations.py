"""Nothing yet."""

revision = "0017_integrations"
down_revision = "0016_operations"


def upgrade() -> None:
    """Change nothing."""
