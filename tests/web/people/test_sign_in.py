"""The way in, as a browser walks it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp

from bellrock import people
from bellrock.core import Actor, clock, i18n
from bellrock.house import House
from tests.web.people.conftest import PASSWORD, Browser, Staff

OMAR = {"email": "omar@northwick.example", "password": PASSWORD}


async def enrol(browser: Browser) -> tuple[str, list[str]]:
    page = await browser.get("/desk/sign-in/authenticator")
    assert page.status_code == 200 and "<svg" in page.text
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None
    secret = found.group(1).replace(" ", "")
    done = await browser.post(
        "/desk/sign-in/authenticator",
        {"code": pyotp.TOTP(secret).at(clock.now() - timedelta(seconds=30))},
        page="/desk/sign-in/authenticator",
    )
    assert done.status_code == 200
    return secret, re.findall(r"<li><code>([a-z0-9-]+)</code>", done.text)


async def test_password_authenticator_desk(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        first = await browser.post("/desk/sign-in", OMAR)
        assert first.headers["location"] == "/desk/sign-in/authenticator"
        half = browser.client.cookies["bellrock_agent"]
        secret, codes = await enrol(browser)
        assert len(codes) == 10
        assert browser.client.cookies["bellrock_agent"] != half
        assert (await browser.get("/desk/account")).status_code == 200

        out = await browser.post("/desk/sign-out", {}, page="/desk/account")
        assert out.headers["location"] == "/desk/sign-in"
        assert (await browser.get("/desk/account")).status_code == 303

        again = await browser.post("/desk/sign-in", {**OMAR, "next": "/desk/account?x=1"})
        assert again.headers["location"] == "/desk/sign-in/code?next=/desk/account%3Fx%3D1"
        wrong = await browser.post("/desk/sign-in/code", {"code": "abcde-fghij"}, page="/desk/sign-in/code")
        assert wrong.status_code == 401 and "does not work" in wrong.text
        done = await browser.post(
            "/desk/sign-in/code",
            {"code": pyotp.TOTP(secret).at(clock.now()), "next": "/desk/account?x=1"},
            page="/desk/sign-in/code",
        )
        assert (done.status_code, done.headers["location"]) == (303, "/desk/account?x=1")
        cookie = done.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
        # The set-up page is closed to whoever has an authenticator.
        assert (await browser.get("/desk/sign-in/authenticator")).status_code == 303


async def test_a_replayed_code_stays_outside(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        await browser.post("/desk/sign-in", OMAR)
        secret, _ = await enrol(browser)
        await browser.post("/desk/sign-out", {}, page="/desk/account")
        used = pyotp.TOTP(secret).at(clock.now())
        await browser.post("/desk/sign-in", OMAR)
        first = await browser.post("/desk/sign-in/code", {"code": used}, page="/desk/sign-in/code")
        assert first.status_code == 303
        await browser.post("/desk/sign-out", {}, page="/desk/account")
        await browser.post("/desk/sign-in", OMAR)
        second = await browser.post("/desk/sign-in/code", {"code": used}, page="/desk/sign-in/code")
        assert second.status_code == 401


def without_noise(text: str, *emails: str) -> str:
    for email in emails:
        text = text.replace(email, "")
    return re.sub(r"[0-9a-f]{64,}", "", text)


async def test_an_unknown_email_gets_the_same_page(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        known = await browser.post("/desk/sign-in", {**OMAR, "password": "wrong"})
        unknown = await browser.post("/desk/sign-in", {**OMAR, "email": "nobody@northwick.example"})
        assert known.status_code == unknown.status_code == 401
        emails = ("omar@northwick.example", "nobody@northwick.example")
        assert without_noise(known.text, *emails) == without_noise(unknown.text, *emails)
        assert known.headers.get("set-cookie", "").count("bellrock_agent") == 0


async def test_many_failures_make_everybody_wait(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        for email in ("omar@northwick.example", "nobody@northwick.example"):
            for _ in range(5):
                await browser.post("/desk/sign-in", {"email": email, "password": "wrong"})
            answer = await browser.post("/desk/sign-in", {"email": email, "password": PASSWORD})
            assert answer.status_code == 429 and "Too many attempts" in answer.text


async def test_signs_in_to_the_demo_from_a_list(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        assert "Omar" in (await browser.get("/desk/sign-in")).text
        done = await browser.post("/desk/sign-in/demo", {"agent": str(staff.agent)})
        assert done.headers["location"] == "/desk"
        assert "Omar" in (await browser.get("/desk/account")).text
        for wrong in ("", "nobody", "00000000-0000-0000-0000-000000000000"):
            assert (await browser.post("/desk/sign-in/demo", {"agent": wrong}, page="/desk/account")).status_code == 404


async def test_newer_colleagues_do_not_push_the_demos_own_off_the_list(
    browser_of: Any, staff: Staff, house: House
) -> None:
    async with house.database.transaction() as tx:
        for number in range(25):
            agent_id, _ = await people.invite_agent(
                tx,
                house.vault,
                name=f"Aaron {number}",
                email=f"aaron{number}@northwick.example",
                roles=[people.Role.AGENT],
                team_ids=[],
                languages=["en"],
                by=Actor("system"),
                now=clock.now(),
            )
            await tx.execute("UPDATE agents SET status = 'active', password_hash = 'x' WHERE id = %s", (agent_id,))
    async with browser_of(None) as browser:
        page = await browser.get("/desk/sign-in")
        assert str(staff.agent) in page.text
        assert page.text.count("Aaron") < 25


async def test_there_is_no_list_without_the_demo(browser_of: Any, staff: Staff, house: House) -> None:
    object.__setattr__(house.settings, "demo", False)
    async with browser_of(None) as browser:
        assert "Omar" not in (await browser.get("/desk/sign-in")).text
        answer = await browser.post("/desk/sign-in/demo", {"agent": str(staff.agent)})
        assert answer.status_code == 404 and "bellrock_agent" not in answer.headers.get("set-cookie", "")


async def test_names_with_markup_are_shown_as_text(browser_of: Any, staff: Staff, house: House) -> None:
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE agents SET name = '<script>alert(1)</script>' WHERE id = %s", (staff.agent,))
    for agent_id, path in ((None, "/desk/sign-in"), (staff.agent, "/desk/account"), (staff.admin, "/desk/people")):
        async with browser_of(agent_id) as browser:
            text = (await browser.get(path)).text
            assert "<script>alert" not in text and "&lt;script&gt;" in text


async def test_an_invitation_is_accepted_once(browser_of: Any, staff: Staff, house: House, tmp_path: Path) -> None:
    async with browser_of(staff.admin) as browser:
        answer = await browser.post(
            "/desk/people",
            {"name": "Lin Yue", "email": "lin@northwick.example", "roles": ["agent"], "languages": ["zh-Hans", "en"]},
            page="/desk/people/new",
        )
        found = re.search(r"/desk/join/([\w-]+)</code>", answer.text)
        assert found is not None
        letters = list((tmp_path / "data" / "outbox").glob("*.eml"))
        assert len(letters) == 1 and found.group(1).encode() in letters[0].read_bytes().replace(b"=\r\n", b"")
    join = f"/desk/join/{found.group(1)}"
    async with browser_of(None) as browser:
        page = await browser.get(join)
        assert page.status_code == 200 and "Lin Yue" in page.text
        weak = await browser.post(join, {"password": "password1234"}, page=join)
        assert weak.status_code == 422 and "12 characters" in weak.text
        done = await browser.post(join, {"password": "harbour light in thin fog"}, page=join)
        assert done.headers["location"] == "/desk/sign-in/authenticator"
        await enrol(browser)
        assert (await browser.get("/desk/account")).status_code == 200
        assert (await browser.get(join)).status_code == 410
        assert (await browser.get(join.replace("join", "reset"))).status_code == 410


async def test_a_reset_is_mailed_to_who_exists_and_said_to_all(browser_of: Any, staff: Staff, tmp_path: Path) -> None:
    outbox = tmp_path / "data" / "outbox"
    async with browser_of(None) as browser:
        unknown = await browser.post("/desk/reset", {"email": "nobody@northwick.example"}, page="/desk/reset")
        assert not outbox.exists()
        known = await browser.post("/desk/reset", {"email": "Omar@northwick.example"}, page="/desk/reset")
        assert without_noise(known.text) == without_noise(unknown.text)
        [letter] = outbox.glob("*.eml")
        text = letter.read_bytes().replace(b"=\r\n", b"").decode()
        found = re.search(r"/desk/reset/([\w-]+)", text)
        assert found is not None and letter.stat().st_mode & 0o077 == 0
        page = f"/desk/reset/{found.group(1)}"
        done = await browser.post(page, {"password": "another quiet harbour"}, page=page)
        assert done.headers["location"] == "/desk/sign-in"
        assert "bellrock_agent" not in done.headers.get("set-cookie", "")
        assert (await browser.post("/desk/sign-in", OMAR)).status_code == 401
        assert (await browser.get(page)).status_code == 410


async def test_my_sessions_are_mine(browser_of: Any, staff: Staff, house: House) -> None:
    async with browser_of(staff.admin) as browser:
        assert (await browser.get("/desk/account")).status_code == 200
    async with house.database.transaction() as tx:
        [theirs] = await people.my_sessions(tx, agent_id=staff.admin, now=clock.now())
    async with browser_of(staff.agent) as browser:
        answer = await browser.post(f"/desk/account/sessions/{theirs.id}/end", {}, page="/desk/account")
        assert answer.status_code == 404
        assert str(theirs.id) not in (await browser.get("/desk/account")).text
    async with house.database.transaction() as tx:
        assert await people.live_sessions(tx, [theirs.id]) == {theirs.id}


async def test_changes_my_password_after_the_old_one(browser_of: Any, staff: Staff) -> None:
    async with browser_of(staff.agent) as browser:
        for data, status in (
            ({"password": "wrong", "new": "another quiet harbour"}, 401),
            ({"password": PASSWORD, "new": "short"}, 422),
            ({"password": PASSWORD, "new": "another quiet harbour"}, 303),
        ):
            answer = await browser.post("/desk/account/password", data, page="/desk/account")
            assert answer.status_code == status
        assert (await browser.get("/desk/account")).status_code == 200


async def test_saves_what_a_colleague_does(browser_of: Any, staff: Staff, house: House) -> None:
    async with house.database.transaction() as tx:
        team = await people.team_for_queue(tx, queue="payments")
    page = f"/desk/people/{staff.agent}"
    good: dict[str, Any] = {
        "roles": ["agent", "lead"],
        "teams": [str(team.id)],
        "languages": ["ar"],
        "capacity": "6",
    }
    async with browser_of(staff.admin) as browser:
        assert (await browser.post(page, good, page=page)).status_code == 303
        for change in (
            {"roles": ["owner"]},
            {"roles": []},
            {"teams": ["x"]},
            {"capacity": "-1"},
            {"capacity": "999"},
            {"languages": []},
        ):
            assert (await browser.post(page, {**good, **change}, page=page)).status_code == 422
        own = f"/desk/people/{staff.admin}"
        refused = await browser.post(own, {**good, "roles": ["agent"]}, page=own)
        # Not even an administrator gives themselves what they do not have.
        assert refused.status_code == 403 and "only give what you may do" in refused.text
        closing = await browser.post(f"{own}/closure", {}, page=own)
        assert closing.status_code == 409 and "last person" in closing.text
    async with house.database.transaction() as tx:
        saved = await people.agent(tx, staff.agent)
    assert (saved.team_ids, saved.languages) == ({team.id}, ("ar",))


async def test_whoever_is_sent_away_is_out(browser_of: Any, staff: Staff, house: House) -> None:
    async with browser_of(staff.agent) as browser:
        token = browser.client.cookies["bellrock_agent"]
    async with browser_of(staff.admin) as browser:
        page = f"/desk/people/{staff.agent}"
        assert (await browser.post(f"{page}/closure", {}, page=page)).status_code == 303
    async with house.database.transaction() as tx:
        assert await people.session(tx, token=token, now=clock.now()) is None


async def test_tells_presence(browser_of: Any, staff: Staff, house: House) -> None:
    async def presence(agent_id: UUID) -> str:
        async with house.database.transaction() as tx:
            seats = await people.roster(tx, now=clock.now())
        return next(seat.presence for seat in seats if seat.agent.id == agent_id)

    async with browser_of(staff.agent) as browser:
        answer = await browser.post("/desk/presence", {"presence": "away"}, page="/desk/account")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/account")
        assert await presence(staff.agent) == "away"
        for wrong in ({"presence": "x"}, {}):
            assert (await browser.post("/desk/presence", wrong, page="/desk/account")).status_code == 422


async def test_pages_speak_chinese_and_arabic(browser_of: Any, staff: Staff) -> None:
    async with browser_of(staff.admin) as browser:
        for lang, direction in (("zh-Hans", "ltr"), ("ar", "rtl")):
            word = i18n.translate(lang, "People")
            text = (await browser.get(f"/desk/people?lang={lang}")).text
            assert word != "People" and f"<title>{word} " in text and f'dir="{direction}"' in text
