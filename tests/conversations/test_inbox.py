"""Lists: what each view holds, filters, orders, pages, and counters that agree with the rows."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import conversations, guard, people
from bellrock.conversations import make_selection, selection_of
from bellrock.core import Actor, Invalid, Transaction, new_id
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast


async def _case(tx: Transaction, vault: Vault, cast: Cast, minutes: int = 0, **options: Any) -> UUID:
    """A conversation of the payments team's queue, opened some minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    team = options.pop("team", cast.payments)
    language = options.pop("language", "en")
    opened = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel=options.pop("channel", "widget"), language=language, now=at,
        topic=options.pop("topic", None),
    )  # fmt: skip
    await conversations.receive(
        tx, vault, customer=cast.owner, conversation_id=opened.id, text=guard.screen("Where is it?"),
        client_key=str(new_id()), now=at,
    )  # fmt: skip
    await conversations.hand_over(
        tx, vault, by=Actor("first_line"), conversation_id=opened.id, reason="not_sure", summary=guard.screen("-"),
        facts={}, team_id=team, priority=options.pop("priority", "normal"), now=at,
    )  # fmt: skip
    return opened.id


async def _ids(tx: Transaction, viewer: people.Agent, key: str, **options: Any) -> list[UUID]:
    page = await conversations.inbox(tx, viewer=viewer, selection=selection_of(key), now=NOW, **options)
    return [item.id for item in page.conversations]


def test_a_key_says_the_whole_selection() -> None:
    key = f"team:{new_id()}~priority:urgent,high~topic:deposit_wrong_network~language:zh-Hans~vip:yes~sort:waiting"
    assert selection_of(key).key == key
    assert make_selection("all", {"priority": "high,urgent"}).key == "all~priority:urgent,high"
    assert selection_of("resolved~status:open").key == "resolved"


@pytest.mark.parametrize(
    "key",
    ["", "team", "nothing", "all~", "all~status", "all~status:gone", "all~sort:size", "mine~team:x", "all~topic:a b",
     "all~a:b", "all~vip:no", "all~language:en~language:tr", "mine:1", "all~topic:" + "x" * 700],
)  # fmt: skip
def test_strange_keys_are_refused(key: str) -> None:
    with pytest.raises(Invalid):
        selection_of(key)


async def test_each_view_holds_its_own(tx: Transaction, vault: Vault, cast: Cast) -> None:
    queued, mine, asleep, done, away = [await _case(tx, vault, cast, n) for n in range(5)]
    for id in (mine, asleep, done, away):
        await conversations.assign(tx, vault, by=cast.mate, conversation_id=id, agent_id=cast.mate.id, now=NOW)
    await conversations.snooze(
        tx, vault, by=cast.mate, conversation_id=asleep, until=NOW + timedelta(hours=1), now=NOW
    )  # fmt: skip
    await conversations.resolve(tx, vault, by=cast.mate, conversation_id=done, now=NOW)
    await conversations.reply(tx, vault, by=cast.mate, conversation_id=away, text=guard.screen("So."), now=NOW)
    expected = {
        "mine": {mine, away},
        "unassigned": {queued},
        f"team:{cast.payments}": {queued, mine, away},
        "all": {queued, mine, away},
        "snoozed": {asleep},
        "waiting": {away},
        "resolved": {done},
        "spam": set(),
        "all~status:resolved": {done},
        "mine~status:snoozed": {asleep},
        "all~assignee:00000000-0000-0000-0000-000000000000": {queued},
        f"all~assignee:{cast.mate.id}": {mine, away},
    }
    for key, ids in expected.items():
        assert set(await _ids(tx, cast.mate, key)) == ids, key
        for id in (queued, mine, asleep, done, away):
            is_in = await conversations.is_in(
                tx, viewer=cast.mate, selection=selection_of(key), conversation_id=id, now=NOW
            )  # fmt: skip
            assert is_in is (id in ids), key
    for key in expected:
        if not key.startswith("team"):
            assert await _ids(tx, cast.outsider, key) == []


async def test_another_team_lists_nothing_by_any_filter(tx: Transaction, vault: Vault, cast: Cast) -> None:
    id = await _case(tx, vault, cast)
    await conversations.assign(tx, vault, by=cast.mate, conversation_id=id, agent_id=cast.mate.id, now=NOW)
    for key in ("all", f"team:{cast.payments}", f"all~team:{cast.payments}", f"all~assignee:{cast.mate.id}", "waiting"):
        assert await _ids(tx, cast.outsider, key) == []
        assert not await conversations.is_in(
            tx, viewer=cast.outsider, selection=selection_of(key), conversation_id=id, now=NOW
        )
    nobody = people.Agent(new_id(), "Nobody", frozenset(), frozenset({cast.payments}), (), frozenset())
    assert await _ids(tx, nobody, "all") == []


