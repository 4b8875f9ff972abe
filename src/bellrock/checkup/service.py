"""Looks at the exchange's service for support: whether it answers, takes the token, and has what the settings say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bellrock.checkup.findings import Finding
from bellrock.core import BellrockError
from bellrock.exchange import Declaration, ExchangeNotAllowed

_CURE = (
    "Check BELLROCK_EXCHANGE_URL and BELLROCK_EXCHANGE_TOKEN (docs/exchange.md), the service itself, and the firewall."
)


async def look_at_exchange(
    ask: Callable[[], Awaitable[Declaration]] | None, *, named: tuple[str, ...]
) -> list[Finding]:
    """Ask a service what it is; `named` are parts and measures of the setting. Nothing where no service is set up."""
    if ask is None:
        return []
    try:
        said = await ask()
    except ExchangeNotAllowed:
        return [Finding("exchange", "does not take the token", "bad", "It was changed or has ended.", _CURE)]
    except BellrockError as error:
        cause = f"{error.code}: no account can be looked up or protected until it does."
        return [Finding("exchange", "does not answer as it should", "bad", cause, _CURE)]
    has = {*said.can, *said.measures}
    if lacking := sorted(set(named) - has):
        cause = "It does not have what the setting names: " + ", ".join(lacking)
        return [Finding("exchange", said.name, "soon", cause, "Set BELLROCK_EXCHANGE_CAN to what it has.")]
    return [Finding("exchange", f"{said.name}: {len(said.can)} parts, {len(said.measures)} measures")]
