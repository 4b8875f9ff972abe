"""Outsiders see no page: nobody is sent to sign in, a colleague without the permission is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.core import new_id
from bellrock.web.people.guards import local_address
from tests.web.people.conftest import Staff

SIGNED_IN = ["/desk/account", "/desk/roles"]
MANAGERS = ["/desk/people", "/desk/people/new", "/desk/teams", f"/desk/people/{new_id()}"]
OTHERS = [
    (f"/desk/conversations/{new_id()}/reveal", "agent"),
    ("/desk/looks", "auditor"),
    ("/desk/erasures", "admin"),
]
PAGES = SIGNED_IN + MANAGERS + [path for path, _ in OTHERS]
SIGNED_IN_ACTIONS = [
    f"/desk/account/sessions/{new_id()}/end",
    "/desk/account/sessions/end",
    "/desk/account/recovery-codes",
    "/desk/account/password",
    "/desk/presence",
]
MANAGER_ACTIONS = [
    "/desk/people",
    *(f"/desk/people/{new_id()}{rest}" for rest in ("", "/invitation", "/sessions/end", "/closure")),
    f"/desk/people/{new_id()}/authenticator/removal",
]


async def test_nobody_is_sent_to_sign_in(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        for path in PAGES:
            answer = await browser.get(path)
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/desk/sign-in"), path
            piece = await browser.get(path, **{"hx-request": "true"})
            assert piece.status_code == 401, path
            for body in (answer.text, piece.text):
                assert "northwick.example" not in body and "Omar" not in body, path


async def test_nobody_changes_anything(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        for path in SIGNED_IN_ACTIONS + MANAGER_ACTIONS + [path for path, _ in OTHERS]:
            answer = await browser.post(path, {"presence": "online", "name": "x"})
            assert answer.status_code in (303, 405), path
            assert answer.headers.get("location", "/desk/sign-in") == "/desk/sign-in", path


async def test_a_colleague_without_the_permission_is_refused(browser_of: Any, staff: Staff) -> None:
    for name in ("agent", "auditor", "admin"):
        async with browser_of(getattr(staff, name)) as browser:
            allowed = {path for path, who in OTHERS if who == name}
            allowed |= set(MANAGERS) if name == "admin" else set()
            for path in MANAGERS + [path for path, _ in OTHERS]:
                if path in allowed:
                    continue
                answer = await browser.get(path)
                assert answer.status_code == 403, (name, path)
                assert "northwick.example" not in answer.text, (name, path)


async def test_a_colleague_who_does_not_manage_people_changes_nothing(browser_of: Any, staff: Staff) -> None:
    async with browser_of(staff.agent) as browser:
        for path in [*MANAGER_ACTIONS, "/desk/erasures"]:
            answer = await browser.post(path, {"roles": "admin"}, page="/desk/account")
            assert answer.status_code == 403, path


async def test_who_may_sees_the_page(browser_of: Any, staff: Staff) -> None:
    for name, paths in (
        ("admin", [*SIGNED_IN, *MANAGERS[:3], "/desk/erasures"]),
        ("auditor", [*SIGNED_IN, "/desk/looks"]),
        ("agent", SIGNED_IN),
    ):
        async with browser_of(getattr(staff, name)) as browser:
            for path in paths:
                answer = await browser.get(path)
                assert answer.status_code == 200, (name, path)
                assert answer.headers["cache-control"] == "no-store"


async def test_a_form_without_its_token_is_refused(browser_of: Any, staff: Staff) -> None:
    async with browser_of(staff.admin) as browser:
        for path in ("/desk/sign-in", "/desk/sign-out", "/desk/people", "/desk/account/sessions/end"):
            answer = await browser.client.post(path, data={"name": "x"}, headers=browser.headers)
            assert answer.status_code == 403


async def test_a_half_open_session_opens_no_page(browser_of: Any, staff: Staff) -> None:
    async with browser_of(None) as browser:
        answer = await browser.post(
            "/desk/sign-in", {"email": "omar@northwick.example", "password": "lantern over quiet water"}
        )
        assert answer.headers["location"] == "/desk/sign-in/authenticator"
        for path in SIGNED_IN + MANAGERS:
            assert (await browser.get(path)).status_code == 303
        assert (await browser.get("/desk/events", accept="text/event-stream")).status_code == 401


@given(st.text(max_size=60))
def test_never_leads_to_another_site(wanted: str) -> None:
    assert local_address(wanted) == "/desk" or local_address(wanted).startswith(("/desk/", "/desk?"))


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/desk.evil.example",
        "/desk\r\nSet-Cookie: a=b",
        "/desk/\\x",
    ],
)
def test_refuses_addresses_that_leave_the_desk(wanted: str) -> None:
    assert local_address(wanted) == "/desk"
