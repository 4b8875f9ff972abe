"""From a change to somebody's server through the real worker: sequencer, cursor, job, call."""

from __future__ import annotations

import asyncio

from bellrock import integrations, people, worker
from bellrock.core import SYSTEM, clock
from bellrock.core.jobs import Jobs
from bellrock.house import House
from bellrock.sweeps import sweeps as all_sweeps
from bellrock.wiring import listeners
from tests.integrations.conftest import Post, Receiver, team


async def test_the_worker_delivers_and_repeats(post: Post, receiver: Receiver, house: House) -> None:
    receiver.answers = [b"500 Oops"]
    jobs = Jobs(house.settings.database_url, integrations.jobs(house, lambda: post.caller))
    stop = asyncio.Event()
    sweeps = [sweep for sweep in all_sweeps(house, jobs) if sweep.name == "webhooks"]
    assert [sweep.every_seconds for sweep in sweeps] == [5.0]
    heard = [cursor for cursor in listeners(house, has_first_line=False, defer=jobs.defer) if "webhooks" in cursor.name]
    running = asyncio.create_task(
        worker.run(house.database, listeners=heard, jobs=jobs, sweeps=[_often(sweeps[0])], stop=stop)
    )
    try:
        await team(house, "deposits")
        await _until(lambda: len(receiver.seen) == 1)
        await asyncio.sleep(0.2)
        await post.hasten()
        await _until(lambda: len(receiver.seen) == 2)
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)
    [delivery] = await post.log()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)
    assert receiver.seen[0][0]["webhook-id"] == receiver.seen[1][0]["webhook-id"]


def _often(sweep: worker.Sweep) -> worker.Sweep:
    return worker.Sweep(sweep.name, 0.3, sweep.sweep)


async def _until(holds: object) -> None:
    assert callable(holds)
    for _ in range(300):
        if holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing arrived")


async def test_a_paused_endpoint_is_written_about(post: Post, receiver: Receiver, house: House) -> None:
    """Whoever made it gets a letter when nothing arrives for days."""
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())
        agent_id, _link = await people.invite_agent(
            tx,
            house.vault,
            name="Ines",
            email="ines@northwick.example",
            roles=[people.Role.ADMIN],
            team_ids=[],
            languages=["en"],
            by=SYSTEM,
            now=clock.now(),
        )
        await tx.execute("UPDATE agents SET status = 'active', password_hash = 'none' WHERE id = %s", (agent_id,))
        await tx.execute(
            "UPDATE webhook_endpoints SET kept_by = %s, failing_since = now() - interval '4 days'", (agent_id,)
        )
    receiver.answers = [b"500 Oops"]
    await team(house, "deposits")
    await post.hear()
    work = integrations.jobs(house, lambda: post.caller)[integrations.DELIVER]
    await work(endpoint_id=str(post.endpoint.id))
    letters = list((house.settings.data / "outbox").glob("*"))
    assert len(letters) == 1
    words = letters[0].read_text()
    assert "ines@northwick.example" in words
    assert "/desk/webhooks/" in words
    await work(endpoint_id=str(post.endpoint.id))
    assert len(list((house.settings.data / "outbox").glob("*"))) == 1
