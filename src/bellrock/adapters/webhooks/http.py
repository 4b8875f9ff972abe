"""The caller of webhooks over HTTP: no redirects, no proxy of the environment, no address inside, a few seconds at most."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

import httpx

from bellrock.integrations.port import Reply

SECONDS_MAX = 10.0
EXCERPT_BYTES = 2_000
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MAPPED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 behind a translator


class HttpCaller:
    """Calls public addresses only, unless `may_be_private`: then this machine and its networks too, for tests and intranets."""

    def __init__(self, *, may_be_private: bool = False) -> None:
        self._may_be_private = may_be_private

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        began = time.monotonic()
        try:
            async with asyncio.timeout(SECONDS_MAX):
                status, excerpt = await self._post(httpx.URL(url), headers, body)
        except _AddressRefused:
            return Reply(None, "address_refused", _since(began))
        except TimeoutError:
            return Reply(None, "timeout", _since(began))
        except socket.gaierror:
            return Reply(None, "name_unknown", _since(began))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            problem = "timeout" if isinstance(error, httpx.TimeoutException) else "connection_failed"
            return Reply(None, problem, _since(began))
        problem = "redirect_refused" if 300 <= status < 400 else "" if 200 <= status < 300 else "refused"
        return Reply(status, problem, _since(began), excerpt)

    async def _post(self, url: httpx.URL, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        address = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        # The connection goes to the address that was judged; the name stays in Host and in the certificate's check.
        pinned = url.copy_with(host=str(address))
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=SECONDS_MAX) as client,
            client.stream(
                "POST",
                pinned,
                headers={**headers, "host": url.netloc.decode("ascii")},
                content=body,
                extensions={"sni_hostname": url.host},
            ) as response,
        ):
            kept = b""
            with suppress(httpx.HTTPError):  # the status is known; what follows it is only for the log
                async for piece in response.aiter_raw(EXCERPT_BYTES):
                    kept += piece
                    if len(kept) >= EXCERPT_BYTES:
                        break
            return response.status_code, kept[:EXCERPT_BYTES].decode("utf-8", "replace")

    async def _resolve(self, host: str, port: int) -> _Address:
        """Return the address to call: the first one, provided that every one is allowed."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not addresses or not all(self._is_allowed(address) for address in addresses):
            raise _AddressRefused
        return addresses[0]

    def _is_allowed(self, address: _Address) -> bool:
        if isinstance(address, ipaddress.IPv6Address):
            inner = address.ipv4_mapped or address.sixtofour
            if address in _MAPPED:
                inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
            if inner is not None:
                return self._is_allowed(inner)
        if address.is_multicast or address.is_unspecified or address.is_link_local:
            return False  # link-local holds the metadata services of clouds: never
        return self._may_be_private or address.is_global


class _AddressRefused(Exception):
    """The name leads somewhere that must not be called."""


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1_000)