async def test_filters_leave_out_what_was_not_asked_for(tx: Transaction, vault: Vault, cast: Cast) -> None:
    turkish = await _case(tx, vault, cast, 3, language="tr", topic="funding.deposit_wrong_network", priority="urgent")
    form = await _case(tx, vault, cast, 2, channel="web")
    old = await _case(tx, vault, cast, 60 * 24 * 8)
    security = await _case(tx, vault, cast, 1, team=cast.security, priority="high")
    for key, ids in {
        "all~language:tr": {turkish},
        "all~topic:deposit_wrong_network": {turkish},
        "all~topic:funding.deposit_wrong_network": {turkish},
        "all~priority:urgent,high": {turkish, security},
        "all~channel:web": {form},
        "all~age:older_week": {old},
        "all~age:day": {turkish, form, security},
        f"all~team:{cast.security}": {security},
        "unassigned~priority:urgent": {turkish},
        "all~vip:yes": set(),
        "all~language:tr~channel:web": set(),
    }.items():
        assert set(await _ids(tx, cast.lead, key)) == ids, key
    await tx.execute("UPDATE customers SET tier = 'vip' WHERE id = %s", (cast.owner.id,))
    assert set(await _ids(tx, cast.lead, "all~vip:yes")) == {turkish, form, old, security}


async def test_orders_put_first_what_they_say(tx: Transaction, vault: Vault, cast: Cast) -> None:
    low, waits, urgent, answered = [
        await _case(tx, vault, cast, minutes, priority=priority)
        for minutes, priority in ((90, "low"), (60, "normal"), (5, "urgent"), (120, "normal"))
    ]
    await conversations.set_priority(tx, vault, by=cast.mate, conversation_id=low, priority="low", now=NOW)
    await tx.execute("UPDATE conversations SET listed_at = created_at")
    await conversations.reply(tx, vault, by=cast.mate, conversation_id=answered, text=guard.screen("So."), now=NOW)
    for viewer in (cast.mate, cast.lead):
        assert await _ids(tx, viewer, "all") == [answered, urgent, waits, low]
        assert await _ids(tx, viewer, "all~sort:waiting") == [low, waits, urgent, answered]
        assert await _ids(tx, viewer, "all~sort:priority") == [urgent, waits, answered, low]
        assert await _ids(tx, viewer, f"team:{cast.payments}~sort:priority") == [urgent, waits, answered, low]


async def test_a_row_keeps_its_place_while_its_customer_writes_on(tx: Transaction, vault: Vault, cast: Cast) -> None:
    """Line after line moves it once in ten seconds; whatever else happens to it moves it at once."""
    writes, other = await _case(tx, vault, cast), await _case(tx, vault, cast)

    async def write(seconds: int) -> list[UUID]:
        at = NOW + timedelta(seconds=seconds)
        key = str(new_id())
        text = guard.screen("Hello?")
        await conversations.receive(
            tx, vault, customer=cast.owner, conversation_id=writes, text=text, client_key=key, now=at
        )
        return await _ids(tx, cast.mate, "all")

    assert await write(-1) == [other, writes]
    await conversations.set_priority(
        tx, vault, by=cast.mate, conversation_id=writes, priority="high", now=NOW + timedelta(seconds=1)
    )
    assert await _ids(tx, cast.mate, "all") == [writes, other]
    await conversations.set_priority(
        tx, vault, by=cast.mate, conversation_id=other, priority="high", now=NOW + timedelta(seconds=2)
    )
    assert await write(10) == [other, writes]
    assert await write(11) == [writes, other]


@pytest.mark.parametrize("key", ["all", "all~sort:waiting", "all~sort:priority", "unassigned", "resolved", "snoozed"])
async def test_pages_go_on_where_the_last_one_ended(tx: Transaction, vault: Vault, cast: Cast, key: str) -> None:
    made = [await _case(tx, vault, cast, n % 3, priority=["low", "high"][n % 2]) for n in range(7)]
    for id in made[:2]:  # one's own as well as one's team's: listed once
        await conversations.assign(tx, vault, by=cast.mate, conversation_id=id, agent_id=cast.mate.id, now=NOW)
    for id in made:
        if key == "resolved":
            await conversations.resolve(tx, vault, by=cast.mate, conversation_id=id, now=NOW)
        if key == "snoozed":
            await conversations.snooze(
                tx, vault, by=cast.mate, conversation_id=id, until=NOW + timedelta(hours=2), now=NOW
            )
    whole = await _ids(tx, cast.mate, key)
    paged: list[UUID] = []
    mark: str | None = None
    for _ in range(5):
        page = await conversations.inbox(
            tx, viewer=cast.mate, selection=selection_of(key), now=NOW, mark=mark, limit=2
        )  # fmt: skip
        paged += [item.id for item in page.conversations]
        mark = page.mark
        if mark is None:
            break
    assert paged == whole
    assert len(set(paged)) == len(paged)
    assert set(paged) == set(made[2:] if key == "unassigned" else made)


