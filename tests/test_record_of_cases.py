"""The record in a whole house bears work on cases: merged, split, redacted, painted over, joined, and then erased."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bellrock import access, channels, checkup, conversations, guard, people
from bellrock.core import SYSTEM, Actor, clock, new_id
from bellrock.house import House
from bellrock.people import Permission
from bellrock.people.permissions import Scope
from tests.test_record import settle


@pytest.mark.parametrize("what", ["customer", "message"])
async def test_the_record_bears_work_on_cases_and_their_erasure(house: House, what: str) -> None:
    now = clock.now()
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=now)
        customer, _secret = await people.start_visitor(tx, house.vault, locale="en", now=now)
        by = await lead(tx)
        team_id = await people.default_team_id(tx)
        cases, said = [], []
        for _place in range(2):
            opened = await conversations.open_conversation(
                tx, house.vault, customer=customer, channel="web", language="en", now=now
            )
            await conversations.assign(
                tx, house.vault, by=SYSTEM, conversation_id=opened.id, agent_id=by.id, team_id=team_id, now=now
            )
            cases.append(opened.id)
            said += [
                await say(tx, house, customer, opened.id, text) for text in ("I live at 12 Elm Street", "And fees?")
            ]
        picture = await send_picture(tx, house, customer, cases[0])
        given: Any = {"by": by, "conversation_id": cases[0], "now": now}
        await conversations.redact(tx, house.vault, message_id=said[0], span="12 Elm Street", **given)
        painted = guard.paint_over(png(), [guard.Box(0, 0, 5_000, 5_000)])
        gone = await channels.replace_picture(
            tx, house.vault, house.files, by=by, file_id=picture, painted=painted, now=now
        )
        new_case = await conversations.split(tx, house.vault, message_ids=[said[1]], **given)
        await conversations.merge(tx, house.vault, into_id=cases[1], **given)
        await conversations.redact(
            tx, house.vault, by=by, conversation_id=new_case, message_id=said[1], span="fees", now=now
        )
        await conversations.mark_spam(tx, house.vault, by=by, conversation_id=new_case, now=now)
    await house.files.delete(gone)
    await settle(house)
    assert await findings(house) == []
    async with house.database.transaction() as tx:
        erasing: Any = {"by": Actor("operator"), "reason": "request", "now": now}
        if what == "customer":
            await access.erase_customer(tx, house.vault, customer_id=customer.id, **erasing)
        else:
            for message_id in said[:2]:
                await access.erase_message(tx, house.vault, message_id=message_id, **{**erasing, "by": SYSTEM})
    await settle(house)
    assert await findings(house) == []
    async with house.database.transaction() as tx:
        shown = await conversations.timeline(tx, house.vault, viewer=SYSTEM, conversation_id=cases[0])
    assert not [entry for entry in shown if entry.id == said[0] and entry.words]


async def findings(house: House) -> list[str]:
    """What the audit finds wrong."""
    report = await checkup.examine_ledger(house, kind="audit")
    return [f"{finding.code} {finding.where} {finding.detail}" for finding in report.findings]


async def say(tx: Any, house: House, customer: people.Customer, conversation_id: Any, text: str) -> Any:
    received = await conversations.receive(
        tx,
        house.vault,
        customer=customer,
        conversation_id=conversation_id,
        text=guard.screen(text),
        client_key=str(new_id()),
        now=clock.now(),
    )
    return received.message_id


async def send_picture(tx: Any, house: House, customer: people.Customer, conversation_id: Any) -> Any:
    now = clock.now()
    kept = await channels.attach_file(
        tx, house.vault, house.files, by=customer, customer_id=customer.id, client_key="file-00000001",
        name="a.png", data=png(), now=now,
    )  # fmt: skip
    await conversations.receive(
        tx, house.vault, customer=customer, conversation_id=conversation_id, text=None, client_key="key-file",
        file_ids=[kept.id], now=now,
    )  # fmt: skip
    await channels.send_files(tx, by=customer, conversation_id=conversation_id, file_ids=[kept.id], now=now)
    return kept.id


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 200, 200)).save(out, "PNG")
    return out.getvalue()


async def lead(tx: Any) -> people.Agent:
    id = new_id()
    await tx.execute(
        "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, created_at)"
        " VALUES (%s, 'Mara', %s, 'sealed', '{lead}', 'active', 'none', now())",
        (id, id.bytes * 2),
    )
    grants = dict.fromkeys(
        (Permission.CONVERSATIONS_VIEW, Permission.CONVERSATIONS_REPLY, Permission.CONVERSATIONS_ASSIGN), Scope.ALL
    )
    permissions = frozenset({*grants, Permission.CONVERSATIONS_VIEW_ALL})
    return people.Agent(id, "Mara", frozenset(), frozenset(), ("en",), permissions, grants=grants)
