"""Presence, what was read, mentions, and the console as an app: for the agent alone, and without a word of a customer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bellrock import conversations
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import FRAGMENT, OUTSIDER, OWNER, TEAMMATE, Play


async def beat(play: Play, **data: Any) -> str:
    return (await play(OWNER).send("PUT", "/desk/presence", data)).json()["presence"]


async def test_away_by_itself_and_by_choice(play: Play) -> None:
    assert await beat(play) == "online"
    assert await beat(play, idle=True) == "away"
    assert await beat(play, idle=False) == "online"
    answer = await play(OWNER).send("PUT", "/desk/presence/choice", {"presence": "busy"})
    assert answer.json() == {"presence": "busy", "given": 0}
    assert await beat(play, idle=True) == "busy"
    assert (await play(OWNER).send("PUT", "/desk/presence/choice", {"presence": "asleep"})).status_code == 400


async def test_what_waits_is_counted_before_it_is_given_back(play: Play) -> None:
    plan = (await play(OWNER).get("/desk/presence/leaving")).json()
    assert (plan["goes"], plan["stays"], plan["going"][0]["name"]) == (1, 0, "Elif Yılmaz")
    assert (await play(TEAMMATE).get("/desk/presence/leaving")).json()["goes"] == 0
    answer = await play(OWNER).send("PUT", "/desk/presence/choice", {"presence": "offline", "gives_back": True})
    assert answer.json() == {"presence": "offline", "given": 1}
    async with play.house.database.transaction() as tx:
        now = await conversations.get(tx, viewer=scenes.SYSTEM, conversation_id=play.case)
    assert (now.holder, now.assignee_id) == ("queue", None)


async def test_unread_is_each_agents_own(play: Play) -> None:
    async def is_bold(name: str) -> bool:
        row = await play(name).get(play.url("/row?view=all"), **FRAGMENT)
        return 'class="row unread"' in row.text

    assert (await is_bold(OWNER), await is_bold(TEAMMATE)) == (True, True)
    assert (await play(OWNER).post(play.url("/reading"))).json()["read"]
    assert (await is_bold(OWNER), await is_bold(TEAMMATE)) == (False, True)
    await play(OWNER).post(play.url("/replies"), text="It is safe.")  # one's own words are read
    assert (await is_bold(OWNER), await is_bold(TEAMMATE)) == (False, True)
    await play(TEAMMATE).get(play.url())  # opened without a script
    assert not await is_bold(TEAMMATE)
    assert (await play(OUTSIDER).post(play.url("/reading"))).status_code == 404


async def test_mentions_are_listed_until_looked_at(play: Play) -> None:
    called = str(play.scene.agents[TEAMMATE].id)
    await play(OWNER).post(play.url("/notes"), text=f"@{TEAMMATE} look", mentions=called)
    assert (await play(TEAMMATE).get("/desk/mentions/unseen")).json() == {"count": 1}
    assert (await play(OWNER).get("/desk/mentions/unseen")).json() == {"count": 0}
    page = await play(TEAMMATE).get("/desk/mentions")
    assert f"row-{play.case}" in page.text
    assert f"row-{play.case}" not in (await play(OWNER).get("/desk/mentions")).text
    assert (await play(TEAMMATE).post(play.url("/reading"))).json()["called"]
    assert (await play(TEAMMATE).get("/desk/mentions/unseen")).json() == {"count": 0}
    # It goes to a team whose cases the colleague does not see: then it is not in their list either.
    await play(OWNER).post(play.url("/assignment"), to=f"team:{play.scene.security}")
    assert f"row-{play.case}" not in (await play(TEAMMATE).get("/desk/mentions")).text


async def test_the_app_describes_itself_to_anybody_and_says_nothing_of_anybody(play: Play) -> None:
    manifest = json.loads((await play(None).get("/desk/manifest.webmanifest?lang=ar")).text)
    assert (manifest["scope"], manifest["display"], manifest["dir"]) == ("/desk", "standalone", "rtl")
    for icon in manifest["icons"]:
        picture = await play(None).get(icon["src"])
        assert picture.content.startswith(b"\x89PNG")
    worker = await play(None).get("/desk/worker.js?lang=zh-Hans")
    assert worker.headers["service-worker-allowed"] == "/desk"
    assert "showNotification" in worker.text
    assert (await play(None).get("/desk/icons/secret.png")).status_code == 404


async def test_a_browser_is_kept_for_its_agent_and_only_at_a_push_service(play: Play) -> None:
    key = (await play(OWNER).get("/desk/push")).json()["key"]
    assert len(key) == 87
    browser = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
        "keys": {"p256dh": key, "auth": "YWFhYWFhYWFhYWFhYWFhYQ"},
    }
    assert (await play(OWNER).send("POST", "/desk/push", browser)).status_code == 204
    inside = {**browser, "endpoint": "https://127.0.0.1/x"}
    assert (await play(OWNER).send("POST", "/desk/push", inside)).status_code == 422
    for name, left in ((TEAMMATE, 1), (OWNER, 0)):
        await play(name).send("DELETE", "/desk/push", {"endpoint": browser["endpoint"]})
        async with play.house.database.transaction() as tx:
            cursor = await tx.execute("SELECT count(*) AS kept FROM push_subscriptions")
            assert (await cursor.fetchone() or {})["kept"] == left


@pytest.mark.parametrize(
    "address", ["/desk/mentions", "/desk/mentions/unseen", "/desk/presence/leaving", "/desk/push", "/desk/held"]
)
async def test_nobody_is_told_anything_without_signing_in(play: Play, address: str) -> None:
    assert (await play(None).get(address)).status_code in (302, 303, 401)