@pytest.mark.parametrize(
    "mark", ["x", "1_2_3", "1", "99999999999999999999999_" + str(UUID(int=7)), "_" + str(UUID(int=7))]
)
async def test_strange_marks_are_refused(tx: Transaction, cast: Cast, mark: str) -> None:
    with pytest.raises(Invalid):
        await _ids(tx, cast.mate, "all", mark=mark)


async def test_rare_ones_far_back_are_found_page_by_page(
    tx: Transaction, vault: Vault, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WALK", "WALK_MAX"):
        monkeypatch.setitem(conversations.inbox.__globals__, name, 3)
    far = await _case(tx, vault, cast, 100, language="uk")
    for minutes in range(7):
        await _case(tx, vault, cast, minutes)
    mark, found, pages = None, [], 0
    while pages < 9:
        page = await conversations.inbox(
            tx, viewer=cast.lead, selection=selection_of("all~language:uk"), now=NOW, mark=mark
        )  # fmt: skip
        found += [item.id for item in page.conversations]
        pages, mark = pages + 1, page.mark
        if mark is None:
            break
        assert page.is_cut
    assert (found, pages) == ([far], 3)


async def test_words_are_for_those_with_a_part_in_it(tx: Transaction, vault: Vault, cast: Cast) -> None:
    running, done = await _case(tx, vault, cast), await _case(tx, vault, cast)
    await conversations.resolve(tx, vault, by=cast.mate, conversation_id=done, now=NOW)

    async def words(viewer: people.Agent) -> list[str | None]:
        rows = [await conversations.get(tx, viewer=viewer, conversation_id=id) for id in (running, done)]
        found = await conversations.rows_of(tx, vault, viewer=viewer, conversations=rows)
        assert [row.is_withheld for row in found] == [row.last_text is None for row in found]
        return [row.last_text for row in found]

    assert await words(cast.mate) == ["Where is it?", None]
    assert await words(cast.lead) == [None, None]  # sees every team, has a part in neither


@pytest.mark.parametrize("seed", range(3))
async def test_counters_agree_with_the_rows(tx: Transaction, vault: Vault, cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    made = [await _case(tx, vault, cast, n, team=chance.choice([cast.payments, cast.security])) for n in range(6)]
    for step in range(30):
        id = chance.choice(made)
        await _change(tx, vault, cast, id, chance)
        if step % 7 == 0:
            await conversations.fold_counts(tx)
    for viewer in (cast.mate, cast.outsider, cast.lead):
        held = await conversations.counts(tx, viewer=viewer)
        for name in ("mine", "unassigned", "all", "waiting", "snoozed"):
            assert getattr(held, name) == len(await _ids(tx, viewer, name)), name
        for team_id in viewer.team_ids:
            assert held.teams.get(team_id, 0) == len(await _ids(tx, viewer, f"team:{team_id}"))
    await conversations.fold_counts(tx)
    assert await conversations.fold_counts(tx) == 0


async def _change(tx: Transaction, vault: Vault, cast: Cast, id: UUID, chance: random.Random) -> None:
    is_open = (await conversations.get(tx, viewer=cast.lead, conversation_id=id)).is_open
    by = cast.lead
    if not is_open:
        return await conversations.reopen(tx, vault, by=by, conversation_id=id, now=NOW)
    match chance.randrange(5):
        case 0:
            await conversations.resolve(tx, vault, by=by, conversation_id=id, now=NOW)
        case 1:
            until = NOW + timedelta(hours=1)
            await conversations.snooze(tx, vault, by=by, conversation_id=id, until=until, now=NOW)
        case 2:
            await conversations.reply(tx, vault, by=by, conversation_id=id, text=guard.screen("So."), now=NOW)
        case 3:
            agent = chance.choice([cast.mate, cast.outsider, cast.lead, None])
            await conversations.assign(
                tx, vault, by=by, conversation_id=id, agent_id=agent.id if agent else None, now=NOW,
                team_id=chance.choice([None, cast.payments, cast.security]),
            )  # fmt: skip
        case _:
            await conversations.wake(tx, vault, by=by, conversation_id=id, now=NOW)
    return None
