"""Create the journal, its sequencer and its cursors."""

revision = "0001_core"
down_revision = None


def upgrade() -> None:
    """Nothing yet."""
