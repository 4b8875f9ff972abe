"""Webhooks, as far as the token itself reaches: made, changed, given a new secret, told again, with the log of what was sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import UNSET

from bellrock import integrations
from bellrock.api import shapes, shapes_webhooks
from bellrock.api.operations import Answer, Call, operation
from bellrock.core import Invalid
from bellrock.integrations import Delivery, Endpoint

_PATH = "/webhooks"
_ONE = "/webhooks/{webhook_id:uuid}"


@operation("GET", _PATH, scope="webhooks:read", gives=shapes_webhooks.Webhooks)
async def list_webhooks(call: Call) -> Answer:
    """List webhooks

    The oldest first; those that reach no further than this token: no other teams, no events that it may not read.
    """
    found = await integrations.endpoints(call.tx, call.house.vault)
    return Answer(shapes_webhooks.Webhooks(items=[_shown(item) for item in found if _may_see(call, item)]))


@operation(
    "POST",
    _PATH,
    scope="webhooks:write",
    gives=shapes_webhooks.MadeWebhook,
    takes=shapes_webhooks.NewWebhook,
    status=201,
)
async def create_webhook(call: Call) -> Answer:
    """Make a webhook

    It belongs to this token: it hears of what the token may read, and pauses when the token ends. Its secret is shown once.
    """
    body: shapes_webhooks.NewWebhook = call.body
    made, secret = await integrations.make_endpoint(
        call.tx,
        call.house.vault,
        url=body.url,
        events=body.events,
        team_ids=body.team_ids,
        may_be_plain=call.house.settings.webhook_private,
        by=call.who,
        now=call.now,
    )
    return Answer(shapes_webhooks.MadeWebhook(**_fields(made), secret=secret))


@operation(
    "GET",
    _ONE + "/deliveries",
    scope="webhooks:read",
    gives=shapes_webhooks.Deliveries,
    query=shapes.ListQuery,
)
async def list_deliveries(call: Call) -> Answer:
    """List what was sent to a webhook

    The newest first, with what came of it.
    """
    query: shapes.ListQuery = call.query
    found, vault = await _one(call), call.house.vault
    of = f"{call.who.id} deliveries {found.id}"
    before = integrations.open_place(vault, query.cursor, of=of, type=UUID) if query.cursor else None
    log = await integrations.deliveries(call.tx, vault, endpoint_id=found.id, before=before, limit=query.limit)
    cursor = integrations.seal_place(vault, log[-1].id, of=of) if len(log) == query.limit else None
    return Answer(shapes_webhooks.Deliveries(items=[_delivery(item) for item in log], next_cursor=cursor))


@operation(
    "POST",
    _ONE + "/replays",
    scope="webhooks:write",
    gives=shapes_webhooks.Replayed,
    takes=shapes_webhooks.NewReplay,
    cost="search",
)
async def replay_webhook(call: Call) -> Answer:
    """Send again

    One delivery, or what happened since a time, the first 1,000 events; each with its old id.
    """
    body: shapes_webhooks.NewReplay = call.body
    found, vault = await _one(call), call.house.vault
    if (body.delivery_id is None) == (body.since is None):
        raise Invalid
    if body.delivery_id is not None:
        await integrations.replay_one(
            call.tx, vault, endpoint_id=found.id, delivery_id=body.delivery_id, by=call.who.actor, now=call.now
        )
        return Answer(shapes_webhooks.Replayed(count=1))
    assert body.since is not None
    count = await integrations.replay_since(
        call.tx, vault, endpoint_id=found.id, since=body.since, by=call.who.actor, now=call.now
    )
    return Answer(shapes_webhooks.Replayed(count=count))


@operation("POST", _ONE + "/secret", scope="webhooks:write", gives=shapes_webhooks.Secret)
async def rotate_webhook(call: Call) -> Answer:
    """Give a webhook a new secret

    It is shown this once; the one before holds for another day.
    """
    found = await _one(call)
    secret = await integrations.rotate_secret(
        call.tx, call.house.vault, endpoint_id=found.id, by=call.who.actor, now=call.now
    )
    return Answer(shapes_webhooks.Secret(secret=secret))


@operation("GET", _ONE, scope="webhooks:read", gives=shapes_webhooks.Webhook)
async def get_webhook(call: Call) -> Answer:
    """Read a webhook"""
    return Answer(_shown(await _one(call)))


@operation("PATCH", _ONE, scope="webhooks:write", gives=shapes_webhooks.Webhook, takes=shapes_webhooks.WebhookChange)
async def update_webhook(call: Call) -> Answer:
    """Change a webhook

    Its events, and whether it is paused. From then on it belongs to this token: so it moves from a token that ends to the
    next, with an empty change too.
    """
    body: shapes_webhooks.WebhookChange = call.body
    found, tx, vault = await _one(call), call.tx, call.house.vault
    if body.events is not UNSET:
        await integrations.change_events(tx, vault, endpoint_id=found.id, events=body.events, by=call.who, now=call.now)
    await integrations.keep_endpoint(tx, vault, endpoint_id=found.id, by=call.who, now=call.now)
    if body.paused is True:
        await integrations.pause_endpoint(
            tx, vault, endpoint_id=found.id, because="person", by=call.who.actor, now=call.now
        )
    elif body.paused is False:
        await integrations.resume_endpoint(tx, vault, endpoint_id=found.id, by=call.who.actor, now=call.now)
    return Answer(_shown(await integrations.endpoint(tx, vault, endpoint_id=found.id)))


@operation("DELETE", _ONE, scope="webhooks:write", gives=shapes.Done)
async def remove_webhook(call: Call) -> Answer:
    """Remove a webhook

    With its address, its secrets and what waits for it.
    """
    found = await _one(call)
    await integrations.remove_endpoint(call.tx, call.house.vault, endpoint_id=found.id, by=call.who.actor, now=call.now)
    return Answer(shapes.Done())


async def _one(call: Call) -> Endpoint:
    found = await integrations.endpoint(call.tx, call.house.vault, endpoint_id=call.id("webhook_id"))
    if not _may_see(call, found):
        raise integrations.EndpointUnknown
    return found


def _may_see(call: Call, found: Endpoint) -> bool:
    return integrations.reaches(call.who, scopes=found.scopes, team_ids=found.team_ids)


def _fields(item: Endpoint) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "events": list(item.events),
        "team_ids": list(item.team_ids) if item.team_ids is not None else None,
        "token_id": item.token_id,
        "created_at": item.made_at,
        "failing_since": item.failing_since,
        "paused_at": item.paused_at,
        "paused_because": item.paused_because,
    }


def _shown(item: Endpoint) -> shapes_webhooks.Webhook:
    return shapes_webhooks.Webhook(**_fields(item))


def _delivery(item: Delivery) -> shapes_webhooks.Delivery:
    return shapes_webhooks.Delivery(
        id=item.id,
        event_id=item.event_id,
        type=item.event,
        state=item.state,
        is_replay=item.is_replay,
        attempts=item.attempts,
        created_at=item.made_at,
        next_at=item.next_at,
        tried_at=item.tried_at,
        status=item.status,
        problem=item.problem,
        milliseconds=item.milliseconds,
        excerpt=item.excerpt,
    )
