"""Variables of canned replies: `{{reference}}` becomes the case's own, and what is not known stays visible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bellrock.core import N_

VARIABLES: Mapping[str, str] = {
    "customer_name": N_("Customer's name"),
    "reference": N_("Reference"),
    "agent_name": N_("Agent's name"),
    "brand": N_("Name of the exchange"),
    "txid": N_("Transaction (TxID)"),
    "order_id": N_("Order"),
    "amount": N_("Amount"),
    "asset": N_("Asset"),
    "network": N_("Network"),
    "address": N_("Address"),
}
"""What a canned reply may hold between double braces, with its name on screen."""

# Under which names the first line and the form keep what a variable stands for.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "txid": ("txid", "tx_id", "transaction"),
    "order_id": ("order_id", "order"),
    "amount": ("amount",),
    "asset": ("asset",),
    "network": ("network",),
    "address": ("address",),
}
_VALUE_MAX = 200
_PLACE = re.compile(r"\{\{\s*(" + "|".join(VARIABLES) + r")\s*\}\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables filled in. `missing` names those that stay as `{{name}}`, each once, in order."""

    text: str
    missing: tuple[str, ...]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Return a text in which every variable of a known value is filled in.

    A value is put in as it stands and not read again, so that braces in a customer's name fill nothing.
    """

    def put(found: re.Match[str]) -> str:
        value = " ".join(values.get(found[1], "").split())[:_VALUE_MAX]
        return value or f"{{{{{found[1]}}}}}"

    parts, missing, last = [], [], 0
    for found in _PLACE.finditer(text):
        value = put(found)
        if value == f"{{{{{found[1]}}}}}" and found[1] not in missing:
            missing.append(found[1])
        parts += [text[last : found.start()], value]
        last = found.end()
    return Filled("".join([*parts, text[last:]]), tuple(missing))


def unfilled(text: str) -> tuple[str, ...]:
    """Return the names of variables that still stand in a text, each once, in order."""
    return tuple(dict.fromkeys(found[1] for found in _PLACE.finditer(text)))
