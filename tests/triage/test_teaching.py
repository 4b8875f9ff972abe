"""Teaching: a few examples change what they are about and little else; who wrote them is not in them; a version is taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import access, conversations, guard, people, triage
from bellrock.core import SYSTEM, Database, Refused, Transaction
from bellrock.people import Role
from bellrock.triage import comparing, heads, teaching
from bellrock.triage.corpus import Example, corpus
from bellrock.triage.model import Model, ModelMismatch, softmax, versioned
from bellrock.triage.placeholders import without_person
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import NOW, Chat

# In words that nobody would say so, of a topic that a person or the first line alone may answer.
TAUGHT = [
    Example("the gizmo says flumox when I drag my purple wallet", "web3_wallet", "en"),
    Example("flumox again, purple wallet gizmo is stuck", "web3_wallet", "en"),
    Example("why does the gizmo flumox", "web3_wallet", "en"),
]
LIKE_IT = "my gizmo shows flumox, the purple one"


@pytest.fixture(scope="session")
def taught(head: Model, embedder: Embedder) -> Model:
    return teaching.taught(head, TAUGHT, embedder)


def likelihood(head: Model, embedder: Embedder, text: str, topic: str) -> float:
    meaning = head.centred(embedder.embed([text]), ["en"], embedder.compared)
    scores, _ = head.logits(meaning, [text], embedder.compared)
    return float(softmax(scores / np.float32(head.temperature))[0][head.labels.index(topic)])


def test_learns_what_it_is_taught_and_understands_what_is_like_it(
    head: Model, taught: Model, embedder: Embedder
) -> None:
    for example in TAUGHT:
        assert taught.understand([example.text], embedder, ["en"])[0].guesses[0].topic == "web3_wallet"
    before, after = (likelihood(model, embedder, LIKE_IT, "web3_wallet") for model in (head, taught))
    assert before < 0.3 < 0.7 < after


def test_leaves_the_rest_as_it_was(head: Model, taught: Model, embedder: Embedder) -> None:
    others = [example for example in corpus("calibration") if example.language in ("en", "ko")][::24]
    tongues = [example.language for example in others]
    before, after = (model.understand([item.text for item in others], embedder, tongues) for model in (head, taught))
    moved = [
        abs(one.guesses[0].probability - other.guesses[0].probability) for one, other in zip(before, after, strict=True)
    ]
    assert sum(one.guesses[0].topic != other.guesses[0].topic for one, other in zip(before, after, strict=True)) <= 1
    assert np.mean(moved) < 0.01


def test_the_same_examples_give_the_same_head_and_none_give_the_shipped_one(
    head: Model, taught: Model, embedder: Embedder
) -> None:
    assert teaching.taught(head, [], embedder) is head
    assert versioned(teaching.taught(head, TAUGHT, embedder)).version == versioned(taught).version != head.version
    assert np.array_equal(taught.example_labels, np.sort(taught.example_labels)), "neighbours lie label by label"
    assert (taught.thresholds, taught.temperature) == (head.thresholds, head.temperature)


def test_refuses_another_encoder(head: Model, embedder: Embedder) -> None:
    with pytest.raises(ModelMismatch, match="encoder"):
        teaching.taught(replace(head, encoder="other/1"), TAUGHT, embedder)


def test_what_it_stands_on_is_another_with_another_shipped_head() -> None:
    assert teaching.ground("a" * 16) != teaching.ground("b" * 16)
    assert teaching.ground("a" * 16) == teaching.ground("a" * 16)


@pytest.mark.parametrize(
    ("before", "after", "is_precise"),
    [(0.97, 0.96, True), (0.97, 0.94, False), (0.93, 0.93, True), (0.93, 0.92, False), (None, 0.9, True)],
)
def test_fewer_right_answers_than_must_be_and_than_now_are_too_few(
    before: float | None, after: float, is_precise: bool
) -> None:
    found = {"all": {"before": {"precision": before}, "after": {"precision": after}}}
    assert comparing.is_precise(found) is is_precise


def test_a_trial_sees_what_would_become_unsafe(head: Model, embedder: Embedder) -> None:
    def judged(topic: str, gate_open: bool) -> comparing.Judged:
        texts = comparing.Texts([Example("thanks a lot!", topic, "en")], embedder.embed(["thanks a lot!"]),
                                [guard.screen("thanks a lot!")])  # fmt: skip
        model = head if gate_open else replace(head, thresholds=replace(head.thresholds, risk_max=-1.0))
        return comparing.judge(model, texts, embedder.compared)[0]

    asks, answers = judged("account_hacked", False), judged("account_hacked", True)
    assert (asks.is_answered, answers.is_answered) == (False, True)
    assert comparing.is_newly_unsafe(asks, answers, truth="account_hacked")
    assert not comparing.is_newly_unsafe(answers, answers, truth="account_hacked")
    assert not comparing.is_newly_unsafe(asks, answers, truth="trading_fee")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("I'm Ana Ruiz, ana@x.example sent 1,250 USDT", "I'm [name], name@example.com sent 0,000 USDT"),
        ("to 0x52908400098527886E0F7030069857D2E4169EE7 on TRC20, error -1022", "to [...] on TRC20, error -1022"),
        ("我是王小明，订单 123456789012345 没到账 BTC", "我是[name]，订单 000000000000000 没到账 BTC"),
        ("see https://x.example/u?id=7 and BR-7K2M4QXD", "see https://example.com and [...]"),
    ],
)
def test_who_wrote_it_and_which_case_it_was_is_taken_out(text: str, kept: str) -> None:
    assert without_person(text, names=("Ana Ruiz", "王小明")) == kept


@given(st.text(max_size=120))
def test_no_figure_is_left_and_twice_is_once(text: str) -> None:
    once = without_person(text)
    assert without_person(once) == once
    long = "".join(sign if sign.isascii() and sign.isdigit() else " " for sign in once).split()
    assert not [run for run in long if len(run) >= 6 and run.strip("0")]


@pytest.fixture
async def database(furnished: tuple[str, object], clone_database: Callable[..., str]) -> AsyncIterator[Database]:
    async with Database(clone_database(furnished[0].rpartition("/")[2].partition("?")[0])) as opened:
        yield opened


async def colleague(tx: Transaction, vault: Vault, name: str, role: Role) -> people.Agent:
    id, _ = await people.invite_agent(
        tx, vault, name=name, email=f"{name}@x.example", roles=[role], team_ids=[], languages=["en"], by=SYSTEM, now=NOW
    )
    return await people.agent(tx, agent_id=id)


async def joined(tx: Transaction, *agents: people.Agent) -> None:
    await tx.execute(
        "UPDATE agents SET status = 'active', password_hash = 'x' WHERE id = ANY(%s)", ([agent.id for agent in agents],)
    )


async def wrote(tx: Transaction, vault: Vault, first_line: triage.FirstLine, text: str) -> tuple[Chat, UUID]:
    customer, _ = await people.start_visitor(tx, vault, locale="en", now=NOW)
    case = await conversations.open_conversation(tx, vault, customer=customer, channel="widget", language="en", now=NOW)
    chat = Chat(tx, vault, first_line, customer, case.id)
    return chat, (await chat.write(text)).message_id


async def decided_by(tx: Transaction, vault: Vault, heads_here: triage.Heads, embedder: Embedder) -> str:
    """Return the version that the record names for a decision made now."""
    chat, _ = await wrote(tx, vault, triage.FirstLine(vault, embedder, heads=heads_here), LIKE_IT)
    await chat.say(LIKE_IT)
    cursor = await tx.execute(
        "SELECT data FROM journal_inbox WHERE kind = 'triage.decided' AND conversation_id = %s", (chat.conversation_id,)
    )
    return str((await cursor.fetchall())[-1]["data"]["model"])


async def test_taught_tried_live_taken_back_and_erased(
    database: Database, vault: Vault, embedder: Embedder, head: Model, tmp_path: Path
) -> None:
    here, elsewhere = triage.Heads(vault, embedder), triage.Heads(vault, embedder)
    few = [example for example in corpus("calibration") if example.language == "en"][::12]
    async with database.transaction() as tx:
        lead, agent = await colleague(tx, vault, "Lead", Role.LEAD), await colleague(tx, vault, "Agent", Role.AGENT)
        other = await colleague(tx, vault, "Other", Role.LEAD)
        plain = triage.FirstLine(vault, embedder)
        chats = [await wrote(tx, vault, plain, example.text) for example in TAUGHT]
        for (chat, message_id), example in zip(chats, TAUGHT, strict=True):
            kept = {
                "conversation_id": chat.conversation_id, "message_id": message_id, "topic": example.topic,
                "language": "en", "text": guard.screen(example.text), "now": NOW,
            }  # fmt: skip
            with pytest.raises(Refused):
                await triage.teach(tx, vault, by=agent, **kept)  # type: ignore[arg-type]
            await triage.teach(tx, vault, by=lead, **kept)  # type: ignore[arg-type]
        sealed = await (await tx.execute("SELECT taught_examples::text AS row FROM taught_examples")).fetchall()
        assert "gizmo" not in str(sealed), "words stand in their own record"
        number = await triage.ask_trial(tx, vault, by=lead, now=NOW)
        with pytest.raises(triage.TrialRunning):
            await triage.ask_trial(tx, vault, by=lead, now=NOW)
    await refuse_what_is_unsafe(database, vault, embedder, lead, number)
    async with database.transaction() as tx:
        number = await triage.ask_trial(tx, vault, by=lead, now=NOW)
    again = {"now": NOW, "held_back": few, "kept": tmp_path}
    assert await triage.run_trial(database, vault, embedder, **again) == number  # type: ignore[arg-type]
    assert await triage.run_trial(database, vault, embedder, **again) is None  # type: ignore[arg-type]
    (kept_vectors,) = list(tmp_path.iterdir())  # noqa: ASYNC240 - one look at a folder
    assert kept_vectors.stat().st_size < (len(few) + 1) * embedder.width * 4, "vectors of written messages alone"
    async with database.transaction() as tx:
        for ask in (triage.trials(tx, reader=agent), triage.trial(tx, number=number, reader=agent)):
            with pytest.raises(Refused):
                await ask
        tried, found = await triage.trial(tx, number=number, reader=lead)
        assert (tried.failed, tried.blocks, found is not None) == (None, (), True)
        assert found is not None
        assert {item.after.topic for item in found.examples} == {"web3_wallet"}
        assert {case.id for case in found.conversations} == {chat.conversation_id for chat, _ in chats}
        assert found.figures["all"]["before"]["messages"] == len(few)
        assert await decided_by(tx, vault, here, embedder) == head.version
        put = {"reason": guard.screen("The gizmo is ours"), "now": NOW}
        with pytest.raises(Refused):
            await triage.put_live(tx, vault, trial=number, seen=0, by=agent, **put)  # type: ignore[arg-type]
        first = await two_put_it_live(tx, vault, number, 0, (lead, other, agent))
        with pytest.raises(triage.HeadMoved):
            await triage.put_live(tx, vault, trial=number, seen=0, by=lead, **put)  # type: ignore[arg-type]
        for process in (here, elsewhere):
            assert await decided_by(tx, vault, process, embedder) == f"{head.version}+{number}"
        assert here.newest.understand([LIKE_IT], embedder, ["en"])[0].guesses[0].topic == "web3_wallet"
        entry = (await triage.live_heads(tx, vault, reader=lead))[0]
        assert (entry.put_by, entry.proposed_by, entry.reason) == (other.id, lead.id, "The gizmo is ours")
        await erase_two_ways(tx, vault, chats)
        assert await decided_by(tx, vault, here, embedder) == f"{head.version}+{number}-2"
        assert len(here.newest.example_labels) == len(head.example_labels) + 1
        assert await triage.forget_erased(tx, vault, now=NOW) == 2
        assert await triage.forget_erased(tx, vault, now=NOW) == 0
        assert [example.text for example in await triage.taught_examples(tx, vault, reader=lead, now=NOW)] == [
            TAUGHT[2].text
        ]
        second = await triage.put_live(tx, vault, trial=None, seen=first, by=lead, **put)  # type: ignore[arg-type]
        assert await decided_by(tx, vault, here, embedder) == head.version
        with pytest.raises(triage.HeadNeedsTwo):  # it was taken back: going there again is no way back
            await triage.put_live(tx, vault, trial=number, seen=second, by=lead, **put)  # type: ignore[arg-type]
        alone = {"takes_two": False, **put}
        await triage.put_live(tx, vault, trial=number, seen=second, by=lead, **alone)  # type: ignore[arg-type]
        assert (await triage.live_heads(tx, vault, reader=lead))[0].proposed_by is None


async def two_put_it_live(
    tx: Transaction, vault: Vault, trial: int, seen: int, people_here: tuple[people.Agent, people.Agent, people.Agent]
) -> int:
    """Let one lead propose, take it back, propose again, and another one confirm; neither does the other's part."""
    lead, other, agent = people_here
    put = {"trial": trial, "seen": seen, "reason": guard.screen("The gizmo is ours"), "now": NOW}
    own = {"trial": trial, "now": NOW}
    await joined(tx, lead, other)
    with pytest.raises(triage.HeadNeedsTwo):
        await triage.put_live(tx, vault, by=lead, **put)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        await triage.propose(tx, vault, by=agent, **put)  # type: ignore[arg-type]
    await triage.propose(tx, vault, by=lead, **put)  # type: ignore[arg-type]
    assert {each.by for each in (await triage.proposals(tx, vault, reader=other)).values()} == {lead.id}
    with pytest.raises(Refused):
        await triage.proposals(tx, vault, reader=agent)
    with pytest.raises(triage.HeadNeedsTwo):
        await triage.put_live(tx, vault, by=lead, **put)  # type: ignore[arg-type]
    with pytest.raises(triage.HeadProposed):
        await triage.propose(tx, vault, by=other, **put)  # type: ignore[arg-type]
    with pytest.raises(triage.HeadNotProposed):
        await triage.withdraw(tx, vault, by=other, **own)  # type: ignore[arg-type]
    await triage.withdraw(tx, vault, by=lead, **own)  # type: ignore[arg-type]
    with pytest.raises(triage.HeadNeedsTwo):
        await triage.put_live(tx, vault, by=other, **put)  # type: ignore[arg-type]
    await triage.propose(tx, vault, by=lead, **put)  # type: ignore[arg-type]
    await people.close_agent(tx, vault, agent_id=lead.id, by=SYSTEM, now=NOW)
    with pytest.raises(triage.HeadNeedsTwo):  # what somebody proposed who has left counts for nothing
        await triage.put_live(tx, vault, by=other, **put)  # type: ignore[arg-type]
    await joined(tx, lead)
    number = await triage.put_live(tx, vault, by=other, **put)  # type: ignore[arg-type]
    assert await triage.proposals(tx, vault, reader=other) == {}
    cursor = await tx.execute("SELECT kind, actor_id FROM journal_inbox WHERE kind LIKE 'triage.head_%' ORDER BY id")
    acts = [(row["kind"].removeprefix("triage.head_"), row["actor_id"]) for row in await cursor.fetchall()]
    assert acts == [("proposed", lead.id), ("withdrawn", lead.id), ("proposed", lead.id), ("live", other.id)]
    return number


