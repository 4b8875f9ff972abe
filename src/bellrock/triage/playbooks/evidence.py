"""What a conclusion rests on, as plain JSON: so that a specialist, or the other side of a dispute, can do the sum again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bellrock.exchange import encode

ROWS_MAX = 100
"""So many rows of each list are kept; how many were left out stands beside them."""


def packed(facts: Mapping[str, Any], missing: tuple[str, ...]) -> dict[str, Any] | None:
    """Return facts as they are kept: rows as on the wire of the exchange, money as decimal strings; None without any.

    `missing` names what was needed and could not be had.
    """
    if not facts and not missing:
        return None
    left_out: dict[str, int] = {}
    kept = {name: _short(_plain(fact), name, left_out) for name, fact in facts.items() if fact is not None}
    return {"facts": kept, "missing": list(missing), "left_out": left_out}


def _plain(fact: Any) -> Any:
    return json.loads(encode(fact))


def _short(value: Any, name: str, left_out: dict[str, int]) -> Any:
    """Shorten lists; of what is ordered in time, both ends stay."""
    if isinstance(value, dict):
        return {key: _short(one, f"{name}.{key}", left_out) for key, one in value.items()}
    if isinstance(value, list) and len(value) > ROWS_MAX:
        left_out[name] = len(value) - ROWS_MAX
        return [*value[: ROWS_MAX // 2], *value[-(ROWS_MAX // 2) :]]
    return value
