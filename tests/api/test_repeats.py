"""Requests that come twice, at once or later; cursors that nobody can make; input that does not fit."""

from __future__ import annotations

import asyncio
import base64
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import integrations
from bellrock.house import House
from bellrock.integrations import CursorWrong
from bellrock.vault import Vault
from tests.api.conftest import Desk


async def _messages(desk: Desk, token: str) -> list[str]:
    answer = await desk.call("GET", f"/conversations/{desk.conversation}/messages", token)
    return [item["text"] for item in answer.json()["items"]]


async def test_twelve_at_once_do_it_once(desk: Desk) -> None:
    token, path = await desk.token(), f"/conversations/{desk.conversation}/replies"
    headers = {"idempotency-key": "order-7781-shipped"}
    answers = await asyncio.gather(
        *(desk.call("POST", path, token, json={"text": "Shipped."}, headers=headers) for _ in range(12))
    )
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 11
    assert (await _messages(desk, token)).count("Shipped.") == 1


async def test_a_key_belongs_to_one_request_of_one_token(desk: Desk) -> None:
    token, path = await desk.token(), f"/conversations/{desk.conversation}/replies"
    headers = {"idempotency-key": "order-7782"}
    await desk.call("POST", path, token, json={"text": "one"}, headers=headers)
    other = await desk.call("POST", path, token, json={"text": "two"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    mine = await desk.call("POST", path, await desk.token(), json={"text": "two"}, headers=headers)
    assert mine.status_code == 201
    assert (await _messages(desk, token))[1:] == ["one", "two"]


async def test_what_failed_may_be_tried_again_with_its_key(desk: Desk) -> None:
    token, headers = await desk.token(), {"idempotency-key": "try-again-1"}
    path = f"/conversations/{desk.conversation}/replies"
    await desk.call("PATCH", f"/conversations/{desk.conversation}", token, json={"status": "resolved"})
    refused = await desk.call("POST", path, token, json={"text": "late"}, headers=headers)
    assert refused.status_code == 409
    await desk.call("PATCH", f"/conversations/{desk.conversation}", token, json={"status": "open"})
    done = await desk.call("POST", path, token, json={"text": "late"}, headers=headers)
    assert done.status_code == 201


async def test_kept_answers_hold_no_words_in_clear(desk: Desk) -> None:
    token = await desk.token()
    said = {"external_id": "northwick-77", "name": "Zephyrine Quux"}
    headers = {"idempotency-key": "describe-77"}
    made = await desk.call("PUT", "/customers", token, json=said, headers=headers)
    assert "Zephyrine" in made.text
    async with desk.house.database.transaction() as tx:
        cursor = await tx.execute("SELECT sealed, api_results::text AS whole FROM api_results")
        rows = await cursor.fetchall()
        assert len(rows) == 1
        assert b"Zephyrine" not in bytes(rows[0]["sealed"])
        await desk.house.vault.shred_subject(tx, _uuid(made.json()["id"]), now=_now())
    gone = await desk.call("PUT", "/customers", token, json=said, headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (409, "result_erased")


BODIES = [
    (b"", "body_invalid"),
    (b"[]", "body_invalid"),
    (b'{"text": "a", "text2": "b"}', "body_invalid"),
    (b'{"text": ""}', "body_invalid"),
    (b'{"text": "   "}', "message_empty"),
    (b'{"text": "\xff"}', "body_invalid"),
    (b'{"text": 1}', "body_invalid"),
    (b'{"text": "' + b"x" * 8_001 + b'"}', "body_invalid"),
    (b'{"text": "' + b"x" * 70_000 + b'"}', "too_large"),
    (b"[" * 50_000, "body_invalid"),
]


async def test_bodies_that_do_not_fit(desk: Desk) -> None:
    token, path = await desk.token(), f"/conversations/{desk.conversation}/replies"
    for body, code in BODIES:
        answer = await desk.call("POST", path, token, content=body, headers={"content-type": "application/json"})
        assert answer.json()["code"] == code, (body[:60], answer.text)
        assert 400 <= answer.status_code < 500


async def test_odd_requests_are_answered(desk: Desk) -> None:
    token = await desk.token()
    for method, path, status in (
        ("GET", "/conversations?limit=0", 400),
        ("GET", "/conversations?limit=5&limit=6", 400),
        ("GET", "/conversations?nothing=1", 400),
        ("GET", "/conversations?topic=%00", 400),
        ("GET", "/conversations?topic=%ff", 400),
        ("GET", "/conversations?cursor=" + "a" * 399, 400),
        ("GET", "/conversations/not-an-id", 404),
        ("GET", "/nothing", 404),
        ("DELETE", "/teams", 405),
        ("GET", f"/articles/{desk.article}/versions/en/99999999999999999999", 404),
        ("GET", "/events?types=no.such", 400),
        ("GET", "/events?wait=60", 400),
    ):
        answer = await desk.call(method, path, token)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json"), path
    bad_key = await desk.call("POST", "/labels", token, json={"name": "x"}, headers={"idempotency-key": "short"})
    assert (bad_key.status_code, bad_key.json()["code"]) == (400, "header_invalid")


async def test_events_are_missed_by_nobody(desk: Desk, house: House) -> None:
    from bellrock import worker

    token = await desk.token(["events:read", "messages:read", "conversations:read"])
    await worker.drain(house.database, [])
    start = (await desk.call("GET", "/events", token)).json()
    assert start["items"] == []
    writer = await desk.token()
    for text in ("one", "two", "three"):
        await desk.call("POST", f"/conversations/{desk.conversation}/replies", writer, json={"text": text})
    await worker.drain(house.database, [])
    heard, cursor = [], start["next_cursor"]
    while True:
        page = (await desk.call("GET", "/events", token, params={"cursor": cursor, "limit": 2})).json()
        heard += page["items"]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert [event["type"] for event in heard] == ["message.replied"] * 3
    assert all("one" not in str(event) for event in heard)
    waited = await desk.call("GET", "/events", token, params={"cursor": cursor, "wait": 1})
    assert waited.json()["items"] == []


@given(place=st.tuples(st.datetimes().filter(lambda at: at.year > 1), st.uuids()))
def test_a_cursor_opens_where_it_was_made(vault: Vault, place: Any) -> None:
    cursor = integrations.seal_place(vault, place, of="a list")
    assert len(cursor) <= 400
    assert integrations.open_place(vault, cursor, of="a list", type=type_of()) == place
    with pytest.raises(CursorWrong):
        integrations.open_place(vault, cursor, of="another list", type=type_of())


@given(data=st.binary(max_size=80), text=st.text(max_size=120))
def test_nobody_else_makes_a_cursor(vault: Vault, data: bytes, text: str) -> None:
    for forged in (base64.urlsafe_b64encode(data).rstrip(b"=").decode(), text):
        with pytest.raises(CursorWrong):
            integrations.open_place(vault, forged, of="a list", type=int)


def type_of() -> Any:
    from datetime import datetime
    from uuid import UUID

    return tuple[datetime, UUID]


def _uuid(text: str) -> Any:
    from uuid import UUID

    assert uuid4()
    return UUID(text)


def _now() -> Any:
    from bellrock.core import clock

    return clock.now()
