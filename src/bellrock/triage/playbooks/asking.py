"""What a look-up starts from: whose account, what the message names, what time it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TypeVar

from bellrock import chains
from bellrock.chains import Chain
from bellrock.exchange import Exchange
from bellrock.triage.days import SaidDay
from bellrock.triage.entities import Entity, EntityKind
from bellrock.triage.money import TICKERS
from bellrock.triage.playbooks.diagnosis import Diagnosis, Step

LATELY = timedelta(days=30)
_ID_CHARS_MIN = 5
_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9])([A-Z0-9]{2,10}?)(?:\s?[-/_]\s?)?(USDT|USDC|USD|EUR|BTC|ETH)(?:[-_ ]?(PERP|\d{6}))?(?![A-Za-z0-9])"
)
_QUOTES = {"USDT", "USDC", "USD", "EUR"}
# Words end in these, too ("erreur", "teeth"): without a sign between, the coin before them has to be one that is known.
_LIKE_WORDS = frozenset({"USD", "EUR", "BTC", "ETH"})
_PLAIN = re.compile(r"[^A-Z0-9]|PERP")
# A day in the customer's own zone begins up to 14 hours before, and ends up to 12 hours after, the day in UTC.
_ZONE_EAST, _ZONE_WEST = timedelta(hours=14), timedelta(hours=12)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that only the customer can give, by its code in `texts.ASKS`."""

    fact: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about one account. `account` is None for a visitor: then only what is the same for everybody is looked up.

    `text` are the customer's newest words, `found` the facts in all that they wrote, `earlier` what was concluded in this
    case before, `newest` the words that wait for an answer, `days` those that they say in words.
    """

    exchange: Exchange
    chains: Mapping[str, Chain]
    account: str | None
    text: str
    found: tuple[Entity, ...]
    now: datetime
    symbols: tuple[str, ...] = field(default=())
    earlier: tuple[Diagnosis, ...] = ()
    newest: str = ""
    days: tuple[SaidDay, ...] = ()

    def of_days(self, rows: Sequence[_T], at: Callable[[_T], datetime]) -> list[_T]:
        """Return what can lie on a day that the words say: "yesterday", "on Monday"; nothing where they say none."""
        return [one for one in rows if any(day.holds(at(one)) for day in self.days)]

    def by_day(self, found: Diagnosis | None, at: datetime) -> Diagnosis | None:
        """Say in a diagnosis of something of that time that the day in the words told what is meant, where it did."""
        day = next((one.day for one in self.days if one.holds(at)), None)
        if found is None or day is None:
            return found
        return replace(found, steps=(Step("day_said", {"day": day}), *found.steps))

    def first(self, kind: EntityKind) -> str | None:
        """Return the first fact of a kind."""
        return next((entity.text for entity in self.found if entity.kind is kind), None)

    def is_about(self, symbol: str) -> bool:
        """Say whether a market can be meant: one that is named, else one of a coin that is named; without either, every one."""
        named = {plain_symbol(one) for one in self.symbols}
        if named:
            return plain_symbol(symbol) in named
        coins = self.coins - _QUOTES
        return not coins or any(plain_symbol(symbol).startswith(coin) for coin in coins)

    @property
    def coins(self) -> frozenset[str]:
        """The coins in the words; the name of a network ("Bitcoin", "比特币") is the name of its own coin, too."""
        named = {entity.value for entity in self.found if entity.value and entity.kind is EntityKind.COIN}
        there = {entity.value for entity in self.found if entity.kind is EntityKind.NETWORK}
        return frozenset(named | {symbol for symbol, network in own_networks().items() if network in there})

    def names(self, id: str) -> bool:
        """Say whether an id stands in the words, whatever ids look like at this exchange; a part of a longer one is none."""
        if (
            len(id) < _ID_CHARS_MIN or id.lower() not in self.text.lower()
        ):  # hundreds of ids, and few of them stand there
            return False
        return re.search(rf"(?<![A-Za-z0-9_-]){re.escape(id)}(?![A-Za-z0-9_-])", self.text, re.I) is not None

    def is_on_day(self, at: datetime) -> bool:
        """Say whether an instant can lie on the day that the words name, in whatever zone; without a day, every one can."""
        if self.day is None:
            return True
        begin = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return begin - _ZONE_EAST <= at < begin + timedelta(days=1) + _ZONE_WEST

    def first_value(self, kind: EntityKind) -> str | None:
        """Return the first fact of a kind as machines write it, else as it was written."""
        return next((entity.value or entity.text for entity in self.found if entity.kind is kind), None)

    def value(self, kind: EntityKind) -> str | None:
        """Return the first fact of a kind as machines write it, where one can know."""
        return next((entity.value for entity in self.found if entity.kind is kind and entity.value), None)

    @property
    def amounts(self) -> frozenset[Decimal]:
        """The amounts in the words, without their signs."""
        values = (entity.value.partition(" ")[0] for entity in self.found if entity.kind is EntityKind.AMOUNT)
        return frozenset(abs(Decimal(value)) for value in values if value)

    @property
    def asset(self) -> str | None:
        """The coin that the words are about; money of a country only where no coin is named."""
        amounts = [entity.value for entity in self.found if entity.kind is EntityKind.AMOUNT]
        named = [value.partition(" ")[2] for value in amounts if " " in value]
        coin = next((unit for unit in named if unit in TICKERS), None)
        return coin or self.value(EntityKind.COIN) or next(iter(named), None)

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
            if found <= (self.now + _ZONE_EAST).date():
                return found
        return None


def symbols_in(text: str) -> tuple[str, ...]:
    """Return the markets that a text names: BTCUSDT, BTC/USDT, BTC-USDT-PERP."""
    return tuple(
        dict.fromkeys(
            "".join(match.groups("")) for match in _SYMBOL.finditer(text.upper()) if not _is_like_a_word(match)
        )
    )


def _is_like_a_word(match: re.Match[str]) -> bool:
    base, quote = match[1], match[2]
    return quote in _LIKE_WORDS and match[0] == base + quote and base not in TICKERS


@cache
def own_networks() -> Mapping[str, str]:
    """The network of each coin that has one of its own, by the coin: the first that is paid for in it."""
    return {network.symbol: network.id for network in reversed(chains.networks())}


def plain_symbol(symbol: str) -> str:
    """Return a market's name as it can be compared."""
    return _PLAIN.sub("", symbol.upper())