async def test_one_person_goes_back_to_what_was_never_taken_back(tx: Transaction, vault: Vault) -> None:
    lead = await colleague(tx, vault, "Lead", Role.LEAD)
    numbers = []
    for _ in range(3):
        cursor = await tx.execute(
            "INSERT INTO head_trials (ground, examples, against, asked_at, asked_by, ended_at, result)"
            " VALUES (%s, %s, 0, %s, %s, %s, '{}') RETURNING number",
            (heads.ground(), [lead.id], NOW, lead.id, NOW),
        )
        numbers.append((await cursor.fetchone() or {})["number"])
    one, two, three = numbers
    went = []
    for trial, ways in (
        (one, set()), (two, {one}), (three, {one, two}), (two, {one}), (three, {one, two}), (None, set()),
    ):  # fmt: skip
        cursor = await tx.execute(
            "INSERT INTO live_heads (trial, replaces, since, put_by, fact_id) VALUES (%s, %s, %s, %s, %s) RETURNING number",
            (trial, went[-1] if went else 0, NOW, lead.id, lead.id),
        )
        went.append((await cursor.fetchone() or {})["number"])
        assert await triage.ways_back(tx) == ways, trial
    with pytest.raises(triage.HeadNeedsTwo):
        await triage.put_live(tx, vault, trial=one, seen=went[-1], reason=guard.screen("Back"), by=lead, now=NOW)


