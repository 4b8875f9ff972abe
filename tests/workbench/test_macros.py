"""Canned replies, macros and mentions: for whom they are, and that a preview says what the run does."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock import conversations, guard, people, workbench
from bellrock.core import Conflict, Transaction, new_id
from bellrock.vault import Vault
from bellrock.workbench import Setting, Step
from tests.workbench.conftest import NOW, Cast

HERE = Setting(zone=ZoneInfo("UTC"), language="en", customer_zone=None, brand="Northwick")


async def can(
    tx: Transaction, vault: Vault, by: people.Agent, shortcut: str, team: UUID | None = None, **texts: str
) -> UUID:
    said = {code: (guard.screen(f"Title {code}"), guard.screen(text)) for code, text in texts.items()}
    return await workbench.save_canned(tx, vault, shortcut=shortcut, team_id=team, texts=said, by=by, now=NOW)


async def make(tx: Transaction, vault: Vault, by: people.Agent, *steps: Step, team: UUID | None = None) -> UUID:
    return await workbench.save_macro(
        tx, vault, name=guard.screen("Close it"), team_id=team, steps=steps, by=by, now=NOW
    )


async def test_a_canned_reply_speaks_the_customers_language_with_the_cases_own_values(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    await can(
        tx, vault, cast.lead, "found", en="We found {{txid}}.", de="Wir haben {{txid}} gefunden, {{customer_name}}."
    )
    values = await workbench.values_of(tx, vault, agent=cast.mate, conversation_id=case, brand="Northwick")
    (found,) = workbench.matching(await workbench.all_canned(tx, viewer=cast.mate), words="fou", language="de", limit=5)
    language, said = workbench.filled(found, language="de", values=values)
    assert (language, said.text) == ("de", "Wir haben 0x9c4f02be77d1e21b gefunden, {{customer_name}}.")
    assert said.missing == ("customer_name",)
    assert workbench.filled(found, language="ja", values=values)[0] == "en"
    with pytest.raises(conversations.ConversationUnknown):
        await workbench.values_of(tx, vault, agent=cast.outsider, conversation_id=case, brand="Northwick")


async def test_a_teams_own_are_for_the_team(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    id = await can(tx, vault, cast.lead, "ours", cast.payments, en="Ours")
    macro = await make(tx, vault, cast.lead, Step("resolve"), team=cast.payments)
    assert [item.id for item in await workbench.all_canned(tx, viewer=cast.mate)] == [id]
    assert await workbench.all_canned(tx, viewer=cast.outsider) == []
    assert [item.id for item in await workbench.macros(tx, viewer=cast.mate)] == [macro]
    assert await workbench.macros(tx, viewer=cast.outsider) == []
    with pytest.raises(workbench.MacroUnknown):
        await workbench.macro(tx, macro_id=macro, viewer=cast.outsider)
    await workbench.remove_canned(tx, vault, canned_id=id, by=cast.lead, now=NOW)
    await workbench.remove_macro(tx, vault, macro_id=macro, by=cast.lead, now=NOW)
    assert await workbench.all_canned(tx) == []
    assert await workbench.macros(tx) == []


async def test_a_short_name_is_given_once(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    first = await can(tx, vault, cast.lead, "hello", en="Hello")
    with pytest.raises(workbench.ShortcutTaken):
        await can(tx, vault, cast.lead, "#Hello", en="Hello again")
    for wrong in ("", "two words", "ünï", "x" * 41):
        with pytest.raises(workbench.BadCanned):
            await can(tx, vault, cast.lead, wrong, en="Hello")
    with pytest.raises(workbench.BadCanned):
        await can(tx, vault, cast.lead, "empty")
    await workbench.remove_canned(tx, vault, canned_id=first, by=cast.lead, now=NOW)
    await can(tx, vault, cast.lead, "hello", en="Hello")


STEPS = st.fixed_dictionaries(
    {},
    optional={
        "note": st.just("Looked at it."),
        "priority": st.sampled_from(["urgent", "low"]),
        "topic": st.just("funding.deposit_wrong_network"),
        "moves": st.sampled_from(["me", "queue", "team"]),
        "ends": st.sampled_from(["snooze", "resolve"]),
        "reply": st.booleans(),
    },
).filter(lambda chosen: any(chosen.values()))


@settings(max_examples=25)
@given(chosen=STEPS)
async def test_the_preview_is_what_the_run_does(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID, chosen: dict[str, Any]
) -> None:
    async with tx.transaction(force_rollback=True):
        steps = []
        if chosen.get("reply"):
            steps.append(Step("reply", str(await can(tx, vault, cast.lead, "x", de="Hallo {{reference}}"))))
        steps += [Step(do, chosen[do]) for do in ("note", "priority", "topic") if do in chosen]
        if moves := chosen.get("moves"):
            # The lead sees every team, and so goes on with a case that has been moved.
            steps.append(Step("team", str(cast.security)) if moves == "team" else Step("assign", moves))
        if ends := chosen.get("ends"):
            steps.append(Step(ends, "in 3 hours" if ends == "snooze" else ""))
        macro = await make(tx, vault, cast.lead, *reversed(steps))
        who: dict[str, Any] = {"by": cast.lead, "conversation_id": case, "macro_id": macro, "setting": HERE, "now": NOW}
        plan = await workbench.preview(tx, vault, **who)
        before = await conversations.timeline(tx, vault, viewer=cast.lead, conversation_id=case)
        await workbench.run(tx, vault, client_key=str(new_id()), **who)
        now = await conversations.get(tx, viewer=cast.lead, conversation_id=case)
        lines = await conversations.timeline(tx, vault, viewer=cast.lead, conversation_id=case)
        for name in ("status", "holder", "priority", "topic", "team_id", "assignee_id", "snoozed_until"):
            assert getattr(now, name) == getattr(plan.outcome, name), name
        kinds = [line.kind for line in lines if line.id not in {old.id for old in before}]
        assert kinds.count(conversations.kinds.REPLIED) == plan.outcome.messages
        assert kinds.count(conversations.kinds.NOTED) == plan.outcome.notes
        said = [line.words["text"] for line in lines if line.words and line.kind == conversations.kinds.REPLIED]
        assert said == ([plan.reply] if plan.reply is not None else [])


async def test_a_macro_is_done_whole_or_not_at_all(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    canned = await can(tx, vault, cast.lead, "dear", en="Dear {{customer_name}}")
    macro = await make(tx, vault, cast.lead, Step("reply", str(canned)), Step("priority", "urgent"))
    who: dict[str, Any] = {"by": cast.mate, "conversation_id": case, "macro_id": macro, "setting": HERE, "now": NOW}
    plan = await workbench.preview(tx, vault, **who)
    assert plan.missing == ("customer_name",)
    with pytest.raises(workbench.VariablesMissing):
        async with tx.transaction():
            await workbench.run(tx, vault, client_key="key-00000020", **who)
    assert (await conversations.get(tx, viewer=cast.mate, conversation_id=case)).priority == "normal"
    await workbench.run(tx, vault, client_key="key-00000020", reply=guard.screen("Dear Elif"), **who)
    assert (await conversations.get(tx, viewer=cast.mate, conversation_id=case)).priority == "urgent"


async def test_an_outsider_neither_previews_nor_runs(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    macro = await make(tx, vault, cast.lead, Step("resolve"))
    who: dict[str, Any] = {"by": cast.outsider, "conversation_id": case, "macro_id": macro, "setting": HERE, "now": NOW}
    with pytest.raises(conversations.ConversationUnknown):
        await workbench.preview(tx, vault, **who)
    with pytest.raises(conversations.ConversationUnknown):
        await workbench.run(tx, vault, client_key="key-00000020", **who)
    await conversations.resolve(tx, vault, by=cast.mate, conversation_id=case, now=NOW)
    with pytest.raises(Conflict):
        await workbench.preview(tx, vault, **{**who, "by": cast.mate})


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Step("priority", "panic")],
        [Step("resolve"), Step("snooze", "monday")],
        [Step("team", "nowhere")],
        [Step("assign", "agent:1")],
        [Step("priority", "low"), Step("priority", "high")],
        [Step("note", "x")] * 13,
    ],
)
async def test_a_macro_that_cannot_be_is_refused(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID, steps: list[Step]
) -> None:
    with pytest.raises(workbench.BadMacro):
        await make(tx, vault, cast.lead, *steps)


async def test_colleagues_are_called_once_and_only_where_they_may_look(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID
) -> None:
    able = await workbench.mentionable(tx, by=cast.mate, conversation_id=case, now=NOW)
    assert cast.outsider.id not in {seat.agent.id for seat in able}
    note = await conversations.note(
        tx, vault, by=cast.mate, conversation_id=case, text=guard.screen("@Ines, look"), now=NOW
    )
    call: dict[str, Any] = {"by": cast.mate, "conversation_id": case, "note_id": note, "now": NOW}
    await _join(tx, cast.teammate, cast.payments)
    for _ in range(2):
        await workbench.mention(tx, vault, agent_ids=[cast.teammate.id, cast.mate.id], **call)
    assert await workbench.unseen_mentions(tx, agent=cast.teammate) == 1
    assert await workbench.unseen_mentions(tx, agent=cast.mate) == 0
    assert await workbench.mentioned_in(tx, agent=cast.teammate) == [case]
    assert await workbench.see_mentions(tx, agent=cast.teammate, conversation_id=case, now=NOW)
    assert not await workbench.see_mentions(tx, agent=cast.teammate, conversation_id=case, now=NOW)
    assert await workbench.unseen_mentions(tx, agent=cast.teammate) == 0
    with pytest.raises(workbench.ColleagueCannotSee):
        await workbench.mention(tx, vault, agent_ids=[cast.outsider.id], **{**call, "note_id": new_id()})


async def _join(tx: Transaction, agent: people.Agent, team: UUID) -> None:
    await tx.execute("INSERT INTO team_members (team_id, agent_id) VALUES (%s, %s)", (team, agent.id))


async def test_keys_move_and_never_collide(tx: Transaction, cast: Cast) -> None:
    chosen = await workbench.choose(tx, agent_id=cast.mate.id, key=("macro", "KeyG"), hold_seconds=10)
    assert (chosen.key_map["macro"], chosen.key_map["reply"], chosen.hold_seconds) == ("KeyG", "KeyR", 10)
    for code in ("KeyR", "ControlLeft", "<script>"):
        with pytest.raises(workbench.KeyTaken):
            await workbench.choose(tx, agent_id=cast.mate.id, key=("macro", code))
    assert (await workbench.choose(tx, agent_id=cast.mate.id, key=("macro", ""))).key_map["macro"] == ""
    assert (await workbench.choose(tx, agent_id=cast.mate.id, reset_keys=True)).key_map == dict(workbench.KEYS)
    assert (await workbench.choices(tx, agent_id=cast.teammate.id)).hold_seconds == 5
