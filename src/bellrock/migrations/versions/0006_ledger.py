"""Create the Merkle logs, checkpoints and receipts."""

revision = "0006_ledger"
down_revision = "0005_conversations"


def upgrade() -> None:
    """Nothing yet."""