async def refuse_what_is_unsafe(
    database: Database, vault: Vault, embedder: Embedder, lead: people.Agent, number: int
) -> None:
    """Try beside a message for a person alone that is worded like the examples: it would be answered by what they teach."""
    grave = [Example(LIKE_IT, "account_hacked", "en")]
    assert await triage.run_trial(database, vault, embedder, now=NOW, held_back=grave) == number
    async with database.transaction() as tx:
        tried, found = await triage.trial(tx, number=number, reader=lead)
        assert "held_back" in tried.blocks
        assert found is not None
        assert found.unsafe == (("account_hacked", "en", "web3_wallet"),)
        with pytest.raises(triage.HeadBlocked):
            await triage.put_live(
                tx, vault, trial=number, seen=0, reason=guard.screen("I insist"), by=lead, now=NOW
            )  # fmt: skip


async def erase_two_ways(tx: Transaction, vault: Vault, chats: list[tuple[Chat, UUID]]) -> None:
    """Erase the customer of the first example, and of the second one its message alone."""
    await access.erase_customer(
        tx, vault, customer_id=chats[0][0].customer.id, by=SYSTEM, reason="customer_request", now=NOW
    )
    await access.erase_message(tx, vault, message_id=chats[1][1], by=SYSTEM, reason="customer_request", now=NOW)


async def test_a_version_for_another_release_is_refused_and_decides_nothing(
    tx: Transaction, vault: Vault, embedder: Embedder, head: Model
) -> None:
    lead = await colleague(tx, vault, "Lead", Role.LEAD)
    cursor = await tx.execute(
        "INSERT INTO head_trials (ground, examples, against, asked_at, asked_by, ended_at, result)"
        " VALUES ('0123456789abcdef.00000000', %s, 0, %s, %s, %s, '{}') RETURNING number",
        ([lead.id], NOW, lead.id, NOW),
    )
    number = (await cursor.fetchone() or {})["number"]
    with pytest.raises(triage.HeadOutdated, match="another release"):
        await triage.put_live(
            tx, vault, trial=number, seen=0, reason=guard.screen("Try"), by=lead, now=NOW
        )  # fmt: skip
    await tx.execute(
        "INSERT INTO live_heads (trial, replaces, since, put_by, fact_id) VALUES (%s, 0, %s, %s, %s)",
        (number, NOW, lead.id, lead.id),
    )
    assert (await triage.live_head(tx)).is_outdated
    assert (await triage.Heads(vault, embedder).current(tx)).version == head.version == heads.shipped_version()
