"""The look-ups by name, as `data/playbooks.toml` calls them. None of them changes anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bellrock.exchange import Ability, Exchange
from bellrock.triage.playbooks import (
    looking_accounts,
    looking_deposits,
    looking_futures,
    looking_orders,
    looking_savings,
    looking_withdrawals,
    network_fees,
)
from bellrock.triage.playbooks.asking import Asked, Missing
from bellrock.triage.playbooks.diagnosis import Diagnosis

Found = Diagnosis | Missing | None
_Look = Callable[[Asked], Awaitable[Found]]

CASE = "case"
"""The look at the customer's own conversations, which asks no exchange."""

_LOOKS: dict[str, tuple[_Look, frozenset[Ability]]] = {
    "order": (looking_orders.order, frozenset({Ability.TRADING, Ability.MARKET})),
    "price": (looking_orders.price, frozenset({Ability.TRADING, Ability.MARKET})),
    "fees": (looking_orders.fees, frozenset({Ability.TRADING, Ability.MARKET})),
    "level": (looking_orders.level, frozenset({Ability.TRADING})),
    "liquidation": (looking_futures.liquidation, frozenset({Ability.DERIVATIVES, Ability.CONTRACTS})),
    "margin": (looking_futures.margin, frozenset({Ability.DERIVATIVES})),
    "funding": (looking_futures.funding, frozenset({Ability.DERIVATIVES})),
    "settlement": (looking_futures.settlement, frozenset({Ability.DERIVATIVES})),
    "lock": (looking_accounts.lock, frozenset({Ability.ACCOUNT})),
    "pause": (looking_accounts.pause, frozenset({Ability.ACCOUNT})),
    "login": (looking_accounts.login, frozenset({Ability.ACCOUNT})),
    "frozen": (looking_accounts.frozen, frozenset({Ability.ACCOUNT})),
    "security": (looking_accounts.security, frozenset({Ability.ACCOUNT})),
    "identity": (looking_accounts.identity, frozenset({Ability.IDENTITY})),
    "region": (looking_accounts.region, frozenset({Ability.IDENTITY})),
    "call": (looking_accounts.call, frozenset({Ability.API})),
    "rate": (looking_accounts.rate, frozenset({Ability.API})),
    "withdrawal": (looking_withdrawals.withdrawal, frozenset({Ability.FUNDS, Ability.NETWORKS})),
    "payment_in": (looking_accounts.payment_in, frozenset({Ability.FUNDS})),
    "payment_out": (looking_accounts.payment_out, frozenset({Ability.FUNDS})),
    "redemption": (looking_savings.redemption, frozenset({Ability.EARN})),
    "yield": (looking_savings.earned, frozenset({Ability.EARN})),
    "bonus": (looking_accounts.bonus, frozenset({Ability.EARN})),
    "network_fees": (network_fees.network_fees, frozenset({Ability.NETWORKS})),
    "deposit": (looking_deposits.deposit, frozenset({Ability.FUNDS, Ability.NETWORKS})),
}
# What needs no account: the words, and what is the same for everybody.
_FOR_VISITORS = frozenset({"call", "region", "network_fees"})
LOOKS = frozenset(_LOOKS) | {CASE}


def can_look(name: str, asked: Asked) -> bool:
    """Say whether the exchange can be asked for it, and there is an account where one is needed."""
    if name not in _LOOKS or (asked.account is None and name not in _FOR_VISITORS):
        return False
    return asked.exchange.can >= _LOOKS[name][1]


def is_about_account(name: str, exchange: Exchange) -> bool:
    """Say whether a look-up shows something of the customer's own account, which the exchange can be asked for."""
    return name in _LOOKS and name not in _FOR_VISITORS and exchange.can >= _LOOKS[name][1]


async def look(name: str, asked: Asked) -> Found:
    """Look up and conclude. Raises what the exchange's port raises; ask `can_look` before."""
    return await _LOOKS[name][0](asked)
