"""What hardly changes, and harms nobody when it is some seconds old: who sits at the desk, which article fits a topic."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from bellrock.core import clock
from bellrock.house import House

KEPT_SECONDS = 3.0
_KEYS_MAX = 500
_KEY = "lately"

T = TypeVar("T")


async def kept(house: House, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
    """Return what was found for a key within the last seconds, else ask anew.

    Only for what does not decide whether somebody may see or do a thing; the key names everything that the answer hangs on.
    """
    found: dict[Hashable, tuple[float, Any]] = house.extras.setdefault(_KEY, {})
    at, value = found.get(key, (0.0, None))
    if key in found and clock.monotonic() - at <= KEPT_SECONDS:
        return value  # type: ignore[no-any-return]
    value = await ask()
    if len(found) >= _KEYS_MAX:
        found.clear()
    found[key] = (clock.monotonic(), value)
    return value
