"""What all adapters share: a node that serves its network, and reading its answers. What has another shape is no answer."""

from __future__ import annotations

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ParamSpec, TypeVar

from bellrock.adapters.chain.http import Node, NodeRefused, exact
from bellrock.chains.port import ChainMixedUp, ChainUnavailable, Network, TxidWrong

P = ParamSpec("P")
T = TypeVar("T")
DECIMALS_MAX = 36
LOGS_MAX = 2_000
TOKENS_MAX = 30
TOKENS_KNOWN_MAX = 5_000
_BITS_MAX = 256
_HEX_MAX = 66
_DIGITS = re.compile(r"[0-9a-f]{64}")


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


class NodeChain(ABC):
    """A network behind a node, which is asked once whether it serves that network: one that serves another is not believed."""

    def __init__(self, network: Network, node: Node) -> None:
        self.network = network
        self._node = node
        self._is_checked = False

    @abstractmethod
    async def _serves(self) -> str:
        """Return the network that the node serves: its CAIP-2 id, or of a hash in it the beginning."""

    async def _check(self) -> None:
        """Raise ChainMixedUp where the node serves another network."""
        if not self._is_checked:
            if await self._serves() != self.network.id:
                raise ChainMixedUp
            self._is_checked = True


class Scales:
    """The decimals of tokens, each asked for once. One that tells none, or more than 36, has None: its amounts are unknown."""

    def __init__(self, ask: Callable[[str], Coroutine[Any, Any, int | None]]) -> None:
        self._ask = ask
        self._known: dict[str, int | None] = {}

    async def of(self, token: str) -> int | None:
        """Return the decimals of a token. Raises what asking raises, save the node's own refusal."""
        if token not in self._known:
            try:
                told = await self._ask(token)
            except NodeRefused:
                told = None
            if len(self._known) >= TOKENS_KNOWN_MAX:
                del self._known[next(iter(self._known))]
            self._known[token] = told if told is not None and 0 <= told <= DECIMALS_MAX else None
        return self._known[token]


def bounded(logs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the logs that are read of a transaction: 2,000, of 30 tokens, since each of these is asked for its decimals."""
    tokens: set[str] = set()
    kept = []
    for log in logs[:LOGS_MAX]:
        if len(tokens) < TOKENS_MAX or log["address"] in tokens:
            tokens.add(log["address"])
            kept.append(log)
    return kept


def hexadecimal(txid: str, *, prefix: str = "") -> str:
    """Return an id of 64 digits behind a prefix, in small letters. Raises TxidWrong."""
    written = txid.strip().lower()
    if not written.startswith(prefix) or not _DIGITS.fullmatch(written.removeprefix(prefix)):
        raise TxidWrong
    return written


def require_same(told: Any, asked: str) -> None:
    """Raise ValueError where a node tells of another transaction than it was asked for, as a mixed-up cache may."""
    if str(told).lower() != asked.lower():
        raise ValueError("another transaction")


def coins(units: int | str, decimals: int) -> Decimal:
    """Return a number of the smallest units as whole coins, exact. Raises ValueError for one of more digits than any amount."""
    if isinstance(units, int) and units.bit_length() > _BITS_MAX:
        raise ValueError("no amount that any chain has")
    return exact(f"{int(units)}E-{decimals}")


def instant(seconds: int | str | Decimal) -> datetime:
    """Return seconds since 1970 as an aware UTC time."""
    return datetime.fromtimestamp(int(seconds), UTC)


def number(text: Any) -> int:
    """Return a hexadecimal quantity of an EVM node. Raises ValueError, TypeError."""
    if len(text) > _HEX_MAX:
        raise ValueError("no number that any chain has")
    return int(text, 16)
