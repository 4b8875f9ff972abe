"""Role by endpoint by foreign object, made from the served OpenAPI file: a new endpoint fails here until it is covered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bellrock import integrations, people, worker
from bellrock.core import SYSTEM, Transaction, clock
from bellrock.integrations import SCOPES
from tests.api.conftest import Desk
from tests.web.staff import hire

_TEXT = {"slug": "matrix", "title": "Matrix", "answer": "An answer.", "body": "A body."}
# What each id of a path means: one's own, somebody else's (None: there are no others' of these), one that is nowhere.
IDS: dict[str, tuple[Callable[[Desk], Any], Callable[[Desk], Any] | None, Any]] = {
    "conversation_id": (lambda desk: desk.conversation, lambda desk: desk.foreign, uuid4()),
    "customer_id": (lambda desk: desk.customer, lambda desk: desk.stranger, uuid4()),
    "team_id": (lambda desk: desk.payments, lambda desk: desk.security, uuid4()),
    "agent_id": (lambda desk: desk.agent, None, uuid4()),
    "organisation_id": (lambda desk: desk.organisation, None, uuid4()),
    "article_id": (lambda desk: desk.article, None, uuid4()),
    "incident_id": (lambda desk: desk.incident, None, uuid4()),
    "label_id": (lambda desk: desk.label, None, uuid4()),
    "file_id": (lambda desk: desk.file, lambda desk: desk.foreign_file, uuid4()),
    "webhook_id": (lambda desk: desk.webhook, lambda desk: desk.foreign_webhook, uuid4()),
    "language": (lambda desk: "en", None, "uk"),
    "version": (lambda desk: 1, None, 99),
}
BODIES: dict[str, Callable[[Desk], dict[str, Any]]] = {
    "createConversation": lambda desk: {
        "customer_id": str(desk.customer),
        "text": "hello",
        "team_id": str(desk.payments),
    },
    "updateConversation": lambda desk: {"priority": "high"},
    "createReply": lambda desk: {"text": "hello"},
    "receiveMessage": lambda desk: {"text": "hello"},
    "createNote": lambda desk: {"text": "hello"},
    "putCustomer": lambda desk: {"external_id": "northwick-1"},
    "blockCustomer": lambda desk: {"reason": "spam", "period": "day"},
    "createOrganisation": lambda desk: {"name": "Kelp"},
    "updateOrganisation": lambda desk: {"name": "Kelp"},
    "addMember": lambda desk: {"customer_id": str(desk.customer)},
    "createArticle": lambda desk: {**_TEXT, "category": "general"},
    "createDraft": lambda desk: {**_TEXT, "language": "de", "after": 0},
    "publishArticle": lambda desk: {"language": "en", "version": 1},
    "openIncident": lambda desk: {"texts": {"en": {"title": "Slow", "text": "We look."}}},
    "updateIncident": lambda desk: {"state": "identified"},
    "createLabel": lambda desk: {"name": "matrix"},
    "updateLabel": lambda desk: {"colour": "sea"},
    "createWebhook": lambda desk: {"url": "https://hooks.example/in", "events": ["team.created"]},
    "updateWebhook": lambda desk: {"paused": True},
    "replayWebhook": lambda desk: {"since": "2026-01-01T00:00:00Z"},
}
FILES = {"addFile": b"canary words"}
QUERIES = {"findCustomers": {"external_id": "northwick-1"}, "addFile": {"name": "a.txt"}}
# Where the state of the things may refuse somebody who may: each does what the one before it made possible.
_STATE = {"unblockCustomer": 409, "removeMember": 404, "unpublishArticle": 404}


async def test_every_operation_by_every_role(desk: Desk) -> None:
    described = (await desk.client.get("/api/v1/openapi.json")).json()
    insider, outsider = await desk.token(), await desk.token(teams=[desk.payments])
    expired, revoked = await _dead_tokens(desk)
    narrowed, left = await _narrowed_token(desk)
    assert "conversations:read" not in left
    assert "articles:write" in left
    seen = set()
    for path, method, operation in _operations(described):
        name = operation["operationId"]
        seen.add(name)
        names = [item["name"] for item in operation["parameters"] if item["in"] == "path"]
        own = path.format(**{id: IDS[id][0](desk) for id in names})
        sent: dict[str, Any] = {"params": QUERIES.get(name)}
        if name in FILES:
            sent |= {"content": FILES[name], "headers": {"content-type": "application/octet-stream"}}
        elif "requestBody" in operation:
            sent["json"] = BODIES[name](desk)
        before = await _facts(desk)
        for token, status, code in (
            (None, 401, "token_refused"),
            ("brk_" + "x" * 43, 401, "token_refused"),
            (expired, 401, "token_refused"),
            (revoked, 401, "token_refused"),
            (await desk.token(set(SCOPES) - {operation["x-scope"]}), 403, "scope_missing"),
            *([(narrowed, 403, "scope_missing")] if operation["x-scope"] not in left else []),
        ):
            answer = await desk.call(method, own, token, **sent)
            assert (answer.status_code, answer.json()["code"]) == (status, code), (name, answer.text)
            assert answer.headers["content-type"].startswith("application/problem+json")
            assert "canary" not in answer.text.lower(), name
        for id in names:
            others = {other: IDS[other][0](desk) for other in names}
            for value, token in ((IDS[id][2], insider), *(((IDS[id][1])(desk), outsider) for _ in [0] if IDS[id][1])):
                answer = await desk.call(method, path.format(**{**others, id: value}), token, **sent)
                assert answer.status_code in (404, 409), (name, id, answer.text)
                assert "canary" not in answer.text.lower(), name
        assert await _facts(desk) == before, f"{name} did something for somebody who may not"
        answer = await desk.call(method, own, insider, **sent)
        assert answer.is_success or answer.status_code == _STATE.get(name), (name, answer.text)
    takers = {operation["operationId"] for _, _, operation in _operations(described) if "requestBody" in operation}
    assert takers == BODIES.keys() | FILES.keys()
    assert QUERIES.keys() <= seen
    assert len(seen) == len(list(_operations(described))), "two operations share a name"


async def test_lists_hide_what_others_hold(desk: Desk) -> None:
    """No list and no stream tells a token that is limited to one team of anything that another team holds."""
    described = (await desk.client.get("/api/v1/openapi.json")).json()
    outsider = await desk.token(teams=[desk.payments])
    await worker.drain(desk.house.database, [])
    everything = await desk.call("GET", "/events", await desk.token(), params={"start": "beginning", "limit": "100"})
    assert str(desk.foreign) in everything.text
    hidden = [str(id) for id in (desk.foreign, desk.stranger, desk.security, desk.foreign_file, desk.foreign_webhook)]
    for path, method, operation in _operations(described):
        if method != "GET" or "{" in path:
            continue
        for query in ({}, {"external_id": "northwick-2"}, {"start": "beginning"}):
            known = {item["name"] for item in operation["parameters"] if item["in"] == "query"}
            if not query.keys() <= known:
                continue
            answer = await desk.call(method, path, outsider, params=query)
            if answer.status_code == 400 and not query:
                continue  # a query is needed
            assert answer.status_code == 200, (path, answer.text)
            assert not [id for id in hidden if id in answer.text], path


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


async def _facts(desk: Desk) -> int:
    async with desk.house.database.transaction() as tx:
        cursor = await tx.execute(
            "SELECT (SELECT count(*) FROM journal WHERE log = 'records' AND actor_kind = 'integration')"
            " + (SELECT count(*) FROM journal_inbox WHERE log = 'records' AND actor_kind = 'integration')"
            " + (SELECT count(*) FROM attachments) + (SELECT count(*) FROM webhook_deliveries) AS facts"
        )
        row = await cursor.fetchone()
        assert row is not None
        return int(row["facts"])


async def _dead_tokens(desk: Desk) -> tuple[str, str]:
    async with desk.house.database.transaction() as tx:
        made = [await _made(desk, tx) for _ in range(2)]
        await tx.execute(
            "UPDATE api_tokens SET made_at = made_at - interval '3 days', expires_at = now() - interval '1 day' WHERE id = %s",
            (made[0].token.id,),
        )
        await integrations.revoke_token(tx, desk.house.vault, token_id=made[1].token.id, by=SYSTEM, now=clock.now())
    return made[0].secret, made[1].secret


async def _narrowed_token(desk: Desk) -> tuple[str, frozenset[str]]:
    """A token of every scope whose keeper administers and reads no conversation; and the scopes that are left of it."""
    keeper = await hire(desk.house, "Ada", people.Role.ADMIN)
    async with desk.house.database.transaction() as tx:
        made = await _made(desk, tx)
        await tx.execute("UPDATE api_tokens SET kept_by = %s WHERE id = %s", (keeper, made.token.id))
        who = await integrations.holder(tx, secret=made.secret, now=clock.now())
    return made.secret, who.scopes


async def _made(desk: Desk, tx: Transaction) -> integrations.Made:
    return await integrations.make_token(
        tx,
        desk.house.vault,
        name="dead",
        scopes=list(SCOPES),
        team_ids=None,
        expires_at=clock.now() + timedelta(days=1),
        by=SYSTEM,
        now=clock.now(),
    )


def test_every_scope_is_used_by_something() -> None:
    from bellrock.api import routes
    from bellrock.api.operations import OPERATIONS

    assert routes
    used = {operation.scope for operation in OPERATIONS} | {"customers:personal"}
    assert used == SCOPES.keys()
    assert people.Integration.__mro__[1] is people.Agent
