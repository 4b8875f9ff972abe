"""No exchange: what stands in the house until one is set up. It can be asked nothing and says so."""

from __future__ import annotations

from typing import Any, NoReturn

from bellrock.exchange.errors import ExchangeCannot
from bellrock.exchange.port import Exchange


class _Cannot:
    """Every part in one: whatever it is asked, it raises ExchangeCannot."""

    measures: frozenset[Any] = frozenset()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        async def cannot(*_args: Any, **_kwargs: Any) -> NoReturn:
            raise ExchangeCannot

        return cannot


CANNOT: Any = _Cannot()


def no_exchange() -> Exchange:
    """Return an exchange that can be asked nothing."""
    return Exchange("", frozenset(), *[CANNOT] * 11)
