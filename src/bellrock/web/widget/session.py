"""Who writes: a token of the exchange or a visitor's secret becomes a session; a session becomes a customer."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request

from bellrock import guard, people
from bellrock.core import NotSignedIn, Transaction, clock
from bellrock.house import House
from bellrock.people import Customer, TokenKey, WidgetSession
from bellrock.web.shared.addresses import address_of
from bellrock.web.shared.branding import colours_of, refresh
from bellrock.web.shared.languages import known
from bellrock.web.widget.demo import demo_keys
from bellrock.web.widget.hours import people_again

ACCEPT = "image/png,image/jpeg,image/webp,image/gif,application/pdf,video/mp4,text/plain,text/csv,.log"
_BEARER = "Bearer "
_TOKEN_LENGTH_MAX = 256
_THREADS_MAX = 20_000
# Where names are written family first: the first word alone is a family, and often one of a few.
_FAMILY_FIRST = frozenset({"vi", "zh", "ja", "ko"})


class Opening(msgspec.Struct):
    """What a widget asks a session with: a token of the exchange, or the secret that this browser was given before.

    With both, the visitor has signed in: their thread becomes the customer's. `zone` is the browser's time zone.
    """

    token: str | None = None
    visitor: str | None = None
    locale: str = "en"
    zone: str | None = None


def file_bytes_max(house: House) -> int:
    """Return the size up to which a file is taken."""
    return min(house.settings.upload_mb_max * 1_000_000, guard.BYTES_MAX)


async def begin(house: House, request: Request[Any, Any, Any], opening: Opening) -> dict[str, Any]:
    """Start a session and return what the widget begins with. Raises TokenRefused, or NotSignedIn for an unknown secret."""
    now = clock.now()
    language = known(opening.locale) or "en"
    secret, claims = None, None
    brand = (await refresh(house)).of_host(request.headers.get("host", ""))
    async with house.database.transaction() as tx:
        if opening.token:
            claims = people.read_token(opening.token, keys=keys_of(house), now=now)
            customer = await people.customer_described(tx, house.vault, claims=claims, now=now)
            if opening.visitor:
                await _keep_thread(tx, house, opening.visitor, customer)
            await _adopt(tx, house, opening, customer, now)
        elif opening.visitor:
            found = await people.visitor_from_secret(tx, secret=opening.visitor[:_TOKEN_LENGTH_MAX], now=now)
            if found is None:
                raise NotSignedIn
            customer = found
        else:
            house.rates.take_address(address_of(request), "visitor")
            customer, secret = await people.start_visitor(tx, house.vault, locale=language, now=now)
        await people.note_zone(tx, customer_id=customer.id, zone=opening.zone)
        profile = await people.profile(tx, house.vault, customer_id=customer.id)
        # The exchange speaks for the account that its token names, not for another one of the same person.
        named = claims if claims and claims.external_id == profile.external_id else None
        session, bearer = await people.start_widget_session(
            tx,
            customer=customer,
            now=now,
            vouched_at=named.issued_at if named else None,
            proved_at=named.proved_at if named else None,
        )
        opens = await people_again(tx, now=now, brand_id=brand.id)
    threads.keep(bearer, customer, None)
    return {
        "session": bearer,
        "expires_at": clock.rfc3339(session.expires_at),
        "visitor": secret,
        "brand": brand.name,
        "colours": colours_of(brand),
        "opens_at": clock.rfc3339(opens) if opens else None,
        "proof": session.proof(now=now),
        "customer": {
            "kind": str(customer.kind),
            "name": _called(profile.name, language, customer.locale),
            "has_mail": bool(profile.email),
        },
        "limits": {"bytes_max": file_bytes_max(house), "files_max": 5, "accept": ACCEPT},
    }


def _called(name: str | None, *languages: str | None) -> str | None:
    """Return what somebody is called by: their first name, or the whole one where the family's name comes first."""
    if not name:
        return None
    if any(each and each.partition("-")[0] in _FAMILY_FIRST for each in languages):
        return name
    return name.split(" ")[0] or None


async def _adopt(tx: Transaction, house: House, opening: Opening, customer: Customer, now: datetime) -> None:
    if not opening.visitor:
        return
    visitor = await people.visitor_from_secret(tx, secret=opening.visitor[:_TOKEN_LENGTH_MAX], now=now)
    if visitor is not None:
        await people.adopt_visitor(tx, house.vault, visitor_id=visitor.id, customer=customer, now=now)


class Threads:
    """Which customer wrote in which conversation last with a session, as far as this process saw: a guess, never a proof.

    The conversation is None for who has not written with this session.
    """

    def __init__(self, most: int = _THREADS_MAX) -> None:
        self._most = most
        self._known: OrderedDict[bytes, tuple[Customer, UUID | None]] = OrderedDict()

    def guess(self, token: str) -> tuple[Customer, UUID | None] | None:
        """Return the customer and conversation that a session most likely stands for."""
        return self._known.get(_digest(token))

    def keep(self, token: str, customer: Customer, conversation_id: UUID | None) -> None:
        """Remember whose a session is, and where its message went."""
        key = _digest(token)
        self._known[key] = (customer, conversation_id)
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


threads = Threads()


def bearer_of(request: Request[Any, Any, Any]) -> str:
    """Return the bearer token of a request. Raises NotSignedIn when it has none."""
    token = token_in(request.headers.get("authorization", ""))
    if not token:
        raise NotSignedIn
    return token


def token_in(header: str) -> str:
    """Return the bearer token of an `Authorization` header, empty when there is none that can be ours."""
    token = header.removeprefix(_BEARER).strip() if header.startswith(_BEARER) else ""
    return token if len(token) <= _TOKEN_LENGTH_MAX else ""


async def _keep_thread(tx: Transaction, house: House, secret: str, customer: Customer) -> None:
    """Whoever wrote in this browser before signing in is this customer, once; a secret that opens nothing changes nothing."""
    now = clock.now()
    visitor = await people.visitor_from_secret(tx, secret=secret[:_TOKEN_LENGTH_MAX], now=now)
    if visitor is not None:
        await people.adopt_visitor(tx, house.vault, visitor_id=visitor.id, customer=customer, now=now)


async def require(tx: Transaction, request: Request[Any, Any, Any]) -> WidgetSession:
    """Return the session of a request. Raises NotSignedIn: missing, forged, expired or ended."""
    session = await people.widget_session(tx, token=bearer_of(request), now=clock.now())
    if session is None:
        raise NotSignedIn
    return session


def language_of(wish: str, customer: Customer) -> str:
    """Return the language of a page for a customer: what the widget shows (`Accept-Language`), else their own."""
    return known(wish.split(",")[0].split(";")[0]) or known(customer.locale) or "en"


def keys_of(house: House) -> Mapping[str, TokenKey]:
    """Return the keys that sign customer tokens; the demo's own only where the demo is on."""
    keys = dict(_token_keys(tuple(house.settings.customer_token_keys.items())))
    return keys | demo_keys(house)


@lru_cache(maxsize=4)
def _token_keys(setting: tuple[tuple[str, str], ...]) -> Mapping[str, TokenKey]:
    return people.token_keys(dict(setting))
