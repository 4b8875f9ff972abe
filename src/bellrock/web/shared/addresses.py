"""From where a request comes: the peer, or what a trusted proxy says of it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network


def address_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the address that a request comes from, empty when there is none (a unix socket)."""
    return request.client.host if request.client else ""


class TrustedProxies:
    """Put the real client in the place of a proxy that the operator trusts; what anybody else claims is passed over.

    `X-Forwarded-For` is read from its end: each trusted proxy added the peer it saw, so the first name from the right that
    is no trusted proxy is the client. Whatever stands left of it was written by the client and proves nothing.
    """

    def __init__(self, app: ASGIApp, *, networks: tuple[Network, ...]) -> None:
        self._app = app
        self._networks = networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            self._look(scope)
        await self._app(scope, receive, send)

    def _look(self, scope: Any) -> None:
        peer = scope.get("client")
        if peer is None or not self._trusts(peer[0]):
            return
        named = ",".join(
            value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"x-forwarded-for"
        )
        client = next((name for name in _names(named) if not self._trusts(name)), None)
        if client is None:
            return
        scope["client"] = (client, 0)
        scope.setdefault("state", {})["proxied"] = True

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed.version == network.version and parsed in network for network in self._networks)


def networks_of(given: tuple[str, ...]) -> tuple[Network, ...]:
    """Return the networks of trusted proxies. Raises ValueError for one that is none."""
    return tuple(ip_network(text, strict=False) for text in given)


def is_within(address: str, given: tuple[str, ...]) -> bool:
    """Whether an address lies in one of these networks."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed.version == network.version and parsed in network for network in networks_of(given))


def _names(header: str) -> list[str]:
    """Return the addresses of the header from the right, up to the first that is none."""
    names = []
    for part in reversed(header.split(",")[-20:]):
        text = part.strip().removeprefix("[").partition("]")[0]
        if text.count(":") == 1:
            text = text.partition(":")[0]
        try:
            names.append(str(ip_address(text)))
        except ValueError:
            break
    return names
