"""Who asks: the peer, unless a proxy that the operator trusts says otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient

from bellrock.app import create_app
from bellrock.core.settings import SettingsWrong, load
from bellrock.house import House
from bellrock.web.shared.addresses import TrustedProxies, networks_of


async def seen(peer: str, *forwarded: str, trusted: tuple[str, ...] = ("127.0.0.1", "10.0.0.0/8", "fd00::/8")) -> str:
    """Return the client that an application behind the proxies sees."""
    found: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        found.append(scope["client"][0])

    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope: Any = {"type": "http", "client": (peer, 1234), "headers": headers}
    await TrustedProxies(app, networks=networks_of(trusted))(scope, None, None)  # type: ignore[arg-type]
    return found[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        ("fd00::1", ["[2001:db8::9]:443"], "2001:db8::9"),
        ("127.0.0.1", ["203.0.113.7:5555"], "203.0.113.7"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1, nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["10.0.0.1, 10.0.0.2"], "127.0.0.1"),
    ],
)
async def test_the_client_is_the_first_name_that_a_trusted_proxy_vouches_for(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert await seen(peer, *forwarded) == client


def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(SettingsWrong, match="trusted_proxies"):
        load({"BELLROCK_TRUSTED_PROXIES": "127.0.0.1,proxy.example"})


async def test_the_house_believes_its_proxies_and_says_so_to_the_doctor(house: House) -> None:
    house.settings = replace(house.settings, trusted_proxies=("10.0.0.0/8",))
    app = create_app(house=house)

    async def ask(peer: str, **headers: str) -> dict[str, bool]:
        transport = ASGITransport(app, client=(peer, 5))  # type: ignore[arg-type]
        async with AsyncClient(transport=transport, base_url="http://here") as client:
            told: dict[str, bool] = (await client.get("/health/proxy", headers=headers)).json()
            return told

    async with app.lifespan():
        assert await ask("10.0.0.2", **{"x-forwarded-for": "203.0.113.7"}) == {"forwarded": True, "trusted": True}
        assert await ask("192.0.2.1", **{"x-forwarded-for": "203.0.113.7"}) == {"forwarded": True, "trusted": False}
        assert await ask("10.0.0.2") == {"forwarded": False, "trusted": False}
