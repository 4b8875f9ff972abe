"""What a withdrawal of a coin costs on each network, and the least amounts: as the exchange publishes them now."""

from __future__ import annotations

from bellrock.exchange import ExchangeInvalid, ExchangeNotFound, NetworkRule
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.playbooks.asking import Asked
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step, Value

_ROWS_MAX = 6


async def network_fees(asked: Asked) -> Diagnosis | None:
    """Say what the coin that is named costs to withdraw, on the network that is named now or on all; None without either."""
    named = [one.value.split() for one in entities(asked.newest or asked.text) if one.kind is EntityKind.NETWORK]
    meant = [network for found in named for network in found[:1]]
    if asked.asset is None and not meant:
        return None
    try:
        if asked.asset is None:
            page = await asked.exchange.networks.rules(network=meant[0])
        else:
            page = await asked.exchange.networks.rules(asset=asked.asset)
    except (ExchangeInvalid, ExchangeNotFound):  # a coin or a network that it does not have
        return None
    rows = [row for row in page.rows if row.network in meant] or list(page.rows)
    rows.sort(key=lambda row: (not row.sends_withdrawals, row.withdrawal_fee, row.network))
    if not rows:
        return None
    return Diagnosis(
        "network_fees",
        {"asset": tuple(dict.fromkeys(row.asset for row in rows[:_ROWS_MAX]))},
        (Source("fees", asked.asset or rows[0].network_name, page.as_of),),
        settles=True,
        steps=tuple(_step(row) for row in rows[:_ROWS_MAX]),
    )


def _step(row: NetworkRule) -> Step:
    if not row.sends_withdrawals:
        return Step("network_paused", {"network": row.network_name})
    fee, least = Money(row.withdrawal_fee, row.asset), Money(row.withdrawal_min, row.asset)
    values: dict[str, Value] = {
        "network": row.network_name,
        "fee": fee,
        "least": least,
        "deposit": Money(row.deposit_min, row.asset),
    }
    return Step("network_fee", values)
