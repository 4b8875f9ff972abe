"""What each operation does, told through HTTP."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bellrock.core import clock
from tests.api.conftest import Desk


async def test_a_conversation_is_opened_answered_and_resolved(desk: Desk) -> None:
    token = await desk.token()
    made = await desk.call(
        "POST", "/conversations", token, json={"customer_id": str(desk.customer), "text": "Where is it?"}
    )
    assert made.status_code == 201, made.text
    one = f"/conversations/{made.json()['id']}"
    assert made.json()["held_by"] == "first_line"
    reply = await desk.call("POST", f"{one}/replies", token, json={"text": "It is here."})
    note = await desk.call("POST", f"{one}/notes", token, json={"text": "Second time this week."})
    more = await desk.call("POST", f"{one}/received", token, json={"text": "Thanks"})
    assert [answer.status_code for answer in (reply, note, more)] == [201, 201, 201], (reply.text, note.text, more.text)
    messages = (await desk.call("GET", f"{one}/messages", token)).json()["items"]
    assert [(message["author"]["kind"], message["text"]) for message in messages] == [
        ("customer", "Where is it?"),
        ("integration", "It is here."),
        ("customer", "Thanks"),
    ]
    notes = (await desk.call("GET", f"{one}/notes", token)).json()["items"]
    assert [note["text"] for note in notes] == ["Second time this week."]
    until = (clock.now() + timedelta(hours=3)).isoformat()
    changed = await desk.call(
        "PATCH",
        one,
        token,
        json={
            "team_id": str(desk.payments),
            "assignee_id": str(desk.agent),
            "priority": "high",
            "label_ids": [str(desk.label)],
            "snoozed_until": until,
        },
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["label_ids"] == [str(desk.label)]
    assert (changed.json()["status"], changed.json()["held_by"]) == ("snoozed", "agent")
    resolved = await desk.call("PATCH", one, token, json={"status": "resolved", "label_ids": []})
    assert resolved.json()["status"] == "resolved"
    assert (await desk.call("PATCH", one, token, json={"status": "open"})).json()["status"] == "open"


async def test_versions_guard_against_overwriting(desk: Desk) -> None:
    token, one = await desk.token(), f"/conversations/{desk.conversation}"
    read = await desk.call("GET", one, token)
    tag = read.headers["etag"]
    assert (await desk.call("GET", one, token, headers={"if-none-match": tag})).status_code == 304
    changed = await desk.call("PATCH", one, token, json={"priority": "urgent"}, headers={"if-match": tag})
    assert changed.status_code == 200
    late = await desk.call("PATCH", one, token, json={"priority": "low"}, headers={"if-match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "version_changed")


async def test_lists_are_read_to_their_end(desk: Desk) -> None:
    token = await desk.token()
    ids, cursor, pages = [], None, 0
    while True:
        query = {"limit": "1", **({"cursor": cursor} if cursor else {})}
        page = (await desk.call("GET", "/conversations", token, params=query)).json()
        ids += [item["id"] for item in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1
        if cursor is None:
            break
    assert sorted(ids) == sorted([str(desk.conversation), str(desk.foreign)])
    assert pages <= 3
    for query in ({"status": "open"}, {"customer_id": str(desk.customer)}, {"team_id": str(desk.payments)}):
        page = (await desk.call("GET", "/conversations", token, params=query)).json()
        assert str(desk.conversation) in [item["id"] for item in page["items"]]
    other = await desk.token()
    page = (await desk.call("GET", "/conversations", token, params={"limit": "1"})).json()
    stolen = await desk.call("GET", "/conversations", other, params={"cursor": page["next_cursor"]})
    assert (stolen.status_code, stolen.json()["code"]) == (400, "cursor_wrong")


async def test_personal_data_only_with_its_scope_and_written_down(desk: Desk) -> None:
    plain = await desk.token(["customers:read"])
    shown = (await desk.call("GET", f"/customers/{desk.customer}", plain)).json()
    assert shown["personal"] is None
    personal = await desk.token(["customers:read", "customers:personal"])
    shown = (await desk.call("GET", f"/customers/{desk.customer}", personal)).json()
    assert shown["personal"]["email"] == "northwick-1@canary.example"
    found = await desk.call("GET", "/customers", plain, params={"external_id": "northwick-1"})
    assert [item["id"] for item in found.json()["items"]] == [str(desk.customer)]
    async with desk.house.database.transaction() as tx:
        cursor = await tx.execute("SELECT data FROM journal_inbox WHERE log = 'access'")
        assert [row["data"]["what"] for row in await cursor.fetchall()] == ["personal"]


async def test_customers_are_described_blocked_and_unblocked(desk: Desk) -> None:
    token = await desk.token()
    said = {"external_id": "northwick-9", "name": "Ren", "tier": "vip", "locale": "ja"}
    made = await desk.call("PUT", "/customers", token, json=said)
    again = await desk.call("PUT", "/customers", token, json={**said, "tier": "standard"})
    assert made.json()["id"] == again.json()["id"]
    assert (made.json()["tier"], again.json()["tier"]) == ("vip", "standard")
    one = f"/customers/{made.json()['id']}"
    blocked = await desk.call("PUT", f"{one}/block", token, json={"reason": "spam", "period": "day"})
    assert blocked.json()["blocked"]["reason"] == "spam", blocked.text
    refused = await desk.call("POST", "/conversations", token, json={"customer_id": made.json()["id"], "text": "again"})
    assert (refused.status_code, refused.json()["code"]) == (403, "customer_blocked")
    assert (await desk.call("DELETE", f"{one}/block", token)).json()["blocked"] is None


async def test_organisations_have_members(desk: Desk) -> None:
    token = await desk.token()
    made = (await desk.call("POST", "/organisations", token, json={"name": "Kelp", "tier": "vip"})).json()
    one = f"/organisations/{made['id']}"
    await desk.call("PATCH", one, token, json={"name": "Kelp & Co"})
    assert (await desk.call("GET", one, token)).json()["name"] == "Kelp & Co"
    joined = await desk.call("POST", f"{one}/members", token, json={"customer_id": str(desk.customer)})
    assert joined.json() == {"ok": True}
    assert (await desk.call("GET", f"{one}/members", token)).json()["items"] == [str(desk.customer)]
    left = await desk.call("DELETE", f"{one}/members/{desk.customer}", token)
    assert left.status_code == 200, left.text
    assert (await desk.call("GET", f"{one}/members", token)).json()["items"] == []


async def test_articles_are_drafted_and_published(desk: Desk) -> None:
    token = await desk.token()
    text = {"slug": "limits", "title": "Limits", "answer": "There are some.", "body": "## Limits"}
    made = await desk.call("POST", "/articles", token, json={"category": "general", **text})
    assert made.status_code == 201, made.text
    one = f"/articles/{made.json()['article_id']}"
    draft = await desk.call(
        "POST", f"{one}/drafts", token, json={**text, "title": "Your limits", "language": "en", "after": 1}
    )
    assert draft.json()["version"] == 2
    late = await desk.call("POST", f"{one}/drafts", token, json={**text, "language": "en", "after": 1})
    assert late.status_code == 409
    shown = await desk.call("POST", f"{one}/publications", token, json={"language": "en", "version": 2})
    assert shown.json()["translations"][0]["published_version"] == 2
    version = (await desk.call("GET", f"{one}/versions/en/2", token)).json()
    assert version["title"] == "Your limits"
    gone = await desk.call("DELETE", f"{one}/publications/en", token)
    assert gone.json()["translations"][0]["published_version"] is None


async def test_incidents_and_labels(desk: Desk) -> None:
    token = await desk.token()
    said = {"texts": {"en": {"title": "Deposits late", "text": "We look into it."}}, "topics": []}
    made = await desk.call("POST", "/incidents", token, json=said)
    assert made.status_code == 201, made.text
    one = f"/incidents/{made.json()['id']}"
    changed = await desk.call(
        "PATCH", one, token, json={"state": "resolved", "texts": {"de": {"title": "Spät", "text": "Behoben."}}}
    )
    assert (changed.json()["state"], sorted(changed.json()["texts"])) == ("resolved", ["de", "en"])
    label = await desk.call("POST", "/labels", token, json={"name": "vip", "colour": "sea"})
    changed = await desk.call("PATCH", f"/labels/{label.json()['id']}", token, json={"is_retired": True})
    assert changed.json() == {**label.json(), "is_retired": True}
    assert len((await desk.call("GET", "/labels", token)).json()["items"]) == 2


async def test_secrets_are_masked_whoever_brings_them(desk: Desk) -> None:
    token = await desk.token()
    words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    written = await desk.call("POST", f"/conversations/{desk.conversation}/received", token, json={"text": words})
    assert written.json()["masked"] == ["seed_phrase"] or written.json()["masked"], written.text
    shown = (await desk.call("GET", f"/conversations/{desk.conversation}/messages", token)).text
    assert "sausage" not in shown


async def test_every_answer_says_what_is_left(desk: Desk) -> None:
    answer = await desk.call("GET", "/teams", await desk.token())
    assert answer.headers["ratelimit-policy"].startswith('"token";q=')
    assert answer.headers["ratelimit"].startswith('"token";r=')
    assert UUID(answer.json()["items"][0]["id"])


async def test_the_description_and_its_pages(desk: Desk) -> None:
    described = (await desk.client.get("/api/v1/openapi.json")).json()
    assert described["openapi"] == "3.1.0"
    page = await desk.client.get("/api/v1/docs")
    assert page.status_code == 200
    assert all(path in page.text for path in described["paths"])
    assert "https://" not in page.text.replace("https://www.rfc-editor.org", "")
    assert "<script" not in page.text
    assert (await desk.client.get("/api/v1/docs.css")).status_code == 200
    refused = await desk.call("GET", "/teams", None)
    assert refused.status_code == 401
    problem = await desk.client.get(refused.json()["type"].removeprefix(desk.house.settings.base_url))
    assert (problem.status_code, "brk_" in problem.text) == (200, True)


async def test_somebody_erased_is_spoken_of_no_more(desk: Desk) -> None:
    from bellrock import access
    from bellrock.core import SYSTEM

    token, one = await desk.token(), f"/conversations/{desk.conversation}"
    joined = {"customer_id": str(desk.customer)}
    await desk.call("POST", f"/organisations/{desk.organisation}/members", token, json=joined)
    async with desk.house.database.transaction() as tx:
        await access.erase_customer(
            tx, desk.house.vault, customer_id=desk.customer, by=SYSTEM, reason="customer_request", now=clock.now()
        )
    messages = await desk.call("GET", f"{one}/messages", token)
    assert [message["text"] for message in messages.json()["items"]] == [None]
    shown = (await desk.call("GET", f"/customers/{desk.customer}", token)).json()
    assert shown["personal"] == {"name": None, "email": None, "external_id": None}
    assert shown["organisation_id"] is None
    for method, path, body in (
        ("POST", f"{one}/replies", {"text": "hello"}),
        ("POST", f"{one}/received", {"text": "hello"}),
        ("PATCH", one, {"priority": "high"}),
        ("POST", "/conversations", {**joined, "text": "hello"}),
        ("PUT", f"/customers/{desk.customer}/block", {"reason": "spam", "period": "day"}),
        ("POST", f"/organisations/{desk.organisation}/members", joined),
    ):
        for headers in ({}, {"idempotency-key": f"erased-{method}-{path[-9:]}"}):
            answer = await desk.call(method, path, token, json=body, headers=headers)
            assert answer.status_code in (404, 409, 410, 422), (path, answer.text)
