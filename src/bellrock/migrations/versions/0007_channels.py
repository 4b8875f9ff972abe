"""Create threading and delivery."""

revision = "0007_channels"
down_revision = "0006_ledger"


def upgrade() -> None:
    """Nothing yet."""
