"""Accounts with a worry: one for each of the 18 languages, and those that the demo's customers have."""

from __future__ import annotations

from collections.abc import Callable

from bellrock.reference_exchange.state import State
from bellrock.reference_exchange.stories_access import (
    frozen,
    identity_pending,
    identity_rejected,
    locked_out,
    private_banking,
    security_hold,
    signature_refused,
    strange_sign_in,
)
from bellrock.reference_exchange.stories_trading import (
    cross_liquidation,
    fees_in_doubt,
    funding_paid,
    isolated_liquidation,
    orders_in_doubt,
)
from bellrock.reference_exchange.stories_transfers import (
    deposit_confirming,
    earn_in_doubt,
    memo_missing,
    payment_late,
    withdrawal_on_the_network,
    wrong_network,
)
from bellrock.reference_exchange.world import World

Story = Callable[[World, State], None]
# What the demo's customers and one account a language have. Several stories make one account.
STORIES: dict[str, tuple[str, tuple[Story, ...]]] = {
    "NW-100281": ("en", (withdrawal_on_the_network, orders_in_doubt)),
    "NW-100417": ("zh-Hans", (cross_liquidation,)),
    "NW-100533": ("ar", (locked_out,)),
    "NW-100602": ("tr", (wrong_network,)),
    "NW-100618": ("ko", (signature_refused,)),
    "NW-100655": ("ja", (private_banking,)),
    "NW-100671": ("pt", (deposit_confirming,)),
    "NW-100689": ("zh-Hant", (isolated_liquidation,)),
    "NW-100704": ("es", (identity_pending,)),
    "NW-100719": ("fr", (identity_rejected,)),
    "NW-100733": ("ru", (orders_in_doubt,)),
    "NW-100748": ("de", (fees_in_doubt, payment_late)),
    "NW-100752": ("vi", (memo_missing,)),
    "NW-100766": ("it", (earn_in_doubt,)),
    "NW-100781": ("pl", (frozen,)),
    "NW-100797": ("id", (strange_sign_in,)),
    "NW-100803": ("nl", (funding_paid,)),
    "NW-100818": ("uk", (security_hold,)),
    "nw-1041": ("en", (withdrawal_on_the_network,)),
    "nw-2207": ("zh-Hans", (locked_out,)),
    "nw-3318": ("ar", (wrong_network,)),
}
