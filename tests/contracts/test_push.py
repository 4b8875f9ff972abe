"""Waking browsers: encrypted as RFC 8291 says, signed as RFC 8292 says, to known services only, gone ones forgotten."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bellrock import workbench
from bellrock.adapters.push.encryption import encrypt, point
from bellrock.adapters.push.web import WebPush
from bellrock.core import Database, Invalid, clock
from bellrock.core.push import PushTarget, PushUnavailable
from bellrock.house import House
from tests.web.agent import scene as scenes

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
SEED = b"\x07" * 32


def b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def target(endpoint: str = ENDPOINT) -> PushTarget:
    receiver = point(ec.generate_private_key(ec.SECP256R1()).public_key())
    return PushTarget(
        endpoint, base64.urlsafe_b64encode(receiver).rstrip(b"=").decode(), base64.urlsafe_b64encode(b"a" * 16).decode()
    )


class Service:
    """A push service that answers as told, and keeps what it was asked."""

    def __init__(self, status: int = 201) -> None:
        self.status, self.asked = status, []

    def push(self, **more: Any) -> WebPush:
        return WebPush(
            SEED, contact="mailto:ops@northwick.example", transport=httpx.MockTransport(self._answer), **more
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self.status)


def test_the_example_of_rfc_8291_comes_out_byte_by_byte() -> None:
    sender = ec.derive_private_key(
        int.from_bytes(b64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        receiver=b64("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        auth=b64("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=b64("DGv6ra1nlYgDCS1FRnbzlw"),
        sender=sender,
    )
    assert body == b64(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


async def test_a_message_is_signed_for_its_service_and_says_nothing() -> None:
    service = Service()
    push = service.push()
    await push.wake(target())
    (request,) = service.asked
    scheme, token, key = request.headers["authorization"].replace("t=", "").replace("k=", "").replace(",", "").split()
    assert (scheme, key) == ("vapid", push.public_key)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64(push.public_key))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience="https://fcm.googleapis.com")
    assert claims["sub"] == "mailto:ops@northwick.example"
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    assert (request.headers["content-encoding"], request.headers["ttl"]) == ("aes128gcm", "600")
    assert len(request.content) < 200
    assert WebPush(SEED, contact="mailto:x@y.example").public_key == push.public_key


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://127.0.0.1/x", "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com:8443/x", "https://user@fcm.googleapis.com/x", "https://evilpush.apple.com.example/",
        "https://[::1]/x", "https://fcm.googleapis.com:x/", "nonsense", "", "https://fcm.googleapis.com/" + "x" * 1_000,
    ],
)  # fmt: skip
async def test_no_other_address_is_called(endpoint: str) -> None:
    service = Service()
    assert not service.push().may_reach(endpoint)
    with pytest.raises(PushUnavailable):
        await service.push().wake(target(endpoint))
    assert service.asked == []
    assert service.push().may_reach("https://web.push.apple.com/QABC")


@pytest.mark.parametrize(
    ("status", "gone", "retryable"),
    [
        (404, True, False),
        (410, True, False),
        (429, False, True),
        (503, False, True),
        (400, False, False),
        (307, False, False),
    ],
)
async def test_a_refusal_says_whether_to_try_again(status: int, gone: bool, retryable: bool) -> None:
    with pytest.raises(PushUnavailable) as caught:
        await Service(status).push().wake(target())
    assert (caught.value.is_gone, caught.value.retryable) == (gone, retryable)


async def test_broken_keys_of_a_browser_are_as_good_as_gone() -> None:
    with pytest.raises(PushUnavailable) as caught:
        await Service().push().wake(PushTarget(ENDPOINT, "AAAA", "AAAA"))
    assert caught.value.is_gone


async def rows(database: Database) -> list[dict[str, Any]]:
    async with database.transaction() as tx:
        return await (await tx.execute("SELECT * FROM push_subscriptions")).fetchall()


async def test_browsers_are_sealed_woken_when_nobody_looks_and_forgotten_when_gone(house: House) -> None:
    scene = await scenes.build(house)
    mara, tomas = scene.agents["Mara Lindqvist"], scene.agents["Tomás Reyes"]
    service, now = Service(), clock.now()
    push = service.push()
    async with house.database.transaction() as tx:
        with pytest.raises(Invalid):
            await workbench.subscribe(tx, house.vault, push, agent=mara, target=target("https://127.0.0.1/"), now=now)
        mine = target()
        for _ in range(2):  # the same browser twice is one
            await workbench.subscribe(tx, house.vault, push, agent=mara, target=mine, now=now)
        await scenes.people.heartbeat(tx, agent_id=mara.id, now=now)
        both = [mara.id, tomas.id]
        assert await workbench.to_wake(tx, agent_ids=both, now=now) == []  # she looks
        later = now + timedelta(minutes=5)
        assert await workbench.to_wake(tx, agent_ids=both, now=later) == [mara.id]
        assert await workbench.to_wake(tx, agent_ids=both, now=now + timedelta(hours=13)) == []  # she is at home
    (row,) = await rows(house.database)
    assert b"googleapis" not in bytes(row["sealed"])
    assert await workbench.wake(house.database, house.vault, push, agent_id=mara.id, now=later) == 1
    assert await workbench.wake(house.database, house.vault, push, agent_id=mara.id, now=later) == 0  # once a minute
    assert len(service.asked) == 1
    service.status = 410
    assert await workbench.wake(house.database, house.vault, push, agent_id=mara.id, now=now + timedelta(hours=1)) == 0
    assert await rows(house.database) == []
