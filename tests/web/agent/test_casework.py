"""Labels, spam, merging, splitting, incidents, blocks, words and pictures taken out: through the pages, also for outsiders."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from bellrock import channels, conversations, guard, incidents, people
from bellrock.conversations import Conversation
from bellrock.core import new_id
from bellrock.people.customers import customer_described
from bellrock.people.tokens import Claims
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import OUTSIDER, OWNER, TEAMMATE, Play


async def now_of(play: Play, id: UUID | None = None) -> Conversation:
    async with play.house.database.transaction() as tx:
        return await conversations.get(tx, viewer=scenes.SYSTEM, conversation_id=id or play.case)


async def another(play: Play, text: str = "Second question") -> UUID:
    """Another case of the same customer, held by the owner."""
    now = scenes.core.clock.now()
    first = await now_of(play)
    async with play.house.database.transaction() as tx:
        customer = await people.customer(tx, customer_id=first.customer_id)
        opened = await conversations.open_conversation(
            tx, play.house.vault, customer=customer, channel="web", language="en", now=now
        )
        await conversations.receive(
            tx,
            play.house.vault,
            customer=customer,
            conversation_id=opened.id,
            text=guard.screen(text),
            client_key=str(new_id()),
            now=now,
        )
        mara = play.scene.agents[OWNER]
        await conversations.assign(
            tx,
            play.house.vault,
            by=mara,
            conversation_id=opened.id,
            agent_id=mara.id,
            team_id=play.scene.payments,
            now=now,
        )
    return opened.id


async def a_label(play: Play, name: str = "VIP") -> str:
    async with play.house.database.transaction() as tx:
        made = await conversations.create_label(
            tx, play.house.vault, name=name, by=play.scene.agents[OWNER].actor, now=scenes.core.clock.now()
        )
    return str(made.id)


async def last_message(play: Play) -> str:
    return str((await now_of(play)).last_customer_message_id)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), (250, 250, 250)).save(out, "PNG")
    return out.getvalue()


async def a_picture(play: Play) -> UUID:
    """A picture that the customer sent into the case."""
    first, now = await now_of(play), scenes.core.clock.now()
    async with play.house.database.transaction() as tx:
        customer = await people.customer(tx, customer_id=first.customer_id)
        kept = await channels.attach_file(
            tx, play.house.vault, play.house.files, by=customer, customer_id=customer.id,
            client_key="file-00000001", name="passport.png", data=picture(), now=now,
        )  # fmt: skip
        await conversations.receive(
            tx, play.house.vault, customer=customer, conversation_id=play.case, text=guard.screen("My passport"),
            client_key="key-passport", file_ids=[kept.id], now=now,
        )  # fmt: skip
        await channels.send_files(tx, by=customer, conversation_id=play.case, file_ids=[kept.id], now=now)
    return kept.id


async def test_a_label_is_in_the_menu_on_the_case_and_in_the_timeline(play: Play) -> None:
    label = await a_label(play)
    assert (await play(TEAMMATE).post(play.url("/labels"), label=f"add:{label}")).status_code == 204
    await scenes.number(play.house)
    page = (await play(OWNER).get(play.url())).text
    assert f"remove:{label}" in page
    assert page.count("VIP") >= 3
    assert (await play(OWNER).post(play.url("/labels"), label=f"remove:{label}")).status_code == 204
    assert (await play(OWNER).post(play.url("/labels"), label=f"add:{new_id()}")).status_code == 404
    assert (await play(OWNER).post(play.url("/labels"), label="paint:it")).status_code == 422


async def test_spam_is_closed_and_comes_back_when_it_is_none(play: Play) -> None:
    assert (await play(OWNER).post(play.url("/spam"), spam="yes")).status_code == 204
    page = (await play(OWNER).get(play.url())).text
    assert "This is among the spam" in page
    assert "write-reply" not in page
    assert (await play(OWNER).post(play.url("/spam"), spam="no")).status_code == 204
    assert (await now_of(play)).is_open
    assert (await play(OWNER).post(play.url("/spam"), spam="maybe")).status_code == 422


async def test_a_merged_case_is_read_in_the_other_and_taken_out_again(play: Play) -> None:
    other = await another(play)
    assert (await play(OWNER).post(play.url("/merge"), into=str(other))).status_code == 204
    page = (await play(OWNER).get(play.url())).text
    assert f'data-id="{other}"' in page
    assert "Is my money gone?" in page and "Second question" in page
    undone = await play(OWNER).post(f"/desk/conversations/{other}/merge/undo", part=str(play.case))
    assert undone.status_code == 204
    assert f'data-id="{play.case}"' in (await play(OWNER).get(play.url())).text


async def test_without_a_script_a_merge_leads_to_the_case_that_stays(play: Play) -> None:
    other = await another(play)
    answer = await play(OWNER).post(play.url("/merge"), fragment=False, into=str(other), view="mine")
    assert answer.status_code == 303
    assert f'data-id="{other}"' in (await play(OWNER).get(answer.headers["location"])).text


async def test_split_off_messages_are_a_case_of_their_own(play: Play) -> None:
    await scenes.say(play.house, play.scene, play.case, "And how do I close my account?", scenes.core.clock.now())
    answer = await play(OWNER).post(play.url("/split"), message=await last_message(play))
    assert answer.status_code == 201
    page = (await play(OWNER).get(answer.json()["url"])).text
    assert "close my account" in page
    assert "close my account" not in (await play(OWNER).get(play.url("/timeline"))).text
    assert (await play(OWNER).post(play.url("/split"), message=str(new_id()))).status_code == 409


async def test_a_case_says_which_incident_it_is_about(play: Play) -> None:
    async with play.house.database.transaction() as tx:
        text = incidents.Text(guard.screen("Deposits are slow"), guard.screen("We know why."))
        incident = await incidents.open_incident(
            tx, play.house.vault, texts={"en": text}, topics=["deposit_missing"],
            by=play.scene.agents[OWNER].actor, now=scenes.core.clock.now(),
        )  # fmt: skip
    assert (await play(TEAMMATE).post(play.url("/incident"), incident=str(incident))).status_code == 204
    page = (await play(OWNER).get(play.url())).text
    assert page.count("Deposits are slow") >= 2
    assert (await play(OWNER).post(play.url("/incident"), incident="")).status_code == 204
    assert (await play(OWNER).post(play.url("/incident"), incident=str(new_id()))).status_code == 404


async def test_the_cases_of_an_incident_are_counted_and_told_after_a_look(play: Play) -> None:
    async with play.house.database.transaction() as tx:
        text = incidents.Text(guard.screen("Deposits are slow"), guard.screen("We know why."))
        incident = await incidents.open_incident(
            tx, play.house.vault, texts={"en": text}, topics=["deposit_missing"],
            by=play.scene.agents[OWNER].actor, now=scenes.core.clock.now(),
        )  # fmt: skip
    page = f"/desk/incidents/{incident}"
    assert (await play(OWNER).post(f"{page}/telling", fragment=False, **{"text-en": "Fixed."})).status_code == 409
    await play(OWNER).post(play.url("/incident"), incident=str(incident))
    assert f"{page}/telling" in (await play(OWNER).get(page)).text
    look = await play(OWNER).get(f"{page}/telling")
    assert "Deposits are slow: this is resolved." in look.text
    assert (await play(OWNER).post(f"{page}/telling", fragment=False, **{"text-en": ""})).status_code == 409
    told = await play(OWNER).post(f"{page}/telling", fragment=False, **{"text-en": "Deposits work again."})
    assert told.status_code == 303
    assert "Deposits work again." in (await play(TEAMMATE).get(play.url())).text
    assert (await play(OWNER).post(f"{page}/telling", fragment=False, **{"text-en": "Twice."})).status_code == 409
    assert (await play(TEAMMATE).get(f"{page}/telling")).status_code == 403
    assert (await play(None).get(f"{page}/telling")).status_code in (303, 401)


async def test_words_taken_out_are_gone_from_the_page(play: Play) -> None:
    await scenes.say(play.house, play.scene, play.case, "I live at 12 Elm Street.", scenes.core.clock.now())
    url = play.url(f"/messages/{await last_message(play)}/redaction")
    assert (await play(TEAMMATE).post(url, span="12 Elm Street")).status_code == 403
    assert (await play(OWNER).post(url, span="not there")).status_code == 422
    assert (await play(OWNER).post(url, span="12 Elm Street")).status_code == 204
    page = (await play(TEAMMATE).get(play.url())).text
    assert "12 Elm Street" not in page
    assert "I live at █████." in page
    assert "Words taken out" in page


async def test_a_painted_picture_is_shown_in_place_of_the_original(play: Play) -> None:
    file_id = await a_picture(play)
    url = f"/desk/files/{file_id}/redaction"
    assert (await play(OUTSIDER).post(url, boxes="0,0,5000,10000")).status_code == 404
    assert (await play(TEAMMATE).post(url, boxes="0,0,5000,10000")).status_code == 403
    for boxes in ("", "1,2,3", "5,5,1,1", "a,b,c,d", "0,0,20000,1"):
        assert (await play(OWNER).post(url, boxes=boxes)).status_code == 422
    assert (await play(OWNER).post(url, boxes="0,0,5000,10000")).status_code == 204
    shown = Image.open(io.BytesIO((await play(OWNER).get(f"/desk/files/{file_id}")).content))
    assert shown.size == (40, 20)
    assert shown.getpixel((5, 10)) == (0, 0, 0)
    assert shown.getpixel((30, 10)) == (250, 250, 250)
    async with play.house.database.transaction() as tx:
        findings = [item async for item in channels.compare_rows(tx, play.house.vault) if item]
        first = await now_of(play)
        customer = await people.customer(tx, customer_id=first.customer_id)
        _kept, seen = await channels.open_attachment(
            tx, play.house.vault, play.house.files, viewer=customer, file_id=file_id
        )
    assert findings == []
    assert seen == (await play(OWNER).get(f"/desk/files/{file_id}")).content
    assert (await play(OWNER).post(url, boxes="9000,0,10000,10000")).status_code == 204


async def test_a_blocked_customer_is_told_and_let_in_again(play: Play) -> None:
    assert (await play(TEAMMATE).post(play.url("/block"), reason="abuse", period="week")).status_code == 403
    assert (await play(TEAMMATE).post(play.url("/block"), reason="abuse", period="day")).status_code == 204
    await scenes.number(play.house)
    page = (await play(OWNER).get(play.url())).text
    assert "Insults or abuse" in page
    assert "blocked the customer until" in page
    assert (await play(OWNER).post(play.url("/unblock"))).status_code == 204
    assert (await play(OWNER).post(play.url("/unblock"))).status_code == 409


async def test_joining_shows_what_happens_and_asks_why(play: Play) -> None:
    stranger = await scenes.queued(play.house, play.scene, "Elif Y.", "en", "It is me again", scenes.core.clock.now())
    reference = (await now_of(play, stranger)).reference
    page = await play(OWNER).get(play.url(f"/joining?reference={reference}"))
    assert page.status_code == 409  # two visitors: nobody vouched for either
    assert "cannot be joined" in page.text
    assert (await play(OWNER).get(play.url("/joining?reference=BR-00000000"))).status_code == 404
    assert (await play(OWNER).post(play.url("/joining"), reference=reference, reason="same")).status_code == 409
    empty = await play(OWNER).post(play.url("/joining"), reference=reference, reason="")
    assert empty.status_code in (400, 409)


async def test_a_visitor_is_joined_with_the_signed_in_customer_they_are(play: Play) -> None:
    now = scenes.core.clock.now()
    claims = Claims(external_id="u-77", name="Elif Yılmaz", email=None, locale="tr", tier=people.Tier.STANDARD)
    async with play.house.database.transaction() as tx:
        customer = await customer_described(tx, play.house.vault, claims=claims, now=now)
        opened = await conversations.open_conversation(
            tx, play.house.vault, customer=customer, channel="web", language="tr", now=now
        )
        await scenes.hand_over(tx, play.house, play.scene, opened.id, now)
    page = await play(TEAMMATE).get(play.url(f"/joining?reference={opened.reference.lower()}"))
    assert page.status_code == 200
    assert "Goes into the other" in page.text and "Signed in" in page.text
    empty = await play(TEAMMATE).post(play.url("/joining"), fragment=False, reference=opened.reference, reason=" ")
    assert empty.status_code == 422
    done = await play(TEAMMATE).post(
        play.url("/joining"), fragment=False, reference=opened.reference, reason="Same phone"
    )
    assert done.status_code == 303
    async with play.house.database.transaction() as tx:
        first = await now_of(play)
        assert await people.survivor_id(tx, customer_id=first.customer_id) == customer.id


@pytest.mark.parametrize(
    ("resource", "form"),
    [
        ("/labels", {"label": f"add:{new_id()}"}),
        ("/spam", {"spam": "yes"}),
        ("/merge", {"into": str(new_id())}),
        ("/merge/undo", {"part": str(new_id())}),
        ("/split", {"message": str(new_id())}),
        ("/incident", {"incident": ""}),
        (f"/messages/{UUID(int=7)}/redaction", {"span": "x"}),
        ("/block", {"reason": "spam", "period": "day"}),
        ("/unblock", {}),
        ("/joining", {"reference": "BR-00000000", "reason": "x"}),
        ("/reply-translation", {"text": "x", "client_key": "key-00000001"}),
    ],
)
async def test_an_outsider_changes_nothing(play: Play, resource: str, form: dict[str, str]) -> None:
    before = await now_of(play)
    assert (await play(OUTSIDER).post(play.url(resource), **form)).status_code in (404, 409)
    assert (await play(None).post(play.url(resource), **form)).status_code in (303, 401)
    assert await now_of(play) == before


async def test_an_outsider_reads_no_translation_and_no_joining(play: Play) -> None:
    url = play.url(f"/messages/{await last_message(play)}/translation")
    for path in (url, play.url("/joining")):
        assert (await play(OUTSIDER).get(path)).status_code == 404
        assert (await play(None).get(path)).status_code in (303, 401)


class Backwards:
    """A translator that answers with the words in capitals, and keeps every placeholder."""

    name = "LibreTranslate, 127.0.0.1"

    def can(self, source: str, target: str) -> bool:
        return True

    async def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        return [f"{target}: {text}" for text in texts]


async def test_without_a_translator_it_is_said(play: Play) -> None:
    case = await scenes.queued(
        play.house, play.scene, "Elif", "tr", "Param nerede benim?", scenes.core.clock.now(), topic=None
    )
    page = (await play(OWNER).get(f"/desk/conversations/{case}")).text
    assert "No translator" in page
    message = (await now_of(play, case)).last_customer_message_id
    answer = await play(OWNER).get(
        f"/desk/conversations/{case}/messages/{message}/translation", accept="application/json"
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "translator_missing"


async def test_a_reply_goes_out_translated_and_marked_with_the_original_beside_it(play: Play) -> None:
    play.house.translator = Backwards()
    case = await scenes.queued(
        play.house, play.scene, "Elif", "tr", "Param nerede, 1.250 USDT?", scenes.core.clock.now()
    )
    url, key = f"/desk/conversations/{case}", "key-00000077"
    message = (await now_of(play, case)).last_customer_message_id
    theirs = (await play(OWNER).get(f"{url}/messages/{message}/translation")).json()
    assert theirs["text"] == "en: Param nerede, 1.250 USDT?"
    asked = await play(OWNER).post(f"{url}/reply-translation", text="Your 1,250 USDT are safe.", client_key=key)
    assert asked.json()["text"] == "tr: Your 1,250 USDT are safe."
    async with play.house.database.transaction() as tx:
        await conversations.reply(
            tx, play.house.vault, by=play.scene.agents[OWNER], conversation_id=case,
            text=guard.screen(asked.json()["text"]), client_key=key, now=scenes.core.clock.now(),
        )  # fmt: skip
    page = (await play(OWNER).get(url)).text
    assert "show the original" in page
    assert "Your 1,250 USDT are safe." in page
    async with play.house.database.transaction() as tx:
        row = await now_of(play, case)
        customer = await people.customer(tx, customer_id=row.customer_id)
        seen = await conversations.timeline(tx, play.house.vault, viewer=customer, conversation_id=case)
    words: Any = seen[-1].words
    assert (words["text"], words["original"]) == ("tr: Your 1,250 USDT are safe.", "Your 1,250 USDT are safe.")
    assert seen[-1].data["translated"] == {"from": "en", "to": "tr"}
