"""What the composer asks the server: canned replies, articles, colleagues, times, macros, replies held for a moment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bellrock import conversations, guard, people, workbench
from bellrock.workbench import Step
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import FRAGMENT, OUTSIDER, OWNER, TEAMMATE, Play

NOBODY = "00000000-0000-7000-8000-000000000000"


async def canned(play: Play, text: str = "Dear {{customer_name}}, {{txid}}: {{order_id}}") -> UUID:
    async with play.house.database.transaction() as tx:
        return await workbench.save_canned(
            tx,
            play.house.vault,
            shortcut="found",
            team_id=None,
            texts={"en": (guard.screen("Found"), guard.screen(text))},
            by=play.scene.agents[OWNER],
            now=scenes.core.clock.now(),
        )


async def macro(play: Play, *steps: Step) -> UUID:
    async with play.house.database.transaction() as tx:
        return await workbench.save_macro(
            tx,
            play.house.vault,
            name=guard.screen("Close it"),
            team_id=None,
            steps=steps,
            by=play.scene.agents[OWNER],
            now=scenes.core.clock.now(),
        )


async def status_of(play: Play) -> Any:
    async with play.house.database.transaction() as tx:
        return await conversations.get(tx, viewer=scenes.SYSTEM, conversation_id=play.case)


async def test_a_canned_reply_comes_filled_in_and_says_what_is_missing(play: Play) -> None:
    await canned(play)
    (offer,) = (await play(OWNER).get(play.url("/canned?q=fo"))).json()
    assert offer["text"] == "Dear Elif Yılmaz, 0x9c4f02be77d1e21b: {{order_id}}"
    assert offer["missing"] == ["Order"]
    refused = await play(OWNER).post(play.url("/replies"), text=offer["text"])
    assert (refused.status_code, refused.json()["code"]) == (422, "variables_missing")
    kept = await play(OWNER).post(play.url("/replies"), fragment=False, text=offer["text"])
    assert kept.status_code == 422
    assert "{{order_id}}" in kept.text


async def test_a_held_reply_counts_down_and_is_undone_or_sent(play: Play) -> None:
    hold = {"text": "It is safe.", "client_key": "key-00000001"}
    held = (await play(OWNER).post(play.url("/held"), **hold)).json()
    assert 3_000 < held["left_ms"] <= 5_000
    assert "It is safe." not in (await play(OWNER).get(play.url("/timeline"))).text
    assert [item["id"] for item in (await play(OWNER).get("/desk/held")).json()] == [held["id"]]
    assert (await play(TEAMMATE).get("/desk/held")).json() == []
    assert (await play(TEAMMATE).post(f"/desk/held/{held['id']}/undo")).status_code == 409
    undone = (await play(OWNER).post(f"/desk/held/{held['id']}/undo")).json()
    assert undone == {"conversation": str(play.case), "text": "It is safe."}
    assert "It is safe." in (await play(OWNER).get(play.url())).text  # the draft
    held = (await play(OWNER).post(play.url("/held"), **hold, then="resolve")).json()
    assert (await play(OWNER).post(f"/desk/held/{held['id']}/sending")).status_code == 204
    assert (await status_of(play)).status == "resolved"
    assert (await play(OWNER).post(f"/desk/held/{held['id']}/undo")).json()["code"] == "held_gone"


async def test_a_reply_is_held_however_many_wait(play: Play) -> None:
    for number in range(22):
        form = {"text": f"Answer number {number}", "client_key": f"many-{number:08}", "after": "-1"}
        answer = await play(OWNER).post(play.url("/held"), **form)
        assert answer.status_code == 201, (number, answer.text)
    assert answer.json()["left_ms"] > 0


async def test_the_worker_sends_what_a_closed_page_did_not(play: Play) -> None:
    await play(OWNER).post(play.url("/held"), text="It is safe.", client_key="key-00000001")
    later = scenes.core.clock.now() + scenes.timedelta(seconds=20)
    database, vault = play.house.database, play.house.vault
    assert await workbench.send_due(database, vault, now=scenes.core.clock.now()) == 0
    assert await workbench.send_due(database, vault, now=later) == 1
    assert await workbench.send_due(database, vault, now=later) == 0
    assert "It is safe." in (await play(OWNER).get(play.url("/timeline"))).text


async def test_a_held_reply_that_may_not_go_out_is_told_once(play: Play) -> None:
    seen = str((await status_of(play)).last_message_id)
    await play(OWNER).post(play.url("/held"), text="It is safe.", client_key="key-00000001", seen=seen)
    await play(TEAMMATE).post(play.url("/replies"), text="I have it.")
    late = await play(OWNER).post(play.url("/held"), text="Me too.", client_key="key-00000002", seen=seen)
    assert late.json()["code"] == "answered_meanwhile"
    later = scenes.core.clock.now() + scenes.timedelta(seconds=20)
    assert await workbench.send_due(play.house.database, play.house.vault, now=later) == 0
    (mine,) = (await play(OWNER).get("/desk/held")).json()
    assert mine["refused"] == "answered_meanwhile"
    assert "It is safe." in (await play(OWNER).get(play.url())).text
    await play(OWNER).post(f"/desk/held/{mine['id']}/reading")
    assert (await play(OWNER).get("/desk/held")).json() == []


async def test_typing_claims_what_nobody_holds_and_nothing_else(play: Play) -> None:
    assert (await play(TEAMMATE).post(play.url("/claim"))).json() == {"claimed": False}
    await play(OWNER).post(play.url("/assignment"), to="queue")
    assert (await play(TEAMMATE).post(play.url("/claim"))).json() == {"claimed": True}
    assert (await status_of(play)).assignee_id == play.scene.agents[TEAMMATE].id


async def test_snooze_in_words_respects_the_customers_clock(play: Play) -> None:
    unknown = await play(OWNER).get(play.url("/when?words=tomorrow nine, customer's time"), **FRAGMENT)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "zone_unknown")
    async with play.house.database.transaction() as tx:
        case = await conversations.get(tx, viewer=scenes.SYSTEM, conversation_id=play.case)
        await people.note_zone(tx, customer_id=case.customer_id, zone="Asia/Tokyo")
    meant = (await play(OWNER).get(play.url("/when?words=tomorrow nine, customer's time"))).json()
    assert "T00:00:00" in meant["at"]
    assert "9:00" in meant["text"] or "09:00" in meant["text"]
    assert (await play(OWNER).post(play.url("/snooze"), until="words", words="banana")).status_code == 422
    await play(OWNER).post(play.url("/snooze"), until="words", words="tomorrow nine, customer's time")
    assert (await status_of(play)).snoozed_until.hour == 0
    assert "their_morning" in (await play(OWNER).get(play.url())).text


async def test_a_macro_is_shown_and_then_run(play: Play) -> None:
    text = await canned(play, "Hello {{reference}}")
    id = await macro(play, Step("reply", str(text)), Step("priority", "high"), Step("resolve"))
    (listed,) = (await play(OWNER).get(play.url("/macros"))).json()
    assert listed["title"] == "Close it"
    plan = (await play(OWNER).get(play.url(f"/macros/{id}"))).json()
    assert plan["steps"][1:] == ["Set the priority to High", "Resolve the conversation"]
    assert plan["reply"].startswith("Hello BR-")
    assert (await status_of(play)).priority == "normal"
    done = await play(OWNER).post(play.url(f"/macros/{id}"), reply=plan["reply"], client_key="key-00000003")
    assert done.json() == {"status": "resolved"}
    assert (await status_of(play)).priority == "high"


async def test_a_colleague_is_called_in_a_note_and_told_until_they_look(play: Play) -> None:
    offers = (await play(OWNER).get(play.url("/colleagues?q=tom"))).json()
    assert [offer["title"] for offer in offers] == [TEAMMATE]
    assert OUTSIDER not in (await play(OWNER).get(play.url("/colleagues"))).text
    await play(OWNER).post(play.url("/notes"), text=f"@{TEAMMATE} look", mentions=offers[0]["id"])
    async with play.house.database.transaction() as tx:
        assert await workbench.unseen_mentions(tx, agent=play.scene.agents[TEAMMATE]) == 1
    stranger = str(play.scene.agents[OUTSIDER].id)
    refused = await play(OWNER).post(play.url("/notes"), text=f"@{OUTSIDER} look", mentions=stranger)
    assert (refused.status_code, refused.json()["code"]) == (422, "colleague_cannot_see")
    assert f"@{OUTSIDER} look" not in (await play(OWNER).get(play.url("/timeline"))).text


async def test_choices_are_ones_own(play: Play) -> None:
    mine = (await play(OWNER).send("PUT", "/desk/choices", {"key": ["macro", "KeyG"], "hold_seconds": 20})).json()
    assert (mine["keys"]["macro"], mine["hold_seconds"]) == ("KeyG", 20)
    assert (await play(OWNER).send("PUT", "/desk/choices", {"key": ["macro", "KeyR"]})).status_code == 409
    assert (await play(OWNER).send("PUT", "/desk/choices", {"hold_seconds": 7})).status_code == 422
    other = (await play(TEAMMATE).send("PUT", "/desk/choices", {})).json()
    assert (other["keys"]["macro"], other["hold_seconds"]) == ("KeyM", 5)


@pytest.mark.parametrize(
    "resource", ["/canned", "/articles?q=money", "/colleagues", "/when?words=monday", "/macros", f"/macros/{NOBODY}"]
)
async def test_an_outsider_is_offered_nothing(play: Play, resource: str) -> None:
    assert (await play(OUTSIDER).get(play.url(resource))).status_code == 404
    assert (await play(None).get(play.url(resource))).status_code in (302, 303, 401)


@pytest.mark.parametrize("resource", ["/held", "/claim", f"/macros/{NOBODY}"])
async def test_nor_changes_anything(play: Play, resource: str) -> None:
    assert (await play(OUTSIDER).post(play.url(resource), text="Hello")).status_code == 404
