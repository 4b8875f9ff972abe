"""A number that looks like a card stays readable when it is one of the customer's own orders, and only then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bellrock import reference_exchange
from bellrock.core import clock
from bellrock.house import House
from bellrock.web.widget.demo import CUSTOMERS
from tests.web.widget.conftest import NewWidget

pytestmark = pytest.mark.usefixtures("staffed")
OWN, FOREIGN = "4111111111111111", "5555555555554444"  # both pass the check of a card


async def test_an_own_order_is_no_card(house: House, new_widget: NewWidget) -> None:
    venue = reference_exchange.Venue(started_at=clock.now(), clock=clock.now)
    mine = venue.account(CUSTOMERS["elif"].external_id)
    mine.orders.insert(0, replace(mine.orders[0], id=OWN))
    house.exchange = reference_exchange.as_exchange(venue)
    elif_, noura, visitor = await new_widget("elif"), await new_widget("noura"), await new_widget()
    for words in (f"{OWN} please", f"{OWN} please"):  # the first of a thread, and one that goes on
        assert (await elif_.say(words)).json()["message"]["text"] == words
    kept = (await elif_.say(f"{OWN} and {FOREIGN}")).json()["message"]
    assert (kept["text"], kept["extras"]) == (f"{OWN} and ⟦card⟧", {"notice": "card"})
    for other in (noura, visitor):
        assert OWN not in (await other.say(f"{OWN} please")).json()["message"]["text"]
