"""Every address of the console, asked by its owner, a teammate, an outsider, an administrator and nobody."""

from __future__ import annotations

import pytest

from bellrock import guard, people
from bellrock.core import SYSTEM, clock
from tests.web.agent.conftest import ADMIN, FRAGMENT, OUTSIDER, OWNER, TEAMMATE, Play

READS = ["", "/row?view=all", "/timeline"]
WRITES = [
    ("/replies", {"text": "We have it in front of us."}),
    ("/notes", {"text": "Third one today."}),
    ("/assignment", {"to": "queue"}),
    ("/priority", {"priority": "high"}),
    ("/snooze", {"until": "hour"}),
    ("/resolution", {}),
    ("/reopening", {}),
]
SECRETS = ("Elif", "Is my money gone", "1,250 USDT")


@pytest.mark.parametrize("resource", READS)
@pytest.mark.parametrize("name", [OWNER, TEAMMATE])
async def test_the_team_reads_its_conversation(play: Play, resource: str, name: str) -> None:
    answer = await play(name).get(play.url(resource))
    assert answer.status_code == 200
    assert "Elif" in answer.text or "Is my money gone?" in answer.text


@pytest.mark.parametrize("resource", READS)
async def test_another_team_finds_nothing(play: Play, resource: str) -> None:
    for headers in ({}, FRAGMENT):
        answer = await play(OUTSIDER).get(play.url(resource), **headers)
        assert answer.status_code == 404
        assert not any(secret in answer.text for secret in SECRETS)


@pytest.mark.parametrize(("resource", "form"), WRITES)
async def test_another_team_changes_nothing(play: Play, resource: str, form: dict[str, str]) -> None:
    before = (await play(OWNER).get(play.url("/timeline"))).text.count('class="entry')
    assert (await play(OUTSIDER).post(play.url(resource), **form)).status_code == 404
    assert (await play(OWNER).get(play.url("/timeline"))).text.count('class="entry') == before


@pytest.mark.parametrize(("resource", "form"), WRITES)
async def test_a_teammate_may_act(play: Play, resource: str, form: dict[str, str]) -> None:
    assert (await play(TEAMMATE).post(play.url(resource), **form)).status_code in (201, 204)


@pytest.mark.parametrize(("resource", "form"), WRITES)
async def test_who_reads_no_conversations_changes_none(play: Play, resource: str, form: dict[str, str]) -> None:
    assert (await play(ADMIN).post(play.url(resource), **form)).status_code == 403


@pytest.mark.parametrize("url", ["/desk/counts", "/desk/find?q=nobody"])
async def test_who_reads_no_conversations_gets_no_list(play: Play, url: str) -> None:
    answer = await play(ADMIN).get(url)
    assert answer.status_code == 403
    assert not any(secret in answer.text for secret in SECRETS)


async def test_who_reads_no_conversations_is_led_to_their_own_place(play: Play) -> None:
    answer = await play(ADMIN).get("/desk")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/articles")
    assert (await play(ADMIN).get("/desk", **FRAGMENT)).status_code == 403


@pytest.mark.parametrize("url", ["/desk", "/desk?view=all", "/desk?view=unassigned"])
async def test_another_team_does_not_list_it(play: Play, url: str) -> None:
    answer = await play(OUTSIDER).get(url)
    assert answer.status_code == 200
    assert not any(secret in answer.text for secret in SECRETS)


async def test_another_teams_view_does_not_exist(play: Play) -> None:
    assert (await play(OUTSIDER).get(f"/desk?view=team:{play.scene.payments}")).status_code == 404
    assert (await play(OWNER).get(f"/desk?view=team:{play.scene.payments}")).status_code == 200


async def test_whoever_is_not_signed_in_is_sent_to_sign_in(play: Play) -> None:
    for url in ("/desk", play.url()):
        answer = await play(None).get(url)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/desk/sign-in")
    for resource in ("/row", "/timeline"):
        answer = await play(None).get(play.url(resource), **FRAGMENT)
        assert answer.status_code == 401
        assert not any(secret in answer.text for secret in SECRETS)


@pytest.mark.parametrize(("resource", "form"), WRITES)
async def test_whoever_is_not_signed_in_changes_nothing(play: Play, resource: str, form: dict[str, str]) -> None:
    assert (await play(None).post(play.url(resource), **form)).status_code == 401


@pytest.mark.parametrize(("name", "status"), [(OWNER, 204), (TEAMMATE, 204), (OUTSIDER, 404), (None, 401)])
async def test_presence_and_drafts_are_for_the_team(play: Play, name: str | None, status: int) -> None:
    told = await play(name).send("POST", play.url("/presence"), {"type": "viewing"})
    kept = await play(name).send("PUT", play.url("/draft"), {"kind": "reply", "text": "Dear"})
    assert (told.status_code, kept.status_code) == (status, status)


async def test_a_draft_is_seen_by_its_author_alone(play: Play) -> None:
    await play(OWNER).send("PUT", play.url("/draft"), {"kind": "note", "text": "half a thought"})
    assert "half a thought" in (await play(OWNER).get(play.url())).text
    assert "half a thought" not in (await play(TEAMMATE).get(play.url())).text


async def test_a_reference_is_found_by_the_team_alone(play: Play) -> None:
    page = (await play(OWNER).get(play.url())).text
    reference = page.split('data-ref="')[1].split('"')[0]
    assert reference in (await play(TEAMMATE).get(f"/desk/find?q={reference}")).text
    offered = (await play(OUTSIDER).get(f"/desk/find?q={reference}")).json()
    assert [entry["group"] for entry in offered] == ["search"], "only to look for the words they typed"


async def test_a_file_is_read_by_the_team_alone(play: Play) -> None:
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003870180"
        "5f8b1b3c0000000049454e44ae426082"
    )
    sent = await play(OWNER).post(
        play.url("/replies"), files={"files": ("proof.png", picture, "image/png")}, text="See the picture."
    )
    assert sent.status_code == 201
    url = sent.text.split('href="/desk/files/')[1].split('"')[0]
    answer = await play(TEAMMATE).get(f"/desk/files/{url}")
    assert (answer.status_code, answer.content) == (200, picture)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    for name, status in ((OUTSIDER, 404), (ADMIN, 403)):
        assert (await play(name).get(f"/desk/files/{url}")).status_code == status


async def test_whoever_may_only_read_opens_a_case_and_writes_nothing(play: Play) -> None:
    async with play.house.database.transaction() as tx:
        role = await people.make_role(
            tx,
            play.house.vault,
            name=guard.screen("Watcher"),
            about=None,
            grants={people.Permission.CONVERSATIONS_VIEW: people.Scope.TEAM},
            by=SYSTEM,
            now=clock.now(),
        )
        await tx.execute("UPDATE agents SET roles = %s WHERE name = %s", ([role], TEAMMATE))
    page = await play(TEAMMATE).get(play.url())
    assert page.status_code == 200 and "Is my money gone?" in page.text
    assert 'id="write-reply"' not in page.text
    assert (await play(TEAMMATE).post(play.url("/replies"), text="Yes")).status_code == 403
