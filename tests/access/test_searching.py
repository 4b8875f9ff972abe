"""Search: by words in every script, by reference, by a customer's own address; for those who may see it, and written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import access, conversations, guard, people
from bellrock.core import Transaction, new_id
from bellrock.vault import Vault
from tests.access.conftest import NOW, Scene

TXID = "0x9c4f02be77d1e21b6a1f3c55aa00b1d2e3f405162738495a6b7c8d9e0f102132"


async def _find(tx: Transaction, vault: Vault, agent: people.Agent, text: str, **options: Any) -> access.FoundPage:
    return await access.search(tx, vault, agent=agent, text=text, now=NOW, **options)


async def _say(tx: Transaction, vault: Vault, scene: Scene, text: str, minutes: int = 1) -> UUID:
    received = await conversations.receive(
        tx, vault, customer=scene.customer, conversation_id=scene.conversation_id, text=guard.screen(text),
        client_key=str(new_id()), now=NOW + timedelta(minutes=minutes),
    )  # fmt: skip
    return received.message_id


@pytest.mark.parametrize(
    ("said", "asked", "marked"),
    [
        ("My Withdrawal is still pending", "withdrawal", "Withdrawal"),
        ("Die Überweisung fehlt", "uberweisung", "Überweisung"),
        (f"tx {TXID} never arrived", TXID, TXID),
        ("order br-2041-77 please", "2041", "br-2041-77"),
        ("我的提现一直没有到账", "提现", "提现"),
        ("出金が反映されません", "反映", "反映"),
        ("출금이 안 됩니다", "출금", "출금"),
        ("لم يصل الإيداع بعد", "ايداع", "الإيداع"),
        ("ถอนเงินไม่ได้", "ถอนเงิน", "ถอนเงิน"),
    ],
)
async def test_words_of_every_script_are_found_and_marked(
    tx: Transaction, vault: Vault, scene: Scene, said: str, asked: str, marked: str
) -> None:
    await _say(tx, vault, scene, said)
    page = await _find(tx, vault, scene.owner, asked)
    assert [item.conversation.id for item in page.found] == [scene.conversation_id]
    assert page.found[0].snippet is not None
    assert [text for text, is_hit in page.found[0].snippet if is_hit] == [marked]
    assert (await _find(tx, vault, scene.outsider, asked)).found == []
    assert (await _find(tx, vault, scene.teammate, f"{asked} nowhere")).found == []


async def test_what_a_form_asked_for_is_found(tx: Transaction, vault: Vault, scene: Scene) -> None:
    await conversations.receive(
        tx, vault, customer=scene.customer, conversation_id=scene.conversation_id, text=guard.screen("Not arrived"),
        sought=guard.screen(f"{TXID} Tron"), client_key=str(new_id()), now=NOW,
    )  # fmt: skip
    page = await _find(tx, vault, scene.owner, TXID)
    assert [item.snippet for item in page.found] == [[(TXID, True), (" Tron", False)]]
    assert len((await _find(tx, vault, scene.owner, f"{TXID} arrived")).found) == 1
    assert (await _find(tx, vault, scene.outsider, TXID)).found == []
    projection = [found async for found in conversations.compare_rows(tx, vault) if found]
    assert projection == []


async def test_what_was_typed_whole_is_found(tx: Transaction, vault: Vault, scene: Scene) -> None:
    case = await conversations.get(tx, viewer=scene.owner, conversation_id=scene.conversation_id)
    for text, why in (
        (case.reference.lower(), "reference"),
        (case.reference[3:], "reference"),
        (" Canary@Example.org ", "customer"),
        ("canary-4711", "customer"),
    ):
        assert [item.why for item in (await _find(tx, vault, scene.owner, text)).found] == [why], text
        assert (await _find(tx, vault, scene.outsider, text)).found == []
    for text in ("canar", "4711", "", " ", "\x00"):
        assert (await _find(tx, vault, scene.owner, text)).found == []


async def test_every_hit_is_written_down_once_a_while(tx: Transaction, vault: Vault, scene: Scene) -> None:
    for _ in range(2):
        await _find(tx, vault, scene.owner, "withdrawal")
    await _find(tx, vault, scene.outsider, "withdrawal")
    cursor = await tx.execute("SELECT actor_id, data FROM journal_inbox WHERE kind = 'access.listed'")
    assert [(row["actor_id"], row["data"]) for row in await cursor.fetchall()] == [
        (scene.owner.id, {"what": "search", "conversations": [str(scene.conversation_id)]})
    ]


async def test_an_erased_message_is_not_found(tx: Transaction, vault: Vault, scene: Scene) -> None:
    id = await _say(tx, vault, scene, "remember chrysanthemum")
    assert len((await _find(tx, vault, scene.owner, "chrysanthemum")).found) == 1
    await access.erase_message(tx, vault, message_id=id, by=scene.owner.actor, reason="customer_request", now=NOW)
    assert (await _find(tx, vault, scene.owner, "chrysanthemum")).found == []


async def test_common_words_are_walked_back_in_steps(
    tx: Transaction, vault: Vault, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = conversations.search.__globals__
    others = [await _other(tx, vault, scene, f"a common thing {n}", n) for n in range(6)]
    monkeypatch.setitem(inside, "_is_rare", _never)
    monkeypatch.setitem(inside, "_BY_WALK", (inside["_BY_WALK"][0].replace("8000", "4"), "0"))
    monkeypatch.setitem(inside, "_WALK_END", inside["_WALK_END"].replace("7999", "3"))
    mark, found, cuts = None, [], []
    for _ in range(9):
        page = await _find(tx, vault, scene.owner, "common", before=mark)
        found += [item.conversation.id for item in page.found]
        cuts.append(page.is_cut)
        mark = page.mark
        if mark is None:
            break
    assert found == others[::-1]
    assert cuts == [True, False]


async def test_a_search_keeps_to_a_list(tx: Transaction, vault: Vault, scene: Scene) -> None:
    for key, count in (("mine", 1), ("all", 1), ("mine~language:tr", 0), ("unassigned", 0), ("resolved", 0)):
        within = conversations.selection_of(key)
        assert len((await _find(tx, vault, scene.owner, "withdrawal", within=within)).found) == count, key


def test_a_snippet_shows_what_is_around() -> None:
    text = "word " * 60 + "needle " + "word " * 60
    parts = access.snippet_of(text, {"needle"})
    assert [hit for _, hit in parts] == [False, False, True, False]
    assert parts[2] == ("needle", True)
    assert sum(len(part) for part, _ in parts) < 200
    assert access.snippet_of("short", {"other"}) == [("short", False)]


async def _other(tx: Transaction, vault: Vault, scene: Scene, text: str, minutes: int) -> UUID:
    """Another conversation of the same customer, held by the same colleague."""
    now = NOW + timedelta(minutes=minutes)
    case = await conversations.open_conversation(
        tx, vault, customer=scene.customer, channel="web", language="en", now=now
    )  # fmt: skip
    await conversations.receive(
        tx, vault, customer=scene.customer, conversation_id=case.id, text=guard.screen(text),
        client_key=str(new_id()), now=now,
    )  # fmt: skip
    await conversations.assign(
        tx, vault, by=scene.owner.actor, conversation_id=case.id, agent_id=scene.owner.id, now=now
    )
    return case.id


async def _never(*_: Any) -> bool:
    return False
