"""What programs do is in the record like everything else: the audit finds every row to be what its facts make."""

from __future__ import annotations

from bellrock import wiring, worker
from tests.api.conftest import Desk


async def test_rows_made_by_programs_are_what_their_facts_make(desk: Desk) -> None:
    token, one = await desk.token(), f"/conversations/{desk.conversation}"
    for kind in ("replies", "received"):
        added = await desk.call(
            "POST",
            f"{one}/files",
            token,
            params={"name": "a.txt"},
            content=b"words",
            headers={"content-type": "application/octet-stream"},
        )
        answer = await desk.call("POST", f"{one}/{kind}", token, json={"text": "A", "file_ids": [added.json()["id"]]})
        assert answer.is_success, answer.text
    for method, path, body in (
        (
            "POST",
            "/conversations",
            {
                "customer_id": str(desk.customer),
                "text": "A",
                "team_id": str(desk.payments),
                "fields": {"txid": "ab12cd34"},
            },
        ),
        ("POST", f"{one}/replies", {"text": "B"}),
        ("POST", f"{one}/received", {"text": "C"}),
        ("POST", f"{one}/notes", {"text": "D"}),
        ("PATCH", one, {"assignee_id": str(desk.agent), "priority": "urgent", "label_ids": [str(desk.label)]}),
        ("PATCH", one, {"topic": None, "snoozed_until": "2027-06-01T09:00:00Z"}),
        ("PATCH", one, {"snoozed_until": None}),
        ("PATCH", one, {"status": "resolved"}),
        ("POST", f"{one}/received", {"text": "E"}),
        ("POST", f"/articles/{desk.article}/publications", {"language": "en", "version": 1}),
    ):
        answer = await desk.call(method, path, token, json=body)
        assert answer.is_success, (path, answer.text)
    await worker.drain(desk.house.database, [])
    async with desk.house.database.transaction() as tx:
        for room, compare in wiring.projections().items():
            found = [finding async for finding in compare(tx, desk.house.vault) if finding]
            assert found == [], room
