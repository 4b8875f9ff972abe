"""Webhooks against a real server: signed, repeated, given up, told again, never sent where it must not go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bellrock import integrations, people
from bellrock.adapters.webhooks.http import HttpCaller
from bellrock.client import SignatureWrong, verify_webhook
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from tests.integrations.conftest import Post, Receiver, team

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def test_a_fact_arrives_signed(post: Post, receiver: Receiver) -> None:
    made = await team(post.house, "deposits")
    await post.hear()
    assert await post.deliver() == 1
    headers, body = receiver.seen[0]
    notice = verify_webhook(body, headers, post.secret)
    assert (notice.type, notice.data["team_id"], notice.id) == ("team.created", str(made), notice.data["event_id"])
    with pytest.raises(SignatureWrong):
        verify_webhook(body + b" ", headers, post.secret)
    with pytest.raises(SignatureWrong):
        verify_webhook(body, headers, post.secret, now=datetime.now(UTC) + timedelta(minutes=6))
    [delivery] = await post.log()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    await post.hear()
    assert await post.deliver() == 0


async def test_what_fails_is_tried_again_and_given_up_after_days(post: Post, receiver: Receiver) -> None:
    await team(post.house, "deposits")
    await post.hear()
    receiver.answers = [b"500 Oops", b"302 Found", b"200 OK"]
    assert await post.deliver() == 1
    assert await post.deliver() == 0, "not before its time"
    [delivery] = await post.log()
    assert (delivery.state, delivery.status, delivery.problem) == ("waiting", 500, "refused")
    assert "sausage" not in delivery.excerpt, "an answer is guarded like all words of others"
    assert "thanks" in delivery.excerpt
    await post.hasten()
    await post.deliver()
    [delivery] = await post.log()
    assert (delivery.state, delivery.status, delivery.problem) == ("waiting", 302, "redirect_refused")
    await post.hasten()
    await post.deliver()
    [delivery] = await post.log()
    assert (delivery.state, delivery.attempts) == ("delivered", 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1
    # Nothing arrived for three days: it is given up, and the endpoint pauses and says so.
    await team(post.house, "card")
    await post.hear()
    async with post.house.database.transaction() as tx:
        await tx.execute("UPDATE webhook_deliveries SET made_at = made_at - interval '4 days' WHERE state = 'waiting'")
        await tx.execute("UPDATE webhook_endpoints SET failing_since = now() - interval '4 days'")
    receiver.answers = [b"500 Oops"]
    await post.deliver()
    assert (await post.log())[0].state == "failed"
    async with post.house.database.transaction() as tx:
        paused = await integrations.endpoint(tx, post.house.vault, endpoint_id=post.endpoint.id)
        assert paused.paused_because == "failing"
        cursor = await tx.execute("SELECT count(*) FROM journal_inbox WHERE kind = 'integrations.webhook_paused'")
        assert (await cursor.fetchone())["count"] == 1  # type: ignore[index]
    await team(post.house, "fees")
    await post.hear()
    assert len(await post.log()) == 2, "nothing is kept for an endpoint that pauses"


async def test_both_secrets_hold_for_a_day_after_a_rotation(post: Post, receiver: Receiver) -> None:
    async with post.house.database.transaction() as tx:
        newer = await integrations.rotate_secret(
            tx, post.house.vault, endpoint_id=post.endpoint.id, by=SYSTEM, now=clock.now()
        )
    await team(post.house, "deposits")
    await post.hear()
    await post.deliver()
    headers, body = receiver.seen[0]
    assert headers["webhook-signature"].count("v1,") == 2
    assert verify_webhook(body, headers, post.secret) == verify_webhook(body, headers, [newer])


async def test_told_again_one_or_since_a_time(post: Post, receiver: Receiver) -> None:
    began = clock.now()
    for slug in ("deposits", "card", "fees"):
        await team(post.house, slug)
    await post.hear()
    assert await post.deliver() == 3
    log = await post.log()
    async with post.house.database.transaction() as tx:
        await integrations.replay_one(
            tx, post.house.vault, endpoint_id=post.endpoint.id, delivery_id=log[0].id, by=SYSTEM, now=clock.now()
        )
        again = await integrations.replay_since(
            tx, post.house.vault, endpoint_id=post.endpoint.id, since=began, by=SYSTEM, now=clock.now()
        )
    assert again == 3
    assert await post.deliver() == 4
    ids = [headers["webhook-id"] for headers, _ in receiver.seen]
    assert len(ids) == 7
    assert len(set(ids)) == 3
    with pytest.raises(integrations.EndpointUnknown):
        async with post.house.database.transaction() as tx:
            await integrations.replay_one(
                tx, post.house.vault, endpoint_id=log[0].id, delivery_id=log[0].id, by=SYSTEM, now=clock.now()
            )


async def test_a_team_hears_of_its_own_conversations(post: Post) -> None:
    from bellrock import conversations

    mine, other = await team(post.house, "deposits"), await team(post.house, "card")
    vault = post.house.vault
    async with post.house.database.transaction() as tx:
        limited, _ = await integrations.make_endpoint(
            tx,
            vault,
            url="https://hooks.example/x",
            events=["conversation.assigned"],
            team_ids=[mine],
            may_be_plain=False,
            by=SYSTEM,
            now=clock.now(),
        )
        customer, _secret = await people.start_visitor(tx, vault, locale="en", now=clock.now())
        for team_id in (mine, other):
            opened = await conversations.open_conversation(
                tx, vault, customer=customer, channel="web", language="en", now=clock.now()
            )
            await conversations.assign(
                tx, vault, by=SYSTEM, conversation_id=opened.id, agent_id=None, team_id=team_id, now=clock.now()
            )
    await post.hear()
    async with post.house.database.transaction() as tx:
        told = await integrations.deliveries(tx, vault, endpoint_id=limited.id)
        assert len(told) == 1
        assert str(mine) in await integrations.payload(tx, delivery=told[0])


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "localhost", "10.0.0.7", "192.168.1.1", "169.254.169.254", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
async def test_nothing_inside_is_called(host: str) -> None:
    reply = await HttpCaller().post(f"http://{host}:9/hook", headers={}, body=b"{}")
    assert (reply.status, reply.problem) == (None, "address_refused")


async def test_addresses_of_metadata_services_are_never_called() -> None:
    reply = await HttpCaller(may_be_private=True).post("http://169.254.169.254/latest", headers={}, body=b"{}")
    assert reply.problem == "address_refused"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://hooks.example/",
        "http://hooks.example/",
        "https://user:pass@hooks.example/",
        "https:///nothing",
        "https://hooks.example/#x",
        "https://hooks.example:99999/",
        "https://hooks.example/\x00",
        "https://hooks.example\\@127.0.0.1/",
        "javascript:alert(1)",
        "https://" + "x" * 1_000,
    ],
)
async def test_addresses_that_are_refused(house: House, url: str) -> None:
    with pytest.raises(integrations.BadEndpoint):
        async with house.database.transaction() as tx:
            await integrations.make_endpoint(
                tx,
                house.vault,
                url=url,
                events=["team.created"],
                team_ids=None,
                may_be_plain=False,
                by=SYSTEM,
                now=NOW,
            )


def test_the_published_vector() -> None:
    """The example of the Standard Webhooks specification."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)
    body = b'{"test": 2432232314}'
    signature = integrations.sign(secret, id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("attempt", [2, 3, 5, 9, 40])
def test_waits_grow_to_hours(attempt: int) -> None:
    least, most = integrations.wait_before(attempt, chance=0.0), integrations.wait_before(attempt, chance=1.0)
    assert timedelta(seconds=2) < least <= most <= timedelta(hours=8)
    assert most == 2 * least
