"""The inbox over HTTP: filters as addresses, views that are kept, several at once, search; each for the team alone."""

from __future__ import annotations

import re
from typing import Any

from tests.web.agent import scene as scenes
from tests.web.agent.conftest import ADMIN, FRAGMENT, OUTSIDER, OWNER, TEAMMATE, Play

SECRETS = ("Elif", "Is my money gone")


def _ids(text: str) -> list[str]:
    return re.findall(r'id="row-([0-9a-f-]{36})"', text)


async def test_filters_are_part_of_the_address_and_of_every_link(play: Play) -> None:
    page = (await play(OWNER).get("/desk?view=all~priority:normal~language:en")).text
    assert _ids(page) == [str(play.case)]
    assert f'href="/desk/conversations/{play.case}?view=all~priority:normal~language:en"' in page
    assert 'href="/desk?view=all~priority:normal"' in page  # a chip takes its filter away
    other = (await play(OWNER).get("/desk?view=all~language:tr")).text
    assert _ids(other) == []
    assert "Nothing fits these filters" in other
    row = await play(OWNER).get(play.url("/row?view=all~language:tr"))
    assert row.status_code == 204


async def test_a_form_of_filters_leads_to_the_list(play: Play) -> None:
    form = (await play(OWNER).get("/desk/filters?view=all", **FRAGMENT)).text
    assert 'name="topic"' in form and 'value="deposit_wrong_network"' in form
    answer = await play(OWNER).get(
        "/desk/selection?view=all&priority=high&priority=normal&topic=deposit_wrong_network&language=&sort=waiting"
    )
    assert answer.headers["location"] == "/desk?view=all~priority:high,normal~topic:deposit_wrong_network~sort:waiting"
    assert _ids((await play(OWNER).get(answer.headers["location"])).text) == [str(play.case)]
    assert (await play(OWNER).get("/desk/selection?view=all&status=gone")).status_code == 422


async def test_a_strange_view_does_not_exist(play: Play) -> None:
    for key in ("nothing", "all~x:y", "saved:1", "all~language:", "team:1", "all~status:gone"):
        assert (await play(OWNER).get(f"/desk?view={key}")).status_code == 404, key


async def test_a_view_is_kept_shared_and_removed(play: Play) -> None:
    kept = await play(OWNER).post(
        "/desk/saved-views", fragment=False, view="all~language:en", name="English <b>", share=str(play.scene.payments)
    )
    url = kept.headers["location"]
    page = (await play(OWNER).get(url)).text
    assert _ids(page) == [str(play.case)]
    assert "English &lt;b&gt;" in page
    assert (await play(TEAMMATE).get(url)).status_code == 200
    assert (await play(OUTSIDER).get(url)).status_code == 404
    removal = url.replace("/desk?view=saved:", "/desk/saved-views/") + "/removal"
    assert (await play(TEAMMATE).post(removal)).status_code == 403
    assert (await play(OUTSIDER).post(removal)).status_code == 404
    assert (await play(OWNER).post(removal)).headers["location"] == "/desk?view=all~language:en"
    assert (await play(OWNER).get(url)).status_code == 404
    assert (await play(OWNER).post("/desk/saved-views", view="all", name=" ")).status_code == 422
    assert (await play(TEAMMATE).post("/desk/saved-views", view="all", name="X", share="all")).status_code == 403


async def test_several_are_changed_after_a_preview_and_taken_back(play: Play) -> None:
    other = await scenes.queued(
        play.house, play.scene, "Omar", "en", "hello", scenes.core.clock.now(), team=play.scene.security
    )
    form: dict[str, Any] = {"ids": f"{play.case},{other}", "action": "priority", "value": "urgent", "view": "all"}
    shown = await play(TEAMMATE).post("/desk/bulk/preview", **form)
    assert "1 will change" in shown.text and "Elif" in shown.text and "You may not see it" in shown.text
    done = (await play(TEAMMATE).post("/desk/bulk", **form)).json()
    assert done["text"] == "1 conversation changed, 1 left as it was"
    assert _ids((await play(TEAMMATE).get("/desk?view=all~priority:urgent")).text) == [str(play.case)]
    undoing = f"/desk/bulk/{done['bulk']}/undoing"
    assert (await play(OWNER).post(undoing)).status_code == 404
    assert (await play(TEAMMATE).post(undoing)).json() == {"text": "1 conversation changed"}
    assert _ids((await play(TEAMMATE).get("/desk?view=all~priority:urgent")).text) == []
    assert (await play(TEAMMATE).post(undoing)).status_code == 404


