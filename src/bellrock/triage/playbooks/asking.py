"""What a look-up starts from: whose account, what the message names, what time it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from bellrock.chains import Chain
from bellrock.exchange import Exchange
from bellrock.triage.entities import Entity, EntityKind

LATELY = timedelta(days=30)
_ID_CHARS_MIN = 5
_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9])([A-Z0-9]{2,10}?)(?:\s?[-/_]\s?)?(USDT|USDC|USD|EUR|BTC|ETH)(?:[-_ ]?(PERP|\d{6}))?(?![A-Za-z0-9])"
)
_QUOTES = {"USDT", "USDC", "USD", "EUR"}
_PLAIN = re.compile(r"[^A-Z0-9]|PERP")


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that only the customer can give, by its code in `texts.ASKS`."""

    fact: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one account. `account` is None for a visitor: then only what is the same for everybody is looked up.

    `text` are the customer's newest words, `found` the facts in all that they wrote.
    """

    exchange: Exchange
    chains: Mapping[str, Chain]
    account: str | None
    text: str
    found: tuple[Entity, ...]
    now: datetime
    symbols: tuple[str, ...] = field(default=())

    def first(self, kind: EntityKind) -> str | None:
        """Return the first fact of a kind."""
        return next((entity.text for entity in self.found if entity.kind is kind), None)

    def is_about(self, symbol: str) -> bool:
        """Say whether a market can be meant: one that is named, else one of a coin that is named; without either, every one."""
        named = {plain_symbol(one) for one in self.symbols}
        if named:
            return plain_symbol(symbol) in named
        coins = {entity.value for entity in self.found if entity.kind is EntityKind.COIN and entity.value} - _QUOTES
        return not coins or any(plain_symbol(symbol).startswith(coin) for coin in coins)

    def names(self, id: str) -> bool:
        """Say whether an id stands in the words, whatever ids look like at this exchange."""
        return len(id) >= _ID_CHARS_MIN and id.casefold() in self.text.casefold()

    def first_value(self, kind: EntityKind) -> str | None:
        """Return the first fact of a kind as machines write it, else as it was written."""
        return next((entity.value or entity.text for entity in self.found if entity.kind is kind), None)

    def value(self, kind: EntityKind) -> str | None:
        """Return the first fact of a kind as machines write it, where one can know."""
        return next((entity.value for entity in self.found if entity.kind is kind and entity.value), None)

    @property
    def amounts(self) -> frozenset[Decimal]:
        """The amounts in the words."""
        values = (entity.value.partition(" ")[0] for entity in self.found if entity.kind is EntityKind.AMOUNT)
        return frozenset(Decimal(value) for value in values if value)

    @property
    def asset(self) -> str | None:
        """The coin that the words are about."""
        amounts = (entity.value for entity in self.found if entity.kind is EntityKind.AMOUNT)
        of_amount = next((value.partition(" ")[2] for value in amounts if " " in value), None)
        return of_amount or self.value(EntityKind.COIN)

    @property
    def day(self) -> date | None:
        """The day that the words name; one without a year is the last of its name."""
        value = self.value(EntityKind.DATE)
        if value is None:
            return None
        for year in (self.now.year, self.now.year - 1):
            try:
                found = date.fromisoformat(f"{year}{value[1:]}" if value.startswith("--") else value[:10])
            except ValueError:
                return None
            if found <= self.now.date():
                return found
        return None


def symbols_in(text: str) -> tuple[str, ...]:
    """Return the markets that a text names: BTCUSDT, BTC/USDT, BTC-USDT-PERP."""
    return tuple(dict.fromkeys("".join(match.groups("")) for match in _SYMBOL.finditer(text.upper())))


def plain_symbol(symbol: str) -> str:
    """Return a market's name as it can be compared."""
    return _PLAIN.sub("", symbol.upper())
