"""What all answers of an exchange share: pages, instants, ids, what it can be asked.

The shapes of this room are the shapes on the wire: the fields of a JSON object have these names, money is a decimal
string, an instant RFC 3339 with its offset, an enumeration its value. The limits of length are limits of the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

import msgspec

PAGE_ROWS_MAX = 200

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]  # of an asset: USDT
Symbol = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]  # of a market: BTC-USDT, BTC-USDT-PERP
Caip2 = Annotated[str, msgspec.Meta(pattern=r"^[-a-z0-9]{3,16}:[-_a-zA-Z0-9]{1,64}$")]
Caip19 = Annotated[
    str, msgspec.Meta(pattern=r"^[-a-z0-9]{3,16}:[-_a-zA-Z0-9]{1,64}/[-a-z0-9]{3,8}:[-.%a-zA-Z0-9]{1,128}$")
]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1
Text = Annotated[str, msgspec.Meta(max_length=500)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

T = TypeVar("T")


class Ability(StrEnum):
    """What an exchange can be asked: one for each part of the port."""

    ACCOUNT = "account"
    API = "api"
    FUNDS = "funds"
    NETWORKS = "networks"
    TRADING = "trading"
    MARKET = "market"
    DERIVATIVES = "derivatives"
    CONTRACTS = "contracts"
    EARN = "earn"
    IDENTITY = "identity"
    PROTECTION = "protection"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Up to 200 rows, the newest first unless a method says otherwise; `next` is the cursor of the next page, if there is one."""

    rows: Annotated[tuple[T, ...], msgspec.Meta(max_length=PAGE_ROWS_MAX)]
    as_of: Instant
    next: Annotated[str, msgspec.Meta(max_length=512)] | None = None


class Side(StrEnum):
    """Of an order or trade."""

    BUY = "buy"
    SELL = "sell"


__all__ = [
    "PAGE_ROWS_MAX",
    "Ability",
    "Caip2",
    "Caip19",
    "Code",
    "Country",
    "Decimal",
    "Id",
    "Instant",
    "Page",
    "Side",
    "Symbol",
    "Text",
]
