"""Who looks at a page: a customer signed in by the exchange, or whoever holds the secret link of a case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie

from bellrock import channels, people
from bellrock.core import NotFound, Transaction, clock
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.widget.demo import CUSTOMERS, DEMO_COOKIE, demo_token
from bellrock.web.widget.session import keys_of

SESSION_COOKIE = "bellrock_customer"
_LINK_COOKIE = "case"
_LENGTH_MAX = 256


async def signed_in(tx: Transaction, house: House, request: Request[Any, Any, Any]) -> Customer | None:
    """Return the customer of this browser's session, or None."""
    token = request.cookies.get(SESSION_COOKIE, "")
    if token and len(token) <= _LENGTH_MAX:
        session = await people.widget_session(tx, token=token, now=clock.now())
        if session is not None and session.customer.kind == "customer":
            return session.customer
    demo = CUSTOMERS.get(request.cookies.get(DEMO_COOKIE, "")) if house.settings.demo else None
    if demo is None:
        return None
    now = clock.now()
    return await people.customer_from_token(
        tx, house.vault, token=demo_token(house, demo, now=now), keys=keys_of(house), now=now
    )


async def reader_of(
    tx: Transaction, house: House, request: Request[Any, Any, Any], *, reference: str
) -> tuple[Customer, UUID]:
    """Return who may read a case and its id. Raises NotFound for everybody else, whether the case exists or not."""
    from bellrock import conversations

    secret = request.cookies.get(_LINK_COOKIE, "")
    if secret and len(secret) <= _LENGTH_MAX:
        found = await channels.customer_of_link(tx, reference=reference, secret=secret, now=clock.now())
        if found is not None:
            return found
    customer = await signed_in(tx, house, request)
    if customer is None:
        raise NotFound
    conversation = await conversations.find_by_reference(tx, viewer=customer, reference=reference)
    return customer, conversation.id


def keep_link(response: Response[Any], house: House, *, reference: str, secret: str) -> None:
    """Keep the secret of a case in a cookie that goes to this case's pages only, so that it leaves the address."""
    response.set_cookie(
        Cookie(
            key=_LINK_COOKIE,
            value=secret,
            path=f"/cases/{reference}",
            max_age=int(channels.LINK_LIFETIME.total_seconds()),
            httponly=True,
            secure=house.settings.is_https,
            samesite="lax",
        )
    )


def own_link(house: House, request: Request[Any, Any, Any], *, reference: str) -> str | None:
    """Return the secret link that this browser came by, for its reader to keep; None for who is signed in."""
    secret = request.cookies.get(_LINK_COOKIE)
    return f"{house.settings.base_url}/cases/{reference}?key={secret}" if secret else None
