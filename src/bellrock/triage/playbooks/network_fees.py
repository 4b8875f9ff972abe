"""What a withdrawal of a coin costs on each network, and the least amounts: as the exchange publishes them now."""

from __future__ import annotations

from bellrock.exchange import ExchangeInvalid, ExchangeNotFound, NetworkRule
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.playbooks.asking import Asked, own_networks
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Step, Value

_ROWS_MAX = 6


async def network_fees(asked: Asked) -> Diagnosis | None:
    """Say what the coin that is named costs to withdraw, on the network that is named now or on all; None without either."""
    asset, meant = _meant(asked)
    if asset is None and not meant:
        return None
    try:
        if asset is None:
            page = await asked.exchange.networks.rules(network=meant[0])
        else:
            page = await asked.exchange.networks.rules(asset=asset)
    except (ExchangeInvalid, ExchangeNotFound):  # a coin or a network that it does not have
        return None
    rows = [row for row in page.rows if row.network in meant] or list(page.rows)
    rows.sort(key=lambda row: (not row.sends_withdrawals, row.withdrawal_fee, row.network))
    if not rows:
        return None
    return Diagnosis(
        "network_fees",
        {"asset": tuple(dict.fromkeys(row.asset for row in rows[:_ROWS_MAX]))},
        (Source("fees", asset or rows[0].network_name, page.as_of),),
        settles=True,
        steps=tuple(_step(row) for row in rows[:_ROWS_MAX]),
    )


def _meant(asked: Asked) -> tuple[str | None, list[str]]:
    """Return the coin and the networks that are named; "and over TRON?", after the fees of a coin, names a network for it."""
    here = entities(asked.newest or asked.text)
    networks = [network for one in here if one.kind is EntityKind.NETWORK for network in one.value.split()[:1]]
    coins = [one for one in here if one.kind is EntityKind.COIN]
    before = (one.values.get("asset") for one in reversed(asked.earlier) if one.code == "network_fees")
    told = next((assets for assets in before if isinstance(assets, tuple)), ())
    if told and not networks and len(coins) == 1 and coins[0].text.upper() != coins[0].value:
        network = own_networks().get(coins[0].value)
        if network is not None:
            return str(told[0]), [network]
    return asked.asset, networks


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
