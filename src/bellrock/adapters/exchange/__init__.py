"""The exchange behind the port `exchange.port.Exchange`: by the contract over HTTP, or none."""

from __future__ import annotations

import ipaddress

import httpx

from bellrock import exchange
from bellrock.core import Settings
from bellrock.core.settings import SettingsWrong


def build_exchange(settings: Settings) -> exchange.Exchange:
    """Return the exchange of the settings; without an address one that can be asked nothing. Raises SettingsWrong."""
    if not settings.exchange_url:
        return exchange.no_exchange()
    can, measures = _declared(settings.exchange_can)
    return connect(
        settings.exchange_url, token=settings.exchange_token, name=settings.brand, can=can, measures=measures
    )


def connect(
    url: str,
    *,
    token: str,
    name: str = "",
    can: frozenset[exchange.Ability] = frozenset(exchange.Ability),
    measures: frozenset[exchange.Measure] = frozenset(exchange.Measure),
) -> exchange.Exchange:
    """Return the exchange at an address. Raises SettingsWrong for an address to which no token may be sent."""
    from bellrock.adapters.exchange.http import ExchangeClient, parts

    return parts(ExchangeClient(_checked(url), token=token), name=name, can=can, measures=measures)


async def declared(url: str, *, token: str) -> tuple[exchange.Declaration, exchange.Exchange]:
    """Return what a service says of itself, and the exchange with just the parts that it has. Raises as the port does."""
    from bellrock.adapters.exchange.http import ExchangeClient, parts

    client = ExchangeClient(_checked(url), token=token)
    said = await client.declaration()
    return said, parts(client, name=said.name, can=frozenset(said.can), measures=frozenset(said.measures))


def _checked(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise SettingsWrong(name="exchange_url", why="it is no address") from error
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.query or parsed.userinfo:
        raise SettingsWrong(name="exchange_url", why="it takes https://host/path, without a name or a query in it")
    if parsed.scheme == "http" and not _is_here(parsed.host):
        raise SettingsWrong(name="exchange_url", why="over http, only this machine is asked: the token would be seen")
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _declared(names: tuple[str, ...]) -> tuple[frozenset[exchange.Ability], frozenset[exchange.Measure]]:
    """Return parts and measures of the setting; all of them where it is empty."""
    if not names:
        return frozenset(exchange.Ability), frozenset(exchange.Measure)
    abilities = {one.value: one for one in exchange.Ability}
    measures = {one.value: one for one in exchange.Measure}
    for name in names:
        if name not in abilities and name not in measures:
            raise SettingsWrong(name="exchange_can", why=f"{name} is no part and no measure")
    return (
        frozenset(abilities[name] for name in names if name in abilities),
        frozenset(measures[name] for name in names if name in measures),
    )
