"""Reading answers of nodes: what is not of the shape that the docs promise counts as no answer."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ParamSpec, TypeVar

from bellrock.adapters.chain.http import NodeRefused
from bellrock.chains.port import ChainUnavailable

P = ParamSpec("P")
T = TypeVar("T")


def careful(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Turn what goes wrong while an answer is read into ChainUnavailable: a node may answer anything."""

    @functools.wraps(work)
    async def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await work(*args, **kwargs)
        except (
            KeyError,
            IndexError,
            TypeError,
            ValueError,
            AttributeError,
            InvalidOperation,
            OverflowError,
            NodeRefused,
        ) as error:
            raise ChainUnavailable from error

    return reading


def coins(units: int | str, decimals: int) -> Decimal:
    """Return a number of the smallest units as whole coins, exact."""
    return Decimal(int(units)).scaleb(-decimals)


def instant(seconds: int | str | Decimal) -> datetime:
    """Return seconds since 1970 as an aware UTC time."""
    return datetime.fromtimestamp(int(seconds), UTC)


def number(text: Any) -> int:
    """Return a hexadecimal quantity of an EVM node. Raises ValueError, TypeError."""
    return int(text, 16)
