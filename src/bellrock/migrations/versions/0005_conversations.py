"""Create conversations, messages, attachments and drafts."""

revision = "0005_conversations"
down_revision = "0004_knowledge"


def upgrade() -> None:
    """Nothing yet."""