async def test_every_action_offers_its_values(play: Play) -> None:
    for action in ("assign", "team", "priority", "topic", "label", "snooze"):
        answer = await play(OWNER).get(f"/desk/bulk/{action}", **FRAGMENT)
        assert answer.status_code == 200
        assert "Preview" in answer.text or action == "label"


_STRANGE: list[tuple[dict[str, str], int]] = [
    ({"action": "explode"}, 404),
    ({"action": "priority", "value": "huge"}, 404),
    ({"action": "assign", "value": "11111111-1111-4111-8111-111111111111"}, 404),
    ({"action": "snooze", "value": "never"}, 422),
    ({"action": "resolve", "ids": ""}, 422),
    ({"action": "resolve", "ids": "x"}, 422),
    ({"action": "resolve", "ids": ",".join(["11111111-1111-4111-8111-111111111111"] * 101)}, 422),
]


async def test_strange_bulk_forms_are_refused(play: Play) -> None:
    for form, status in _STRANGE:
        for url in ("/desk/bulk/preview", "/desk/bulk"):
            answer = await play(OWNER).post(url, **{"ids": str(play.case), **form})
            assert answer.status_code == status, form


async def test_an_outsider_learns_nothing_by_a_preview(play: Play) -> None:
    shown = await play(OUTSIDER).post("/desk/bulk/preview", ids=str(play.case), action="resolve")
    assert not any(secret in shown.text for secret in SECRETS)
    done = (await play(OUTSIDER).post("/desk/bulk", ids=str(play.case), action="resolve")).json()
    assert done["bulk"] is None
    assert _ids((await play(OWNER).get("/desk?view=mine")).text) == [str(play.case)]


async def test_search_finds_words_for_the_team_alone(play: Play) -> None:
    for url in (
        "/desk/search?q=money",
        "/desk/search?q=money&view=mine&within=true",
        "/desk/search?q=someone@posta.example",
    ):
        page = (await play(OWNER).get(url)).text
        assert f"/desk/conversations/{play.case}?view=" in page, url
        nothing = (await play(OUTSIDER).get(url)).text
        assert not any(secret in nothing for secret in SECRETS), url
    assert "<mark>money</mark>" in (await play(TEAMMATE).get("/desk/search?q=MONEY", **FRAGMENT)).text
    assert "Nothing found" in (await play(OWNER).get("/desk/search?q=nowhere")).text
    assert "Search what you may read" in (await play(OWNER).get("/desk/search")).text


async def test_what_a_list_and_a_search_show_is_written_down(play: Play) -> None:
    async with play.house.database.transaction() as tx:
        await tx.execute("DELETE FROM recent_looks")
        await tx.execute("DELETE FROM journal_inbox WHERE log = 'access'")
    await play(OWNER).get("/desk?view=all")
    await play(OWNER).get("/desk?view=all")
    await play(TEAMMATE).get("/desk/search?q=money")
    async with play.house.database.transaction() as tx:
        cursor = await tx.execute("SELECT actor_id, data FROM journal_inbox WHERE log = 'access' ORDER BY position")
        rows = await cursor.fetchall()
    agents = play.scene.agents
    assert [(row["actor_id"], row["data"]["what"], row["data"]["conversations"]) for row in rows] == [
        (agents[OWNER].id, "list", [str(play.case)]),
        (agents[TEAMMATE].id, "search", [str(play.case)]),
    ]


async def test_counts_are_the_readers_own(play: Play) -> None:
    mine = (await play(OWNER).get("/desk/counts")).json()
    assert (mine["mine"], mine["unassigned"], mine[f"team:{play.scene.payments}"]) == ("1", "", "1")
    theirs = (await play(OUTSIDER).get("/desk/counts")).json()
    assert set(theirs.values()) == {""}
    assert f"team:{play.scene.payments}" not in theirs


async def test_who_reads_no_conversations_gets_none_of_it(play: Play) -> None:
    for url in (
        "/desk/counts",
        "/desk/commands",
        "/desk/search?q=money",
        "/desk/filters?view=all",
        "/desk/selection?view=all",
        "/desk/bulk/assign",
    ):
        assert (await play(ADMIN).get(url, **FRAGMENT)).status_code == 403, url
        assert (await play(None).get(url, **FRAGMENT)).status_code == 401, url


async def test_a_page_is_small(play: Play) -> None:
    for number in range(31):
        await scenes.queued(
            play.house, play.scene, f"Somchai Phromphan {number}", "en", "I did not make this withdrawal! " * 6,
            scenes.core.clock.now(), topic="account_hacked",
        )  # fmt: skip
    page = await play(OWNER).get("/desk?view=all")
    assert len(_ids(page.text)) == 25
    assert len(page.content) <= 60 * 1024
