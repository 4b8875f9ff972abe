"""Canned replies and macros as settings: made, changed and taken away by who manages the desk, hidden from others."""

from __future__ import annotations

import re

import pytest

from bellrock import workbench
from tests.web.agent.conftest import OUTSIDER, OWNER, Play, play

__all__ = ["play"]
ADDRESSES = ["/desk/canned", "/desk/canned/new", "/desk/macros", "/desk/macros/new"]


async def make_canned(play: Play, **texts: str) -> str:
    form = {"shortcut": "found", "team": "", "title-en": "Found it", "text-en": "We found {{txid}}.", **texts}
    made = await play(OWNER).post("/desk/canned", fragment=False, **form)
    assert (made.status_code, made.headers["location"]) == (303, "/desk/canned?done=saved")
    async with play.house.database.transaction() as tx:
        return str((await workbench.all_canned(tx))[0].id)


async def test_a_canned_reply_is_written_changed_and_taken_away(play: Play) -> None:
    id = await make_canned(play, **{"title-ar": "وجدناها", "text-ar": "وجدنا {{txid}}"})
    shown = await play(OWNER).get("/desk/canned?done=saved")
    assert "#found" in shown.text
    form = (await play(OWNER).get(f"/desk/canned/{id}")).text
    assert "We found {{txid}}." in form
    wrong = await play(OWNER).post(
        f"/desk/canned/{id}", fragment=False, shortcut="Two words", **{"title-en": "Kept title"}
    )
    assert wrong.status_code == 422
    assert "Kept title" in wrong.text
    await play(OWNER).post(f"/desk/canned/{id}/removal", fragment=False)
    assert "#found" not in (await play(OWNER).get("/desk/canned")).text


async def test_a_macro_is_put_together_and_read_back(play: Play) -> None:
    canned = await make_canned(play)
    form = {
        "name": "Money is safe", "team": str(play.scene.payments), "reply": canned, "note": "Told them.",
        "priority": "high", "assign": f"team:{play.scene.security}", "end": "snooze", "words": "in 3 hours",
    }  # fmt: skip
    made = await play(OWNER).post("/desk/macros", fragment=False, **form)
    assert made.headers["location"] == "/desk/macros?done=saved"
    async with play.house.database.transaction() as tx:
        (macro,) = await workbench.macros(tx)
    assert [step.do for step in macro.steps] == ["reply", "note", "priority", "team", "snooze"]
    page = (await play(OWNER).get(f"/desk/macros/{macro.id}")).text
    for value in (canned, "high", f"team:{play.scene.security}", "snooze"):
        assert re.search(rf'value="{re.escape(value)}" selected', page), value
    for wrong in ({"name": "", "priority": "high"}, {"name": "Nothing"}, {**form, "words": "banana"}):
        assert (await play(OWNER).post("/desk/macros", fragment=False, **wrong)).status_code == 422
    await play(OWNER).post(f"/desk/macros/{macro.id}/removal", fragment=False)
    assert "Money is safe" not in (await play(OWNER).get("/desk/macros")).text


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_agent_who_does_not_manage_the_desk_sees_none_of_it(play: Play, address: str) -> None:
    assert (await play(OWNER).get(address)).status_code == 200
    assert (await play(OUTSIDER).get(address)).status_code == 403
    assert (await play(None).get(address)).status_code in (302, 303)


async def test_nor_changes_any(play: Play) -> None:
    id = await make_canned(play)
    for address in ("/desk/canned", f"/desk/canned/{id}", f"/desk/canned/{id}/removal", "/desk/macros"):
        assert (await play(OUTSIDER).post(address, shortcut="mine")).status_code == 403
    assert "#found" in (await play(OWNER).get("/desk/canned")).text
