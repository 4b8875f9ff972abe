"""When an answer is due: in words in the list and in the head of a case, for those alone who see the case."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bellrock import sla
from bellrock.core import SYSTEM, clock
from tests.web.agent.conftest import OUTSIDER, OWNER, Play

TIME = re.compile(r'<time class="due (\w+)" datetime="([^"]+)">([^<]+)</time>')


async def _promise(play: Play, minutes: int) -> None:
    async with play.house.database.transaction() as tx:
        times = [sla.AnswerTime(None, "normal", minutes, 2_000)]
        await sla.keep_answer_times(tx, play.house.vault, team_id=None, times=times, by=SYSTEM, now=clock.now())
    sla.forget_promises(play.house)


async def test_the_list_and_the_head_say_when_an_answer_is_due(play: Play) -> None:
    page = play.url("?view=all")
    assert not TIME.search((await play(OWNER).get(page)).text)
    await _promise(play, 26)
    in_row, in_head = TIME.findall((await play(OWNER).get(page)).text)
    assert in_row == in_head
    level, at, words = in_row
    assert (level, words) == ("waits", "Answer due in 25 minutes")
    left = datetime.fromisoformat(at.replace("Z", "+00:00")) - datetime.now(UTC)
    assert timedelta(minutes=25) <= left <= timedelta(minutes=26)
    assert not TIME.search((await play(OUTSIDER).get("/desk?view=all")).text)
    async with play.house.database.transaction() as tx:
        await tx.execute("UPDATE conversations SET waiting_since = now() - interval '150 minutes'")
    found = TIME.findall((await play(OWNER).get(page)).text)
    assert [(level, words) for level, _at, words in found] == [("late", "Overdue by 2 hours")] * 2
    assert (await play(OWNER).post(play.url("/snooze"), until="tomorrow")).status_code < 400
    assert not TIME.search((await play(OWNER).get(play.url("?view=snoozed"))).text)
