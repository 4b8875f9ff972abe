"""Create looks, reasons and erasure requests."""

revision = "0008_access"
down_revision = "0007_channels"


def upgrade() -> None:
    """Nothing yet."""
