"""A client for Bellrock's API: typed, synchronous and asynchronous; it repeats what failed, pages lists and checks webhooks.

    from bellrock.client import Client

    with Client("https://support.example.com", token="brk_…") as desk:
        for conversation in desk.conversations(status="open"):
            print(conversation.reference)

It needs httpx and msgspec, and nothing else of this package.
"""

from bellrock.client.asynchronous import AsyncClient
from bellrock.client.errors import ApiError, Problem, SignatureWrong
from bellrock.client.synchronous import Client
from bellrock.client.things import (
    Actor,
    Agent,
    Article,
    Conversation,
    Customer,
    Delivery,
    Event,
    File,
    Incident,
    Label,
    MadeWebhook,
    Message,
    Organisation,
    Team,
    Webhook,
    Written,
)
from bellrock.client.webhooks import Notice, verify_webhook

__all__ = [
    "Actor",
    "Agent",
    "ApiError",
    "Article",
    "AsyncClient",
    "Client",
    "Conversation",
    "Customer",
    "Delivery",
    "Event",
    "File",
    "Incident",
    "Label",
    "MadeWebhook",
    "Message",
    "Notice",
    "Organisation",
    "Problem",
    "SignatureWrong",
    "Team",
    "Webhook",
    "Written",
    "verify_webhook",
]
