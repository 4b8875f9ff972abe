"""The short way answers as the long way does: the same headers, the same refusals, for every page that may ask."""

from __future__ import annotations

from typing import Any

from bellrock.core import new_id
from bellrock.house import House
from tests.fixtures.serving import browser
from tests.web.widget.conftest import NewWidget, Widget


async def test_short_and_long_way_answer_with_the_same_headers(new_widget: NewWidget) -> None:
    widget = await new_widget()
    short = await widget.say("Where is my deposit?", client_key="the-first-message")
    long = await widget.say("Where is my deposit?", client_key="the-first-message")  # said before: somebody has to look
    assert (long.status_code, short.status_code) == (201, 201)
    assert {name: value for name, value in long.headers.items() if name != "content-length"} == {
        name: value for name, value in short.headers.items() if name != "content-length"
    }
    assert long.json()["message"].keys() == short.json()["message"].keys()


async def test_a_page_of_the_exchange_may_read_the_answer_and_no_other_page(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(type(house.settings), "origins", ("https://exchange.example",), raising=False)
    async with browser(house) as client:
        session = (await client.post("/widget/session", json={"locale": "en"})).json()
        widget = Widget(client, session, {"authorization": f"Bearer {session['session']}"})
        for origin in ("https://exchange.example", "https://elsewhere.example"):
            widget.headers["origin"] = origin
            key = str(new_id())
            short, long = [await widget.say("Hello?", client_key=key) for _ in range(2)]
            names = [name for name in long.headers if name.startswith("access-control-allow-or") or name == "vary"]
            assert {name: long.headers[name] for name in names} == {name: short.headers.get(name) for name in names}
            assert ("access-control-allow-origin" in short.headers) == (origin == "https://exchange.example")


async def test_a_message_that_is_too_large_or_no_message_is_refused_as_before(new_widget: NewWidget) -> None:
    widget = await new_widget()
    assert (await widget.say("Hello?")).status_code == 201
    assert (await widget.say("x" * 60_000)).status_code == 413
    assert (await widget.say("x" * 20_000)).status_code == 422
    assert (await widget.post("/messages", {"client_key": "short", "text": "x"})).status_code == 422
    assert (await widget.post("/messages", {"client_key": str(new_id()), "text": " "})).status_code in (400, 422)
    assert (await widget.say("Hello again?")).status_code == 201


async def test_who_writes_too_fast_is_told_when_to_go_on(new_widget: NewWidget) -> None:
    widget = await new_widget()
    for number in range(200):  # points come back meanwhile, the more the slower this machine is
        refused = await widget.say(f"Hello? {number}")
        if refused.status_code == 429:
            break
        assert refused.status_code == 201
    assert refused.status_code == 429 and number >= 20
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["code"]
