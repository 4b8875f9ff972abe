"""What a widget asks for, by its owner and by strangers."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bellrock import conversations, guard
from bellrock.core import FIRST_LINE, clock, new_id
from bellrock.house import House
from bellrock.web.widget.demo import CUSTOMERS, demo_keys, demo_token
from tests.channels.test_attachments import PNG
from tests.web.widget.conftest import NewWidget, Widget


async def thread(widget: Widget, cursor: str | None = None) -> dict[str, Any]:
    answer = await widget.get("/thread" + (f"?cursor={cursor}" if cursor else ""))
    assert answer.status_code == 200
    page: dict[str, Any] = answer.json()
    return page


async def test_a_visitor_writes_and_finds_the_thread_again(new_widget: NewWidget) -> None:
    widget = await new_widget()
    sent = await widget.say("Where is my deposit?")
    assert sent.status_code == 201
    message = sent.json()["message"]
    assert message["author"] == {"kind": "visitor", "name": None}
    again = await new_widget(visitor=widget.session["visitor"])
    page = await thread(again)
    assert [frame["message"]["id"] for frame in page["frames"]] == [message["id"]]
    assert page["frames"][0]["message"]["client_key"] == message["client_key"]


async def test_a_customer_finds_the_thread_on_another_device(new_widget: NewWidget) -> None:
    phone, laptop = await new_widget("elif"), await new_widget("elif")
    assert phone.session["customer"] == {"kind": "customer", "name": "Elif", "has_mail": True}
    await phone.say("Where is my deposit?")
    page = await thread(laptop)
    assert [frame["message"]["text"] for frame in page["frames"]] == ["Where is my deposit?"]


@pytest.mark.parametrize(
    ("who", "called"), [("minhanh", "Nguyễn Minh Anh"), ("hina", "佐藤陽菜"), ("lucia", "Lucía"), ("timur", "Тимур")]
)
async def test_nobody_is_greeted_by_the_name_of_their_family(new_widget: NewWidget, who: str, called: str) -> None:
    assert (await new_widget(who)).session["customer"]["name"] == called


async def test_a_visitor_who_signs_in_is_that_customer_from_then_on(
    client: Any, house: House, new_widget: NewWidget
) -> None:
    visitor = await new_widget()
    await visitor.say("Where is my deposit?")
    token = demo_token(house, CUSTOMERS["elif"], now=clock.now())
    secret = visitor.session["visitor"]
    for _ in range(2):  # a second time changes nothing
        answer = await client.post("/widget/session", json={"token": token, "visitor": secret, "locale": "en"})
        assert answer.status_code == 201
        assert answer.json()["visitor"] is None
    assert (await client.post("/widget/session", json={"visitor": secret, "locale": "en"})).status_code == 401
    assert (await visitor.get("/thread")).status_code == 401


async def test_a_replayed_message_is_kept_once_and_answered_alike(new_widget: NewWidget) -> None:
    widget = await new_widget()
    body = {"client_key": str(new_id()), "text": "Where is my deposit?"}
    first, again = await widget.post("/messages", body), await widget.post("/messages", body)
    assert first.json()["message"]["id"] == again.json()["message"]["id"]
    assert again.json()["message"]["text"] == "Where is my deposit?"
    assert len((await thread(widget))["frames"]) == 1


async def test_nobody_reads_what_another_wrote(new_widget: NewWidget) -> None:
    owner, stranger = await new_widget("elif"), await new_widget("noura")
    upload = (await owner.upload("proof.png", PNG)).json()["file"]
    sent = (await owner.say("Where is my deposit?", files=[upload["id"]])).json()["message"]
    page = await thread(stranger, cursor=sent["id"])
    assert page["frames"] == []
    assert (await stranger.get(f"/files/{upload['id']}")).status_code == 404
    assert (await stranger.post("/feedback", {"message_id": sent["id"], "helped": True})).status_code == 404
    taken = await stranger.say("mine now", files=[upload["id"]])
    assert taken.status_code == 422


ADDRESSES = [
    ("GET", "/widget/thread"),
    ("POST", "/widget/messages"),
    ("POST", "/widget/typing"),
    ("POST", "/widget/seen"),
    ("POST", "/widget/person"),
    ("POST", "/widget/feedback"),
    ("GET", f"/widget/files/{new_id()}"),
    ("GET", "/widget/events"),
]


async def test_an_outsider_gets_nothing(client: Any) -> None:
    for bearer in ("", "Bearer ", "Bearer x", "Bearer " + "x" * 5_000, "Basic eA=="):
        for method, path in ADDRESSES:
            body = {"message_id": str(new_id()), "helped": True} if path.endswith("feedback") else {}
            answer = await client.request(
                method,
                path,
                headers={"authorization": bearer} if bearer else {},
                json=body if method == "POST" else None,
            )
            assert answer.status_code == 401, (method, path, bearer[:10])
            assert answer.json()["code"] == "not_signed_in"


async def test_a_file_needs_a_session(client: Any) -> None:
    form = {"client_key": str(new_id())}
    answer = await client.post("/widget/files", data=form, files={"file": ("proof.png", PNG)})
    assert answer.status_code == 401


def forged(house: House) -> dict[str, str]:
    """Return tokens that must open nothing, by what is wrong with them."""
    now = clock.now()
    claims = {"sub": "NW-1", "aud": "bellrock", "iat": int(now.timestamp()), "exp": int(now.timestamp()) + 600}
    key = demo_keys(house)["demo"].key
    assert isinstance(key, bytes)
    good = jwt.encode(claims, key, algorithm="HS256", headers={"kid": "demo"})
    head, body, seal = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"demo"}').rstrip(b"=").decode()
    return {
        "expired": demo_token(house, CUSTOMERS["elif"], now=now - timedelta(hours=1)),
        "not yet valid": demo_token(house, CUSTOMERS["elif"], now=now + timedelta(hours=1)),
        "another key": jwt.encode(claims, b"x" * 32, algorithm="HS256", headers={"kid": "demo"}),
        "unknown key id": jwt.encode(claims, key, algorithm="HS256", headers={"kid": "other"}),
        "another audience": jwt.encode(claims | {"aud": "else"}, key, algorithm="HS256", headers={"kid": "demo"}),
        "no algorithm": f"{none}.{body}.",
        "changed": f"{head}.{body[:-4]}AAAA.{seal}",
        "no token": "hello",
        "too long": "x" * 10_000,
    }


async def test_a_forged_or_expired_token_opens_nothing(client: Any, house: House) -> None:
    for why, token in forged(house).items():
        answer = await client.post("/widget/session", json={"token": token, "locale": "en"})
        assert answer.status_code == 401, why
        assert token not in answer.text, why


async def test_an_unknown_secret_of_a_visitor_opens_nothing(client: Any) -> None:
    assert (await client.post("/widget/session", json={"visitor": "unknown", "locale": "en"})).status_code == 401


async def test_says_what_is_wrong_with_a_message(new_widget: NewWidget) -> None:
    widget = await new_widget()
    for body, status in (
        (b"", 422),
        (b"{", 422),
        (b'{"client_key":"key-00000001","text":""}', 422),
        (b'{"client_key":"key-00000001","text":"' + b"x" * 8_001 + b'"}', 422),
        (b'{"client_key":"key-00000001","text":"' + b"x" * 1_000_000 + b'"}', 413),
    ):
        answer = await widget.client.post(
            "/widget/messages", content=body, headers={**widget.headers, "content-type": "application/json"}
        )
        assert answer.status_code == status, body[:50]
    assert (await thread(widget))["frames"] == []


async def test_masks_a_recovery_phrase_and_says_so(new_widget: NewWidget) -> None:
    widget = await new_widget()
    phrase = "abandon " * 11 + "about"
    message = (await widget.say(f"my words: {phrase}")).json()["message"]
    assert "abandon" not in message["text"]
    assert message["extras"] == {"notice": "seed"}
    assert "abandon" not in (await widget.get("/thread")).text


async def test_html_and_bidi_signs_are_words_like_others(new_widget: NewWidget) -> None:
    widget = await new_widget()
    text = "<script>alert(1)</script> \u202e&amp;"
    message = (await widget.say(text)).json()["message"]
    assert message["text"] == "<script>alert(1)</script> &amp;"


async def test_a_file_is_a_download_and_never_a_page(new_widget: NewWidget) -> None:
    widget = await new_widget()
    upload = await widget.upload("الإيصال 1.png", PNG)
    assert upload.status_code == 201
    file = upload.json()["file"]
    assert (file["name"], file["type"], file["size"]) == ("الإيصال 1.png", "image/png", len(PNG))
    await widget.say("", files=[file["id"]])
    answer = await widget.get(f"/files/{file['id']}")
    assert answer.content == PNG
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    message = (await thread(widget))["frames"][0]["message"]
    assert message["files"] == [file]


async def test_refuses_a_file_and_says_why(new_widget: NewWidget) -> None:
    widget = await new_widget()
    for name, data, status in (
        ("empty.png", b"", 422),
        ("page.png", b"<html><script>alert(1)</script></html>", 422),
        ("two-faced.png", PNG + b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18, 422),
        ("large.txt", b"x" * 20_000_001, 413),
    ):
        answer = await widget.upload(name, data)
        assert answer.status_code == status, name
        assert answer.json()["detail"]


async def test_the_same_upload_is_one_file(new_widget: NewWidget) -> None:
    widget = await new_widget()
    key = str(new_id())
    first, again = [await widget.upload("proof.png", PNG, client_key=key) for _ in range(2)]
    assert first.json() == again.json()


@pytest.mark.usefixtures("staffed")
async def test_a_person_is_one_tap_away_and_asking_twice_is_asking_once(new_widget: NewWidget) -> None:
    widget = await new_widget()
    await widget.say("Where is my deposit?")
    first, again = await widget.post("/person"), await widget.post("/person")
    assert first.status_code == again.status_code == 200
    assert first.json()["queue"]["state"] == "waiting"
    assert again.json()["queue"]["place"] == first.json()["queue"]["place"] == 1


@pytest.mark.usefixtures("staffed")
async def test_a_person_can_be_asked_for_before_a_word_is_written(new_widget: NewWidget) -> None:
    widget = await new_widget()
    assert (await widget.post("/person")).json()["queue"]["state"] == "waiting"


async def test_an_answer_counts_as_unread_until_it_was_seen(new_widget: NewWidget, house: House) -> None:
    widget = await new_widget()
    await widget.say("Where is my deposit?")
    async with house.database.transaction() as tx:
        row = await (await tx.execute("SELECT id FROM conversations")).fetchone()
        assert row is not None
        await conversations.reply(
            tx,
            house.vault,
            by=FIRST_LINE,
            conversation_id=row["id"],
            text=guard.screen("It is safe."),
            now=clock.now(),
            extras={"ask": "helped", "topic": "deposit_not_credited"},
        )
    page = await thread(widget)
    assert page["unread"] == 1
    answer = page["frames"][1]["message"]
    assert (answer["author"]["kind"], answer["extras"]) == ("first_line", {"ask": "helped"})
    assert page["seen_at"] == answer["at"]
    assert (await widget.post("/seen", {"message_id": answer["id"]})).status_code == 204
    assert (await thread(widget))["unread"] == 0


async def test_is_not_drowned_by_one_customer(new_widget: NewWidget) -> None:
    loud, calm = await new_widget(), await new_widget()
    statuses = [(await loud.say(f"message {number}")).status_code for number in range(30)]
    assert statuses[0] == 201
    assert statuses[-1] == 429
    assert (await calm.say("hello")).status_code == 201
