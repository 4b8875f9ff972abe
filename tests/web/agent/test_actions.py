"""What agents do to a conversation: replies that are never doubled, notes, assignment, snooze, resolution."""

from __future__ import annotations

from bellrock import conversations
from bellrock.conversations import Conversation
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import OUTSIDER, OWNER, TEAMMATE, Play


async def now_of(play: Play) -> Conversation:
    async with play.house.database.transaction() as tx:
        return await conversations.get(tx, viewer=scenes.SYSTEM, conversation_id=play.case)


async def test_a_reply_is_in_the_timeline_and_stops_the_wait(play: Play) -> None:
    answer = await play(OWNER).post(
        play.url("/replies"), text="It is safe.\nWe move it today.", client_key="key-00000001"
    )
    assert answer.status_code == 201
    assert "It is safe." in answer.text
    assert (await now_of(play)).status == "waiting"


async def test_the_same_reply_sent_twice_is_kept_once(play: Play) -> None:
    for _ in range(2):
        await play(OWNER).post(play.url("/replies"), text="It is safe.", client_key="key-00000001")
    assert (await play(OWNER).get(play.url("/timeline"))).text.count("It is safe.") == 1


async def test_a_second_reply_is_asked_about(play: Play) -> None:
    seen = str((await now_of(play)).last_message_id)
    await play(TEAMMATE).post(play.url("/replies"), text="I have it.", client_key="key-00000001")
    asked = await play(OWNER).post(play.url("/replies"), text="Me too.", client_key="key-00000002", seen=seen)
    assert asked.status_code == 409
    assert asked.json()["code"] == "answered_meanwhile"
    seen = str((await now_of(play)).last_message_id)
    assert (await play(OWNER).post(play.url("/replies"), text="Me too.", seen=seen)).status_code == 201


async def test_a_second_reply_without_a_script_shows_the_page_with_the_text_kept(play: Play) -> None:
    seen = str((await now_of(play)).last_message_id)
    await play(TEAMMATE).post(play.url("/replies"), text="I have it.", client_key="key-00000001")
    asked = await play(OWNER).post(play.url("/replies"), fragment=False, text="Written with care.", seen=seen)
    assert asked.status_code == 409
    assert "Written with care." in asked.text
    assert "A colleague has just replied" in asked.text


async def test_whoever_answers_first_takes_the_conversation(play: Play) -> None:
    await play(OWNER).post(play.url("/assignment"), to="queue")
    await play(TEAMMATE).post(play.url("/replies"), text="I have it.")
    assert (await now_of(play)).assignee_id == play.scene.agents[TEAMMATE].id


async def test_an_empty_or_endless_reply_is_refused(play: Play) -> None:
    assert (await play(OWNER).post(play.url("/replies"), text="  \n ")).status_code == 422
    assert (await play(OWNER).post(play.url("/replies"), text="x" * 10_001)).status_code == 413


async def test_a_secret_in_a_note_is_masked(play: Play) -> None:
    answer = await play(OWNER).post(play.url("/notes"), text="Her card is 4111 1111 1111 1111, she says.")
    assert "Her card is [card number removed], she says." in answer.text
    assert "4111 1111" not in answer.text


async def test_html_in_a_message_stays_text(play: Play) -> None:
    answer = await play(OWNER).post(play.url("/notes"), text="<script>alert(1)</script>")
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_only_a_lead_gives_to_a_colleague(play: Play) -> None:
    to = f"agent:{play.scene.agents[TEAMMATE].id}"
    assert (await play(TEAMMATE).post(play.url("/assignment"), to=to)).status_code == 403
    assert (await play(OWNER).post(play.url("/assignment"), to=to)).status_code == 204
    assert (await now_of(play)).assignee_id == play.scene.agents[TEAMMATE].id


async def test_nonsense_is_refused(play: Play) -> None:
    for resource, form in (
        ("/assignment", {"to": "agent:nobody"}),
        ("/assignment", {"to": "moon"}),
        ("/priority", {"priority": "panic"}),
        ("/snooze", {"until": "never"}),
    ):
        assert (await play(OWNER).post(play.url(resource), **form)).status_code == 422
    stranger = "agent:00000000-0000-7000-8000-000000000000"
    assert (await play(OWNER).post(play.url("/assignment"), to=stranger)).status_code == 404


async def test_another_team_gets_it_and_this_one_loses_sight(play: Play) -> None:
    to = f"team:{play.scene.security}"
    assert (
        (await play(TEAMMATE).post(play.url("/assignment"), fragment=False, to=to))
        .headers["location"]
        .startswith("/desk?")
    )
    assert (await play(TEAMMATE).get(play.url())).status_code == 404
    assert (await play(OUTSIDER).get(play.url())).status_code == 200


async def test_snooze_and_back(play: Play) -> None:
    await play(OWNER).post(play.url("/snooze"), until="tomorrow")
    assert (await now_of(play)).status == "snoozed"
    assert "Elif" in (await play(OWNER).get("/desk?view=snoozed")).text
    await play(OWNER).post(play.url("/snooze"), until="now")
    assert (await now_of(play)).status == "open"


async def test_resolve_goes_on_to_the_next_and_reopen_brings_back(play: Play) -> None:
    other = await scenes.queued(play.house, play.scene, "Somchai P.", "en", "stop it now", scenes.core.clock.now())
    answer = await play(OWNER).post(play.url("/resolution"), fragment=False, view="all")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/conversations/{other}?view=all")
    assert (await now_of(play)).status == "resolved"
    assert (await play(OWNER).post(play.url("/replies"), text="One more thing.")).status_code == 409
    await play(OWNER).post(play.url("/reopening"))
    assert (await now_of(play)).status == "open"


async def test_a_form_without_its_token_is_refused(play: Play) -> None:
    answer = await play.client.post(
        play.url("/resolution"),
        headers={"cookie": f"bellrock_agent={play.scene.tokens[OWNER]}", "accept": "text/html"},
    )
    assert answer.status_code == 403
    assert (await now_of(play)).status != "resolved"
