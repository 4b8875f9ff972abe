"""Merged, split, undone, redacted: no message is lost or read twice, and the rows are what their facts make."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bellrock import conversations, guard, incidents
from bellrock import vault as vaults
from bellrock.conversations import (
    AlreadyResolved,
    ConversationUnknown,
    MergeRefused,
    RedactionRefused,
    SplitRefused,
    kinds,
)
from bellrock.core import Refused, Transaction, new_id
from bellrock.people import Permission
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast


async def begun(
    tx: Transaction, vault: Vault, cast: Cast, *texts: str, channel: Any = "widget", minute: int = 0
) -> UUID:
    """A conversation of the owner with these messages, held by an agent of the payments team."""
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT, "proof")
    opened = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel=channel, language="en", now=NOW + timedelta(minutes=minute)
    )
    await conversations.assign(
        tx, vault, by=cast.lead, conversation_id=opened.id, agent_id=cast.mate.id, team_id=cast.payments, now=NOW
    )
    for place, text in enumerate(texts, 1):
        await say(tx, vault, cast, opened.id, text, minute=minute + place)
    return opened.id


async def say(tx: Transaction, vault: Vault, cast: Cast, id: UUID, text: str, *, minute: int, key: str = "") -> UUID:
    received = await conversations.receive(
        tx,
        vault,
        customer=cast.owner,
        conversation_id=id,
        text=guard.screen(text),
        client_key=key or str(new_id()),
        now=NOW + timedelta(minutes=minute),
    )
    return received.message_id


async def texts_in(tx: Transaction, vault: Vault, viewer: Any, id: UUID) -> list[str]:
    shown = await conversations.timeline(tx, vault, viewer=viewer, conversation_id=id)
    return [entry.words["text"] for entry in shown if entry.kind in kinds.MESSAGE_KINDS and entry.words]


async def wrong(tx: Transaction, vault: Vault) -> list[Any]:
    return [item async for item in conversations.compare_rows(tx, vault) if item is not None]


async def test_both_are_read_as_one_and_the_old_reference_leads_there(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    one = await begun(tx, vault, cast, "first", minute=0)
    other = await begun(tx, vault, cast, "second", minute=10, channel="web")
    reference = (await conversations.get(tx, viewer=cast.mate, conversation_id=one)).reference
    await conversations.merge(tx, vault, by=cast.mate, conversation_id=one, into_id=other, now=NOW)
    assert sorted(await texts_in(tx, vault, cast.mate, other)) == ["first", "second"]
    assert sorted(await texts_in(tx, vault, cast.owner, one)) == ["first", "second"]
    assert (await conversations.get(tx, viewer=cast.owner, conversation_id=one)).id == other
    found = await conversations.find_by_reference(tx, viewer=cast.mate, reference=reference)
    assert found.id == other
    current = await conversations.current_of(tx, customer=cast.owner, channel="widget")
    assert current is not None and current.id == other
    await say(tx, vault, cast, one, "third", minute=30)
    assert "third" in await texts_in(tx, vault, cast.mate, other)
    assert await wrong(tx, vault) == []


async def test_a_message_sent_again_after_the_merge_is_kept_once(tx: Transaction, vault: Vault, cast: Cast) -> None:
    one, other = await begun(tx, vault, cast), await begun(tx, vault, cast, "second", minute=10)
    await say(tx, vault, cast, one, "first", minute=1, key="key-00000001")
    await conversations.merge(tx, vault, by=cast.mate, conversation_id=one, into_id=other, now=NOW)
    await say(tx, vault, cast, one, "first", minute=20, key="key-00000001")
    await say(tx, vault, cast, other, "first", minute=21, key="key-00000001")
    assert Counter(await texts_in(tx, vault, cast.mate, other)) == Counter(["first", "second"])


async def test_an_undone_merge_leaves_both_as_they_were(tx: Transaction, vault: Vault, cast: Cast) -> None:
    one, other = await begun(tx, vault, cast, "first"), await begun(tx, vault, cast, "second", minute=10)
    before = await conversations.get(tx, viewer=cast.mate, conversation_id=one)
    await conversations.merge(tx, vault, by=cast.mate, conversation_id=one, into_id=other, now=NOW)
    await conversations.unmerge(tx, vault, by=cast.mate, conversation_id=one, now=NOW)
    after = await conversations.get(tx, viewer=cast.mate, conversation_id=one)
    assert after.id == one
    assert (after.status, after.waiting_since, after.last_message_id) == (
        before.status,
        before.waiting_since,
        before.last_message_id,
    )
    assert await texts_in(tx, vault, cast.mate, other) == ["second"]
    assert await wrong(tx, vault) == []
    with pytest.raises(MergeRefused):
        await conversations.unmerge(tx, vault, by=cast.mate, conversation_id=one, now=NOW)


async def test_what_must_not_be_merged_is_not(tx: Transaction, vault: Vault, cast: Cast) -> None:
    one, other = await begun(tx, vault, cast, "first"), await begun(tx, vault, cast, "second", minute=10)
    stranger = await conversations.open_conversation(
        tx, vault, customer=cast.stranger, channel="widget", language="en", now=NOW
    )
    with pytest.raises(MergeRefused):
        await conversations.merge(tx, vault, by=cast.lead, conversation_id=stranger.id, into_id=one, now=NOW)
    with pytest.raises(MergeRefused):
        await conversations.merge(tx, vault, by=cast.lead, conversation_id=one, into_id=one, now=NOW)
    with pytest.raises(ConversationUnknown):
        await conversations.merge(tx, vault, by=cast.outsider, conversation_id=one, into_id=other, now=NOW)
    with pytest.raises(ConversationUnknown):
        await conversations.split(tx, vault, by=cast.outsider, conversation_id=one, message_ids=[new_id()], now=NOW)


async def test_what_holds_others_is_not_merged_away_but_they_into_it(tx: Transaction, vault: Vault, cast: Cast) -> None:
    one, other, third = [await begun(tx, vault, cast, text, minute=10 * place) for place, text in enumerate("abc")]
    await conversations.merge(tx, vault, by=cast.mate, conversation_id=one, into_id=other, now=NOW)
    with pytest.raises(MergeRefused) as refused:
        await conversations.merge(tx, vault, by=cast.mate, conversation_id=other, into_id=third, now=NOW)
    assert refused.value.why == "parts"
    await conversations.merge(tx, vault, by=cast.mate, conversation_id=third, into_id=other, now=NOW)
    for id in (one, other, third):
        assert (await conversations.get(tx, viewer=cast.mate, conversation_id=id)).id == other
    assert sorted(await texts_in(tx, vault, cast.mate, other)) == ["a", "b", "c"]
    assert await wrong(tx, vault) == []


async def test_split_messages_are_read_in_the_new_one_and_stay_in_the_customers_thread(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await begun(tx, vault, cast, "deposit", "fees")
    fees = await say(tx, vault, cast, id, "and taxes", minute=5)
    new = await conversations.split(tx, vault, by=cast.mate, conversation_id=id, message_ids=[fees], now=NOW)
    assert await texts_in(tx, vault, cast.mate, id) == ["deposit", "fees"]
    assert await texts_in(tx, vault, cast.mate, new) == ["and taxes"]
    assert await texts_in(tx, vault, cast.owner, id) == ["deposit", "fees", "and taxes"]
    opened = await conversations.get(tx, viewer=cast.mate, conversation_id=new)
    assert (opened.assignee_id, opened.last_message_id, opened.waiting_since is not None) == (cast.mate.id, fees, True)
    assert await wrong(tx, vault) == []
    await say(tx, vault, cast, id, "and taxes", minute=9)
    await conversations.merge(tx, vault, by=cast.mate, conversation_id=new, into_id=id, now=NOW)
    assert len(await texts_in(tx, vault, cast.mate, id)) == 4
    assert await wrong(tx, vault) == []


async def test_not_all_and_not_strange_messages_are_split_off(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id, other = await begun(tx, vault, cast), await begun(tx, vault, cast, minute=10)
    only = await say(tx, vault, cast, id, "only", minute=1)
    strange = await say(tx, vault, cast, other, "elsewhere", minute=11)
    for chosen in ([], [only], [strange], [new_id()]):
        with pytest.raises(SplitRefused):
            await conversations.split(tx, vault, by=cast.mate, conversation_id=id, message_ids=chosen, now=NOW)


async def test_words_that_are_taken_out_are_gone_everywhere(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await begun(tx, vault, cast, "I live at 12 Elm Street, and 12 Elm Street it is")
    message = (await conversations.get(tx, viewer=cast.mate, conversation_id=id)).last_message_id
    assert message is not None
    given: Any = {"by": cast.mate, "conversation_id": id, "message_id": message, "now": NOW}
    await conversations.redact(tx, vault, span="12 Elm Street", **given)
    for viewer in (cast.mate, cast.owner):
        assert await texts_in(tx, vault, viewer, id) == ["I live at █████, and █████ it is"]
    assert await vault.open_records(tx, [message]) == {}
    assert await wrong(tx, vault) == []
    await conversations.redact(tx, vault, span="I live", **given)
    assert await texts_in(tx, vault, cast.mate, id) == ["█████ at █████, and █████ it is"]
    assert await wrong(tx, vault) == []
    for span in ("not there", "", "  "):
        with pytest.raises(RedactionRefused):
            await conversations.redact(tx, vault, span=span, **given)


async def test_only_who_holds_the_case_or_leads_takes_words_out(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await begun(tx, vault, cast, "a secret")
    message = (await conversations.get(tx, viewer=cast.mate, conversation_id=id)).last_message_id
    assert message is not None
    with pytest.raises(Refused):
        await conversations.redact(
            tx, vault, by=cast.teammate, conversation_id=id, message_id=message, span="secret", now=NOW
        )
    with pytest.raises(ConversationUnknown):
        await conversations.redact(
            tx, vault, by=cast.outsider, conversation_id=id, message_id=message, span="secret", now=NOW
        )


async def test_the_cases_of_an_incident_are_told_once_each_in_its_language(
    tx: Transaction, vault: Vault, cast: Cast
) -> None:
    id = await begun(tx, vault, cast, "is it down?")
    text = incidents.Text(guard.screen("Deposits are slow"), guard.screen("We know why."))
    incident = await incidents.open_incident(
        tx, vault, texts={"en": text}, topics=["deposit_missing"], by=cast.lead.actor, now=NOW
    )
    given: Any = {"by": cast.mate, "conversation_id": id, "now": NOW}
    assert await conversations.link_incident(tx, vault, incident_id=incident, **given)
    assert not await conversations.link_incident(tx, vault, incident_id=incident, **given)
    counted = await conversations.linked(tx, incident_id=incident)
    assert (counted.all, counted.open, dict(counted.languages)) == (1, 1, {"en": 1})
    telling: Any = {"by": cast.lead, "incident_id": incident, "fallback": "en", "now": NOW}
    texts = {"en": guard.screen("Deposits work again.")}
    assert [await conversations.tell_linked(tx, vault, texts=texts, **telling) for _ in range(2)] == [1, 0]
    assert await texts_in(tx, vault, cast.owner, id) == ["is it down?", "Deposits work again."]
    assert await wrong(tx, vault) == []


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "reply", "merge", "unmerge", "split", "resolve", "reopen", "redact", "spam", "no_spam"]
        ),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(deeds=DEEDS)
@example(deeds=[("merge", 2, 0), ("merge", 0, 1)])
async def test_no_message_is_lost_or_read_twice(
    tx: Transaction, vault: Vault, cast: Cast, deeds: list[tuple[str, int, int]]
) -> None:
    ids = [await begun(tx, vault, cast, f"opening {place}", minute=place) for place in range(3)]
    lead = replace(cast.lead, permissions=cast.lead.permissions | {Permission.CONVERSATIONS_ASSIGN}, grants={})
    said = Counter(f"opening {place}" for place in range(3))
    for minute, (deed, one, other) in enumerate(deeds, 20):
        id, into = ids[one % len(ids)], ids[other % len(ids)]
        now = NOW + timedelta(minutes=minute)
        given: Any = {"by": lead, "conversation_id": id, "now": now}
        try:
            async with tx.transaction():
                if deed == "say":
                    await say(tx, vault, cast, id, f"m{minute}", minute=minute)
                    said[f"m{minute}"] += 1
                elif deed == "reply":
                    await conversations.reply(tx, vault, text=guard.screen(f"m{minute}"), **given)
                    said[f"m{minute}"] += 1
                elif deed == "merge":
                    await conversations.merge(tx, vault, into_id=into, **given)
                elif deed == "unmerge":
                    await conversations.unmerge(tx, vault, **given)
                elif deed == "split":
                    shown = await conversations.timeline(tx, vault, viewer=lead, conversation_id=id)
                    messages = [entry.id for entry in shown if entry.kind in kinds.MESSAGE_KINDS]
                    ids.append(await conversations.split(tx, vault, message_ids=messages[: other + 1], **given))
                elif deed == "redact":
                    shown = await conversations.timeline(tx, vault, viewer=lead, conversation_id=id)
                    target = [entry for entry in shown if entry.kind in kinds.MESSAGE_KINDS and entry.words][other]
                    assert target.words is not None
                    text = target.words["text"]
                    await conversations.redact(tx, vault, message_id=target.id, span=text[1:], **given)
                    said[text] -= 1
                    said[text.replace(text[1:], "█████")] += 1
                elif deed == "spam":
                    await conversations.mark_spam(tx, vault, **given)
                elif deed == "no_spam":
                    await conversations.clear_spam(tx, vault, **given)
                else:
                    await (conversations.resolve if deed == "resolve" else conversations.reopen)(tx, vault, **given)
        except (MergeRefused, SplitRefused, AlreadyResolved, RedactionRefused, IndexError):
            continue
    roots = {(await conversations.get(tx, viewer=lead, conversation_id=id)).id for id in ids}
    read = Counter[str]()
    for id in roots:
        read.update(await texts_in(tx, vault, lead, id))
    assert read == +said
    assert await wrong(tx, vault) == []
