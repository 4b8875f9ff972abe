"""Numbers that look like a card and are the customer's own orders: looked up only where a message holds such a number."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from litestar import Request

from bellrock import guard, people
from bellrock.core import BellrockError
from bellrock.exchange import Ability
from bellrock.house import House
from bellrock.people import CustomerKind
from bellrock.web.widget.session import require

SECONDS_MAX = 1.5
_log = structlog.get_logger(__name__)


async def own_orders(house: House, request: Request[Any, Any, Any], body: bytes) -> frozenset[str]:
    """Return the numbers of the customer's newest orders, at most 200; none where a message holds nothing like a card.

    The number itself is never sent to the exchange: it may be a card. Whatever fails leaves it masked. Raises NotSignedIn.
    """
    if Ability.TRADING not in house.exchange.can or not _holds_card(body):
        return frozenset()
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        account = (await people.profile(tx, house.vault, customer_id=customer.id)).external_id
    if customer.kind is not CustomerKind.CUSTOMER or account is None:
        return frozenset()
    try:
        async with asyncio.timeout(SECONDS_MAX):
            page = await house.exchange.trading.orders(account)
    except (BellrockError, TimeoutError) as error:
        _log.info("widget.orders_not_known", reason=type(error).__name__)
        return frozenset()
    return frozenset(order.id for order in page.rows)


def _holds_card(body: bytes) -> bool:
    text = body.decode(errors="replace")
    try:
        return guard.Kind.CARD in guard.screen(text, max_chars=len(text)).kinds
    except BellrockError:  # whoever reads the message says what is wrong with it
        return False
