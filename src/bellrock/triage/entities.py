"""Facts that stand in a message, in every script and number format. Deterministic; what blockchains write is read by `chains`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bellrock import chains
from bellrock.triage.countries import countries
from bellrock.triage.dates import dates
from bellrock.triage.features import CHARS_MAX
from bellrock.triage.money import AFTER as _AFTER
from bellrock.triage.money import AFTER_CJK as _AFTER_CJK
from bellrock.triage.money import BEFORE as _BEFORE
from bellrock.triage.money import CJK as _CJK
from bellrock.triage.money import CJK_NEXT as _CJK_NEXT
from bellrock.triage.money import amounts, coin, coins
from bellrock.triage.numbers import ascii_digits
from bellrock.triage.topics import read_toml

PER_KIND_MAX = 3


class EntityKind(StrEnum):
    """What a fact is."""

    TXID = "txid"
    ADDRESS = "address"
    ORDER = "order"
    POSITION = "position"
    CASE = "case"
    AMOUNT = "amount"
    COIN = "coin"
    NETWORK = "network"
    DATE = "date"
    ERROR = "error"
    DEVICE = "device"
    COUNTRY = "country"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Entity:
    """A fact as the customer wrote it. `value` is the same for machines, empty where one cannot know.

    Of an amount it is a decimal number and the coin, of a coin its ticker, of a network and of what stands on one CAIP-2 ids,
    likeliest first, of a date ISO 8601 (a day without a year is `--MM-DD`), of a country ISO 3166.
    """

    kind: EntityKind
    text: str
    value: str = ""


_Found = tuple[int, int, Entity]
_ON_CHAINS = frozenset({EntityKind.TXID, EntityKind.ADDRESS})
_REST = r"[^\s<>\"'、。，）)]"
_ENDS = "com|net|org|io|app|xyz|info|me|co|vip|cc|top|finance|exchange"
_URL = re.compile(
    rf"(?:https?://|www\.){_REST}{{3,300}}|(?<![\w@.])(?:[a-z0-9-]{{1,63}}\.){{1,3}}(?:{_ENDS})(?:/{_REST}{{0,200}})?(?![\w.])",
    re.I,
)
# How explorers name what they show, also those that are not known by their host.
_EXPLORING = re.compile(r"[/#](?:tx|txn|transactions?|hash|extrinsic|address|account)s?[/:]", re.I)
_CASE = re.compile(r"(?<![0-9A-Za-z])BR-[0-9A-HJKMNP-TV-Z]{8}(?![0-9A-Za-z])", re.I)
_BARE_ERROR = re.compile(
    r"(?<![\w.])-[12]\d{3}(?![\d.])"
    r"|\b(?:HTTP ?)?(?:40[0134589]|418|42[29]|50[0234])\b(?= (?:error|forbidden|too many|bad|unauthor))",
    re.I,
)
_LONG_NUMBER = re.compile(r"(?<![\w.,-])\d{15,20}(?![\w.,])")


def entities(text: str) -> tuple[Entity, ...]:
    """Return the facts in a text in the order of their kinds, each once, at most 3 of a kind.

    None lies inside another, save what a link to an explorer leads to.
    """
    text = unicodedata.normalize("NFC", text[: 2 * CHARS_MAX])
    found: list[Entity] = []
    taken: list[Entity | None] = [None] * len(
        text
    )  # what each place belongs to: looking there costs the same, however many
    for start, end, entity in _all(text):
        if any(other is not None and not _leads_to(other, entity) for other in taken[start:end]):
            continue
        taken[start:end] = [entity] * (end - start)
        if all((entity.kind, entity.text) != (known.kind, known.text) for known in found) and (
            sum(known.kind is entity.kind for known in found) < PER_KIND_MAX
        ):
            found.append(entity)
    return tuple(found)


def _leads_to(link: Entity, entity: Entity) -> bool:
    return (
        link.kind is EntityKind.URL
        and entity.kind in _ON_CHAINS
        and (chains.linked(link.text) is not None or _EXPLORING.search(link.text) is not None)
    )


def _all(text: str) -> Iterator[_Found]:
    """Yield what is found: what an earlier kind has taken, a later one leaves alone."""
    digits = ascii_digits(text)
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?")
        yield match.start(), match.start() + len(url), Entity(EntityKind.URL, url)
    yield from _on_chains(text)
    yield from ((*match.span(), Entity(EntityKind.CASE, match[0])) for match in _CASE.finditer(digits))
    for start, end, value in dates(digits):
        yield start, end, Entity(EntityKind.DATE, text[start:end], value)
    yield from _numbered(text, digits)
    for start, end, value in amounts(digits):
        yield start, end, Entity(EntityKind.AMOUNT, text[start:end], value)
    for match in _LONG_NUMBER.finditer(digits):
        yield *match.span(), Entity(EntityKind.ORDER, text[match.start() : match.end()], match[0])
    yield from _networks(text)
    for start, end, ticker in coins(text):
        yield start, end, Entity(EntityKind.COIN, text[start:end], ticker)
    yield from ((*match.span(), Entity(EntityKind.DEVICE, match[0].strip())) for match in _devices().finditer(text))
    yield from (
        (start, end, Entity(EntityKind.COUNTRY, text[start:end], code)) for start, end, code in countries(text) if code
    )


def _on_chains(text: str) -> Iterator[_Found]:
    for reading in chains.find(text):
        if not reading.candidates:
            continue
        kind = EntityKind.TXID if reading.candidates[0].kind is chains.Kind.TXID else EntityKind.ADDRESS
        networks = dict.fromkeys(candidate.network.id for candidate in reading.candidates)
        yield reading.start, reading.start + len(reading.text), Entity(kind, reading.text, " ".join(networks))


def _numbered(text: str, digits: str) -> Iterator[_Found]:
    for match in _BARE_ERROR.finditer(digits):
        yield *match.span(), Entity(EntityKind.ERROR, text[match.start() : match.end()], match[0])
    for kind, pattern in _worded_numbers():
        for match in pattern.finditer(digits):
            start, end = match.span("number")
            yield start, end, Entity(kind, text[start:end], match["number"])


def _networks(text: str) -> Iterator[_Found]:
    named = {ticker for _, _, ticker in coins(text)}
    for match in _network_words().finditer(text):
        for network in chains.named(match[0])[:1]:
            start, end = _narrowed(match, network.id)
            # "Ethereum" alone is the coin; beside another coin it is the way that one took.
            if len(named) >= 2 or not coin(text[start:end]):
                yield start, end, Entity(EntityKind.NETWORK, text[start:end], network.id)


def _narrowed(match: re.Match[str], network: str) -> tuple[int, int]:
    """Return where the name itself stands among letters that are written without blanks."""
    start, end = match.span()
    if not re.match(_CJK, match[0]):
        return start, end

    def is_named(first: int, last: int) -> bool:
        return [found.id for found in chains.named(match.string[first:last])[:1]] == [network]

    while is_named(start + 1, end):
        start += 1
    while is_named(start, end - 1):
        end -= 1
    return start, end


@cache
def _worded_numbers() -> tuple[tuple[EntityKind, re.Pattern[str]], ...]:
    words = read_toml("entities.toml")
    called = "id|no|nr|n[º°o]|number|num|号|號|番号|번호|номер|numara(?:sı)?|número|numéro|numero|numer|nummer|số|رقم"
    between = rf"(?: ?(?:{called}))?\.?[\s:：#№=\"'(]{{0,4}}"
    return tuple(
        (
            kind,
            re.compile(
                rf"(?:{_either(words[kind.value])}){between}(?P<number>{number})(?:(?![\w-])|{_CJK_NEXT})", re.I
            ),
        )
        for kind, number in (
            (EntityKind.ERROR, r"-?\d{3,6}|[A-Z]{1,4}-?\d{2,5}"),
            (EntityKind.POSITION, r"\d{6,20}|[A-Z]{1,4}-\d{4,16}"),
            (EntityKind.ORDER, r"\d{6,20}|[A-Z]{1,4}-\d{4,16}"),
        )
    )


@cache
def _network_words() -> re.Pattern[str]:
    return re.compile(
        r"[A-Za-zА-Яа-яіїє]+(?:[- ]?\d{1,4})?(?: (?:smart )?(?:chain|network|one|mainnet|c-chain))?"
        r"|[^\W\x00-\u04ff]{2,12}"
    )


@cache
def _devices() -> re.Pattern[str]:
    named = _either(read_toml("entities.toml")["device"])
    return re.compile(rf"(?:{_BEFORE}|{_AFTER_CJK})(?:{named})(?:{_AFTER}|{_CJK_NEXT}|(?<=[^\x00-\u04ff]))", re.I)


def _either(words: list[str]) -> str:
    return "|".join(words)
