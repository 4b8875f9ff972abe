"""The settings: who may open which page, and what their forms keep."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from bellrock import brands, conversations, people, sla
from bellrock.core import clock
from bellrock.house import House
from bellrock.people import Role
from tests.web.staff import browser_as, hire

PAGES = {
    "/desk/hours": "desk_manage",
    "/desk/hours/new": "desk_manage",
    "/desk/hours/answers": "desk_manage",
    f"/desk/hours/{uuid4()}": "desk_manage",
    "/desk/brands": "desk_manage",
    "/desk/brands/new": "desk_manage",
    f"/desk/brands/{uuid4()}": "desk_manage",
    "/desk/labels": "desk_manage",
    "/desk/articles/work": "articles_edit",
    "/desk/teams": "teams_manage",
    "/desk/teams/new": "teams_manage",
    f"/desk/teams/{uuid4()}": "teams_manage",
    "/desk/roles/new": "administer",
    "/desk/roles/no-such-role": "administer",
    "/desk/people": "people_manage",
}
FORMS = {
    "/desk/hours/answers": "desk_manage",
    "/desk/hours": "desk_manage",
    f"/desk/hours/{uuid4()}": "desk_manage",
    f"/desk/hours/{uuid4()}/default": "desk_manage",
    f"/desk/hours/{uuid4()}/removal": "desk_manage",
    "/desk/brands": "desk_manage",
    f"/desk/brands/{uuid4()}": "desk_manage",
    f"/desk/brands/{uuid4()}/default": "desk_manage",
    f"/desk/brands/{uuid4()}/archive": "desk_manage",
    "/desk/labels": "desk_manage",
    f"/desk/labels/{uuid4()}": "desk_manage",
    "/desk/teams": "teams_manage",
    f"/desk/teams/{uuid4()}": "teams_manage",
    f"/desk/teams/{uuid4()}/default": "teams_manage",
    f"/desk/teams/{uuid4()}/archive": "teams_manage",
    f"/desk/teams/{uuid4()}/return": "teams_manage",
    "/desk/roles": "administer",
    "/desk/roles/no-such-role": "administer",
    "/desk/roles/no-such-role/archive": "administer",
}


async def test_no_page_of_the_settings_is_an_outsiders(client: Any, house: House) -> None:
    """Who is not signed in goes to sign in; who lacks the permission is refused, whatever the id."""
    staff = {role: await hire(house, role.value, role) for role in Role}
    for role, agent_id in staff.items():
        browser = await browser_as(client, house, agent_id)
        held = {str(permission) for permission in people.permissions_of([role])}
        menu = (await browser.get("/desk/settings")).text
        for path, permission in PAGES.items():
            found = (await browser.get(path)).status_code
            assert found in ((200, 404) if permission in held else (403,)), (role, path, found)
            if path.count("/") == 2:
                assert (f'href="{path}"' in menu) == (permission in held)
        for path, permission in FORMS.items():
            if permission not in held:
                assert (await browser.post(path, {}, page="/desk/settings")).status_code == 403, (role, path)
    stranger = await browser_as(client, house, None)
    for path in PAGES:
        assert (await stranger.get(path)).status_code == 303
    for path in FORMS:
        assert (await stranger.post(path, {}, page="/desk/sign-in")).status_code in (303, 401)


@pytest.fixture
async def lead(client: Any, house: House) -> Any:
    return await browser_as(client, house, await hire(house, "Mara", Role.LEAD))


async def test_hours_are_made_changed_and_refused(lead: Any, house: House) -> None:
    good = {"name": "Office", "zone": "Europe/Berlin", "day-0": "9-12:30, 13:15-18", "holidays": "*-05-01 Labour Day"}
    assert (await lead.post("/desk/hours", good, page="/desk/hours/new")).status_code == 303
    async with house.database.transaction() as tx:
        (row,) = await sla.all_hours(tx)
    assert row.is_default and row.calendar.week[0] == ((540, 750), (795, 1080)) and len(row.holidays) == 1
    page = f"/desk/hours/{row.id}"
    shown = (await lead.get(page)).text
    assert "09:00-12:30, 13:15-18:00" in shown and "*-05-01 Labour Day" in shown
    for wrong in ({"day-0": "18-9"}, {"zone": "Mars/Base"}, {"holidays": "some day"}, {"name": " "}):
        refused = await lead.post(page, {**good, **wrong}, page=page)
        assert refused.status_code == 422 and 'role="alert"' in refused.text
    assert (await lead.post(f"{page}/removal", {}, page=page)).status_code == 409
    second = await lead.post("/desk/hours", {**good, "name": "Night"}, page="/desk/hours/new")
    assert second.status_code == 303
    assert "Night" in (await lead.get("/desk/hours")).text


async def test_answer_times_are_kept_for_all_teams_and_for_one(lead: Any, house: House) -> None:
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())
        team = await people.team_for_queue(tx, queue="security")
    page = "/desk/hours/answers"
    assert (await lead.post(page, {"first-high": "60", "next-high": "45"}, page=page)).status_code == 303
    own = f"{page}?team={team.id}"
    assert (await lead.post(own, {"first-high": "10", "next-high": "20"}, page=own)).status_code == 303
    assert 'value="10"' in (await lead.get(own)).text and 'value="60"' in (await lead.get(page)).text
    for wrong in ({"first-high": "0", "next-high": "1"}, {"first-high": "5"}, {"first-low": "x", "next-low": "99999"}):
        refused = await lead.post(own, wrong, page=own)
        assert refused.status_code == 422 and 'role="alert"' in refused.text
    assert (await lead.get(f"{page}?team={UUID(int=7)}")).status_code == 404
    assert (
        await lead.post(f"{page}?team={UUID(int=7)}", {"first-low": "1", "next-low": "1"}, page=page)
    ).status_code in (404, 422)
    assert (await lead.post(own, {}, page=own)).status_code == 303
    async with house.database.transaction() as tx:
        assert await sla.answer_times(tx) == [sla.AnswerTime(None, "high", 60, 45)]
        findings = [found async for found in sla.compare_rows(tx, house.vault)]
        assert findings == [None]
        await tx.execute("UPDATE answer_times SET next_reply_minutes = 600")
        findings = [found async for found in sla.compare_rows(tx, house.vault)]
        assert [found and found.detail for found in findings] == ["next_reply_minutes"]


async def test_a_brand_is_made_and_seen_by_customers(lead: Any, house: House, client: Any) -> None:
    good = {
        "name": "Eastwick",
        "hosts": "help.eastwick.example",
        "colour": "#7a1f5c",
        "sender": "help@eastwick.example",
    }
    assert "Northwick" in (await lead.get("/desk/brands")).text
    for wrong in ({"colour": "#ffff00"}, {"hosts": "not a host!"}, {"sender": "nobody"}, {"name": ""}):
        assert (await lead.post("/desk/brands", {**good, **wrong}, page="/desk/brands/new")).status_code == 422
    assert "#ffff00" in (await lead.post("/desk/brands", {**good, "colour": "#ffff00"}, page="/desk/brands/new")).text
    assert (
        await lead.post("/desk/brands", {**good, "name": "Northwick", "hosts": ""}, page="/desk/brands/new")
    ).status_code == 303
    assert (await lead.post("/desk/brands", good, page="/desk/brands/new")).status_code == 303
    async with house.database.transaction() as tx:
        found = await brands.brands(tx, settings=house.settings)
    east = found.of_host("help.eastwick.example")
    assert (found.default.name, east.name, east.colour) == ("Northwick", "Eastwick", "#7a1f5c")
    content = BytesIO()
    Image.new("RGB", (300, 100), "#7a1f5c").save(content, "PNG")
    page = f"/desk/brands/{east.id}"
    saved = await lead.post(page, good, page=page, files={"logo": ("logo.png", content.getvalue(), "image/png")})
    assert saved.status_code == 303
    refused = await lead.post(page, good, page=page, files={"logo": ("logo.png", b"<svg/>", "image/png")})
    assert refused.status_code == 422
    shown = await client.get("http://help.eastwick.example/contact", headers={"accept": "text/html"})
    assert "Eastwick" in shown.text and "/brand/" in shown.text and ".png" in shown.text
    other = await client.get("/contact", headers={"accept": "text/html"})
    assert "Northwick" in other.text and "Eastwick" not in other.text
    for address in {part.split('"')[0] for part in shown.text.split('="') if part.startswith("/brand/")}:
        file = await client.get(address)
        assert file.status_code == 200 and "immutable" in file.headers["cache-control"]
    assert (await client.get("/brand/0000.css")).status_code == 404
    assert (await lead.post(f"/desk/brands/{found.default.id}/archive", {}, page=page)).status_code == 409
    assert (await lead.post(f"{page}/default", {}, page=page)).status_code == 303
    assert "Eastwick" in (await client.get("/contact", headers={"accept": "text/html"})).text


async def test_labels_are_made_renamed_and_retired(lead: Any, house: House) -> None:
    page = "/desk/labels"
    assert (await lead.post(page, {"name": "Big client", "colour": "sea"}, page=page)).status_code == 303
    assert (await lead.post(page, {"name": "big client", "colour": "sea"}, page=page)).status_code == 409
    assert (await lead.post(page, {"name": "x", "colour": "pink"}, page=page)).status_code == 422
    async with house.database.transaction() as tx:
        (label,) = await conversations.labels(tx)
    change = {"name": "VIP", "colour": "moss", "retired": "1"}
    assert (await lead.post(f"{page}/{label.id}", change, page=page)).status_code == 303
    assert (await lead.post(f"{page}/{uuid4()}", change, page=page)).status_code == 404
    async with house.database.transaction() as tx:
        assert await conversations.labels(tx) == []
        (kept,) = await conversations.labels(tx, with_retired=True)
    assert (kept.name, kept.colour, kept.is_retired) == ("VIP", "moss", True)


async def test_a_team_is_made_filled_and_put_away(lead: Any, house: House) -> None:
    omar = await hire(house, "Omar", Role.AGENT)
    good: dict[str, Any] = {
        "name": "Cards",
        "queues": ["payments"],
        "languages": ["de"],
        "members": [str(omar)],
        "hours": "",
    }
    assert (await lead.post("/desk/teams", good, page="/desk/teams/new")).status_code == 303
    async with house.database.transaction() as tx:
        team = next(team for team in await people.teams(tx) if team.name == "Cards")
        assert team.id in (await people.agent(tx, omar)).team_ids
    page = f"/desk/teams/{team.id}"
    for wrong in (
        {"queues": ["nothing"]},
        {"topics": ["nothing"]},
        {"members": ["x"]},
        {"members": [str(UUID(int=5))]},
        {"hours": "x"},
    ):
        refused = await lead.post(page, {**good, **wrong}, page=page)
        assert refused.status_code == 422, wrong
    assert (await lead.post(page, {**good, "name": "Cards & cash", "members": []}, page=page)).status_code == 303
    assert "Cards &amp; cash" in (await lead.get("/desk/teams")).text
    assert (await lead.post(f"{page}/archive", {}, page=page)).status_code == 303
    assert (await lead.get(page)).status_code == 404
    assert (await lead.post(f"{page}/return", {}, page="/desk/teams")).status_code == 303
    assert (await lead.get(page)).status_code == 200


async def test_a_role_is_made_given_and_put_away(client: Any, house: House) -> None:
    omar, ines = await hire(house, "Omar", Role.AGENT), await hire(house, "Ines", Role.ADMIN)
    admin = await browser_as(client, house, ines)
    good = {"name": "Night watch", "about": "Reads, writes nothing", "conversations_view": "all"}
    for wrong in (
        {"conversations_view": "galaxy"},
        {"conversations_view": ""},
        {"name": ""},
        {"customer_erase": "own"},
    ):
        assert (await admin.post("/desk/roles", {**good, **wrong}, page="/desk/roles/new")).status_code == 422
    assert (await admin.post("/desk/roles", good, page="/desk/roles/new")).status_code == 303
    shown = (await admin.get("/desk/roles")).text
    assert "Night watch" in shown and "Reads the conversations of every team" in shown
    person = f"/desk/people/{omar}"
    given = {"roles": ["night-watch"], "language-en": "native", "skill": ["payments"], "level": ["4"], "capacity": "3"}
    assert (await admin.post(person, given, page=person)).status_code == 303
    async with house.database.transaction() as tx:
        (seat,) = [seat for seat in await people.roster(tx, now=people_now()) if seat.agent.id == omar]
    assert people.Permission.CONVERSATIONS_VIEW_ALL in seat.agent.permissions
    assert (dict(seat.levels), dict(seat.skills)) == ({"en": people.Level.NATIVE}, {"payments": 4})
    role = "/desk/roles/night-watch"
    assert (await admin.post(f"{role}/archive", {}, page=role)).status_code == 409
    assert (await admin.get("/desk/roles/admin")).status_code == 404
    assert "Night watch" in (await admin.get(person)).text


def people_now() -> Any:
    from bellrock.core import clock

    return clock.now()


async def test_the_work_list_shows_what_is_wanted(lead: Any, house: House) -> None:
    from bellrock import furnishing, knowledge
    from bellrock.core import clock

    await furnishing.furnish(house, now=clock.now())
    async with house.database.transaction() as tx:
        first, second = (article for article in (await knowledge.desk_list(tx))[:2])
        assert second.topic is not None
        await tx.execute("DELETE FROM article_translations WHERE language = 'ar'")
        await knowledge.note_asked(tx, {(second.topic, "ar"): 7, ("no such topic", "ar"): 99}, day=clock.now().date())
        await knowledge.note_read(tx, {(first.id, "ar"): 3, (UUID(int=9), "ar"): 9}, day=clock.now().date())
        items = await knowledge.work_list(tx, languages=["ar"], day=clock.now().date(), work=knowledge.Work.MISSING)
    assert [(item.article_id, item.asked, item.read) for item in items[:2]] == [(second.id, 7, 0), (first.id, 0, 3)]
    shown = (await lead.get("/desk/articles/work?language=ar&kind=missing")).text
    assert f"/desk/articles/{second.id}/ar" in shown
    assert shown.index(str(second.id)) < shown.index(str(first.id))
    assert (await lead.get("/desk/articles/work?language=xx&kind=yy")).status_code == 200


async def test_articles_name_the_brand_that_is_read(lead: Any, house: House, client: Any) -> None:
    from bellrock import guard, knowledge
    from bellrock.core import SYSTEM, clock

    async with house.database.transaction() as tx:
        await tx.execute("INSERT INTO categories (id, slug, position) VALUES (gen_random_uuid(), 'general', 1)")
        words = [guard.screen(text) for text in ("About {{brand}}", "{{brand}} is here.", "{{brand}} answers.")]
        given: dict[str, Any] = {"by": SYSTEM, "now": clock.now()}
        made = await knowledge.start_article(
            tx, house.vault, category_slug="general", topic=None, slug="about", text=knowledge.Text(*words), **given
        )
        await knowledge.publish(tx, house.vault, article_id=made, language="en", number=1, **given)
    face = {"name": "Northwick Global", "hosts": "", "help_name": "Northwick answers"}
    assert (await lead.post("/desk/brands", face, page="/desk/brands/new")).status_code == 303
    east = {"name": "Eastwick", "hosts": "help.eastwick.example"}
    assert (await lead.post("/desk/brands", east, page="/desk/brands/new")).status_code == 303
    shown = (await client.get("http://help.eastwick.example/help/en/a/about")).text
    assert "About Eastwick" in shown and "Eastwick answers." in shown and "Northwick" not in shown
    shown = (await client.get("/help/en/a/about")).text
    assert "About Northwick Global" in shown and "Northwick answers" in shown and "Eastwick" not in shown
