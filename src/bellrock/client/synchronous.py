"""The synchronous client."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec
from msgspec import UNSET, UnsetType

from bellrock.client.calling import (
    BASE,
    body_of,
    content_of,
    headers_of,
    query_of,
    read,
    unreachable,
    wait_before,
    write_headers,
)
from bellrock.client.things import (
    Agent,
    Article,
    Conversation,
    Customer,
    Delivery,
    Event,
    Events,
    File,
    Incident,
    Label,
    MadeWebhook,
    Message,
    Organisation,
    Replayed,
    Secret,
    Team,
    Webhook,
    Written,
)

T = TypeVar("T")


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    next_cursor: str | None = None


class Client:
    """Calls one Bellrock with one token. Each write carries a key of its own, so that repeating it does it once."""

    def __init__(
        self, url: str, *, token: str, timeout: float = 30.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/") + BASE, headers=headers_of(token), timeout=timeout, transport=transport
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    # --- conversations ---

    def conversations(
        self,
        *,
        status: str | list[str] | None = None,
        customer_id: UUID | None = None,
        team_id: UUID | None = None,
        assignee_id: UUID | None = None,
        priority: str | None = None,
        topic: str | None = None,
        reference: str | None = None,
        limit: int = 50,
    ) -> Iterator[Conversation]:
        """Go through conversations, page by page."""
        return self._pages(
            "/conversations",
            Conversation,
            status=status,
            customer_id=customer_id,
            team_id=team_id,
            assignee_id=assignee_id,
            priority=priority,
            topic=topic,
            reference=reference,
            limit=limit,
        )

    def conversation(self, conversation_id: UUID) -> Conversation:
        """Read a conversation."""
        return self._get(f"/conversations/{conversation_id}", Conversation)

    def open_conversation(
        self,
        *,
        customer_id: UUID,
        text: str,
        language: str = "en",
        topic: str | None = None,
        priority: str = "normal",
        team_id: UUID | None = None,
        fields: dict[str, str] | None = None,
        key: str | None = None,
    ) -> Conversation:
        """Open a conversation on behalf of a customer."""
        body = {
            "customer_id": customer_id,
            "text": text,
            "language": language,
            "topic": topic,
            "priority": priority,
            "team_id": team_id,
            "fields": fields or {},
        }
        return self._write("POST", "/conversations", Conversation, body, key=key)

    def update_conversation(
        self,
        conversation_id: UUID,
        *,
        assignee_id: UUID | UnsetType | None = UNSET,
        team_id: UUID | UnsetType = UNSET,
        priority: str | UnsetType = UNSET,
        topic: str | UnsetType | None = UNSET,
        status: str | UnsetType = UNSET,
        snoozed_until: datetime | UnsetType | None = UNSET,
        label_ids: list[UUID] | UnsetType = UNSET,
        version: int | None = None,
        key: str | None = None,
    ) -> Conversation:
        """Change what is given; with `version`, only if nobody has changed it since."""
        body = {
            "assignee_id": assignee_id,
            "team_id": team_id,
            "priority": priority,
            "topic": topic,
            "status": status,
            "snoozed_until": snoozed_until,
            "label_ids": label_ids,
        }
        path = f"/conversations/{conversation_id}"
        return self._write("PATCH", path, Conversation, body, key=key, version=version)

    # --- messages and notes ---

    def messages(self, conversation_id: UUID, *, limit: int = 50) -> Iterator[Message]:
        """Go through the messages of a conversation, the oldest first."""
        return self._pages(f"/conversations/{conversation_id}/messages", Message, limit=limit)

    def notes(self, conversation_id: UUID, *, limit: int = 50) -> Iterator[Message]:
        """Go through the private notes of a conversation, the oldest first."""
        return self._pages(f"/conversations/{conversation_id}/notes", Message, limit=limit)

    def reply(
        self, conversation_id: UUID, text: str, *, file_ids: list[UUID] | None = None, key: str | None = None
    ) -> Written:
        """Answer the customer, with files that were added before."""
        path = f"/conversations/{conversation_id}/replies"
        return self._write("POST", path, Written, {"text": text, "file_ids": file_ids or []}, key=key)

    def receive(
        self, conversation_id: UUID, text: str, *, file_ids: list[UUID] | None = None, key: str | None = None
    ) -> Written:
        """Bring in a message of the customer, with files that were added before."""
        path = f"/conversations/{conversation_id}/received"
        return self._write("POST", path, Written, {"text": text, "file_ids": file_ids or []}, key=key)

    def note(self, conversation_id: UUID, text: str, *, key: str | None = None) -> Written:
        """Leave a private note."""
        path = f"/conversations/{conversation_id}/notes"
        return self._write("POST", path, Written, {"text": text}, key=key)

    # --- files ---

    def add_file(self, conversation_id: UUID, name: str, content: bytes, *, key: str | None = None) -> File:
        """Add a file to a conversation, for the message that names it next."""
        headers = {**write_headers(key, None), "content-type": "application/octet-stream"}
        path, query = f"/conversations/{conversation_id}/files", query_of({"name": name})
        return read(self._send("POST", path, query=query, content=content, headers=headers), File)

    def file(self, file_id: UUID) -> File:
        """Read what a file is."""
        return self._get(f"/files/{file_id}", File)

    def read_file(self, file_id: UUID) -> bytes:
        """Read a file."""
        return content_of(self._send("GET", f"/files/{file_id}/content"))

    # --- customers and organisations ---

    def customer(self, customer_id: UUID) -> Customer:
        """Read a customer."""
        return self._get(f"/customers/{customer_id}", Customer)

    def find_customer(self, external_id: str) -> Customer | None:
        """Find a customer by your own id."""
        page = self._get("/customers", _Page, external_id=external_id)
        return msgspec.json.decode(page.items[0], type=Customer) if page.items else None

    def put_customer(
        self,
        external_id: str,
        *,
        name: str | None = None,
        email: str | None = None,
        locale: str | None = None,
        tier: str = "standard",
        key: str | None = None,
    ) -> Customer:
        """Describe a customer: made if the id is new, else replaced."""
        body = {"external_id": external_id, "name": name, "email": email, "locale": locale, "tier": tier}
        return self._write("PUT", "/customers", Customer, body, key=key)

    def block(self, customer_id: UUID, *, reason: str, period: str, key: str | None = None) -> Customer:
        """Let a customer write no more for a period: day, week, month or open."""
        body = {"reason": reason, "period": period}
        return self._write("PUT", f"/customers/{customer_id}/block", Customer, body, key=key)

    def unblock(self, customer_id: UUID, *, key: str | None = None) -> Customer:
        """Let a customer write again."""
        return self._write("DELETE", f"/customers/{customer_id}/block", Customer, None, key=key)

    def organisations(self, *, limit: int = 50) -> Iterator[Organisation]:
        """Go through organisations, the newest first."""
        return self._pages("/organisations", Organisation, limit=limit)

    def create_organisation(self, name: str, *, tier: str = "standard", key: str | None = None) -> Organisation:
        """Make an organisation."""
        return self._write("POST", "/organisations", Organisation, {"name": name, "tier": tier}, key=key)

    def members(self, organisation_id: UUID, *, limit: int = 50) -> Iterator[UUID]:
        """Go through the ids of an organisation's customers."""
        return self._pages(f"/organisations/{organisation_id}/members", UUID, limit=limit)

    # --- the house ---

    def agents(self, *, team_id: UUID | None = None) -> list[Agent]:
        """List who works here now."""
        return self._list("/agents", Agent, team_id=team_id)

    def teams(self) -> list[Team]:
        """List teams."""
        return self._list("/teams", Team)

    def labels(self) -> list[Label]:
        """List labels."""
        return self._list("/labels", Label)

    def incidents(self) -> list[Incident]:
        """List incidents, open ones first."""
        return self._list("/incidents", Incident)

    def open_incident(
        self,
        texts: dict[str, tuple[str, str]],
        *,
        topics: list[str] | None = None,
        state: str = "investigating",
        key: str | None = None,
    ) -> Incident:
        """Open an incident; `texts` are (title, text) by language, English among them."""
        said = {language: {"title": title, "text": text} for language, (title, text) in texts.items()}
        body = {"texts": said, "topics": topics or [], "state": state}
        return self._write("POST", "/incidents", Incident, body, key=key)

    def set_incident_state(self, incident_id: UUID, state: str, *, key: str | None = None) -> Incident:
        """Move an incident to another state."""
        return self._write("PATCH", f"/incidents/{incident_id}", Incident, {"state": state}, key=key)

    def articles(self, *, topic: str | None = None, limit: int = 50) -> Iterator[Article]:
        """Go through articles in the order of the help centre."""
        return self._pages("/articles", Article, topic=topic, limit=limit)

    # --- events ---

    def events(
        self,
        cursor: str | None = None,
        *,
        types: list[str] | None = None,
        wait: int = 0,
        limit: int = 50,
        start: str = "now",
    ) -> Events:
        """Read events since a cursor; keep `next_cursor` and send it the next time."""
        return self._get("/events", Events, cursor=cursor, types=types, wait=wait, limit=limit, start=start)

    def follow(self, cursor: str | None = None, *, types: list[str] | None = None) -> Iterator[tuple[Event, str]]:
        """Go through events as they happen, each with the cursor to keep once it is dealt with; never ends."""
        while True:
            page = self.events(cursor, types=types, wait=20)
            for event in page.items[:-1]:
                yield event, cursor or ""
            cursor = page.next_cursor
            for event in page.items[-1:]:
                yield event, cursor

    # --- webhooks ---

    def webhooks(self) -> list[Webhook]:
        """List the webhooks that reach no further than this token."""
        return self._list("/webhooks", Webhook)

    def create_webhook(
        self, url: str, events: list[str], *, team_ids: list[UUID] | None = None, key: str | None = None
    ) -> MadeWebhook:
        """Make a webhook; its secret is told this once."""
        body = {"url": url, "events": events, "team_ids": team_ids}
        return self._write("POST", "/webhooks", MadeWebhook, body, key=key)

    def update_webhook(
        self,
        webhook_id: UUID,
        *,
        events: list[str] | UnsetType = UNSET,
        paused: bool | UnsetType = UNSET,
        key: str | None = None,
    ) -> Webhook:
        """Change what is given; the webhook belongs to this token from then on."""
        body = {"events": events, "paused": paused}
        return self._write("PATCH", f"/webhooks/{webhook_id}", Webhook, body, key=key)

    def remove_webhook(self, webhook_id: UUID, *, key: str | None = None) -> None:
        """Remove a webhook."""
        self._write("DELETE", f"/webhooks/{webhook_id}", dict[str, bool], None, key=key)

    def rotate_webhook(self, webhook_id: UUID, *, key: str | None = None) -> str:
        """Give a webhook a new secret and return it; the one before holds for another day."""
        return (self._write("POST", f"/webhooks/{webhook_id}/secret", Secret, None, key=key)).secret

    def deliveries(self, webhook_id: UUID, *, limit: int = 50) -> Iterator[Delivery]:
        """Go through what was sent to a webhook, the newest first."""
        return self._pages(f"/webhooks/{webhook_id}/deliveries", Delivery, limit=limit)

    def send_again(
        self,
        webhook_id: UUID,
        *,
        delivery_id: UUID | None = None,
        since: datetime | None = None,
        key: str | None = None,
    ) -> int:
        """Send one delivery, or everything since a time, once more; return how many."""
        body = {"delivery_id": delivery_id, "since": since}
        return (self._write("POST", f"/webhooks/{webhook_id}/replays", Replayed, body, key=key)).count

    # --- underneath ---

    def _get(self, path: str, type: type[T], **query: Any) -> T:
        return read(self._send("GET", path, query=query_of(query)), type)

    def _list(self, path: str, type: type[T], **query: Any) -> list[T]:
        page = self._get(path, _Page, **query)
        return [msgspec.json.decode(item, type=type) for item in page.items]

    def _pages(self, path: str, type: type[T], **query: Any) -> Iterator[T]:
        cursor = None
        while True:
            page = self._get(path, _Page, cursor=cursor, **query)
            for item in page.items:
                yield msgspec.json.decode(item, type=type)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _write(
        self,
        method: str,
        path: str,
        type: type[T],
        body: dict[str, Any] | None,
        *,
        key: str | None,
        version: int | None = None,
    ) -> T:
        content = b"" if body is None else body_of(body)
        headers = write_headers(key, version)
        return read(self._send(method, path, content=content, headers=headers), type)

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, str] | None = None,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send, and send again what was not taken: the same key makes it the same request."""
        attempt = 0
        while True:
            attempt += 1
            response = None
            try:
                response = self._http.request(method, path, params=query, content=content, headers=headers)
            except httpx.HTTPError as error:
                if wait_before(attempt, None) is None:
                    raise unreachable(error) from error
            seconds = wait_before(attempt, response)
            if response is not None and (response.is_success or seconds is None):
                return response
            time.sleep(seconds or 0.0)
