"""Facts that stand in a message, in every script and number format. Deterministic; what blockchains write is read by `chains`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from bellrock import chains
from bellrock.triage.countries import countries
from bellrock.triage.features import CHARS_MAX
from bellrock.triage.numbers import NUMBER, ascii_digits, units, value_of
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
_TICKERS = (
    "BTC|ETH|USDT|USDC|XRP|SOL|BNB|ADA|DOGE|TRX|TON|DOT|MATIC|POL|LTC|BCH|ETC|XLM|ATOM|EOS|HBAR|AVAX|SHIB|LINK|DAI|XMR|ARB|OP|SUI|"
    "APT|NEAR|FIL|PEPE|UNI|AAVE|ALGO|DASH|ZEC|FDUSD|TUSD"
)
TICKERS = frozenset(_TICKERS.split("|"))
"""The coins that are known by their code."""
_MONEY = (
    "EUR|USD|GBP|CNY|RMB|AED|SAR|JPY|KRW|TRY|BRL|PLN|UAH|RUB|IDR|VND|TWD|HKD|CHF|CAD|AUD|INR|MXN|ARS|COP|EGP|THB|SGD|MYR|PHP|NGN|"
    "euros?|dollars?|dólares|dolares|евро|доллар\\w*|рубл\\w*|гривен\\w*|грн|руб|zł|zloty\\w*|reais|lira|TL|đồng|rupiah|円|元|원|دولار|ريال|درهم|جنيه"
)
_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₺": "TRY",
    "₩": "KRW",
    "₽": "RUB",
    "₴": "UAH",
    "₫": "VND",
    "₿": "BTC",
    "R$": "BRL",
    "Rp": "IDR",
}
_BEFORE, _AFTER = r"(?<![^\W_])", r"(?![^\W\d_])"
_CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # written without spaces: 我的BTC没到账
_AFTER_CJK, _CJK_NEXT = rf"(?<={_CJK})", rf"(?={_CJK})"
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
_ISO = re.compile(r"(?<!\d)(20\d{2})[-/.年년] ?(\d{1,2})[-/.月월] ?(\d{1,2})(?!\d)[日일]?")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})[月월] ?(\d{1,2})[日日号號일]")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})\2(20\d{2}|\d{2})(?![\d.,/-])")


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
    yield from _dates(text, digits)
    yield from _numbered(text, digits)
    yield from _amounts(text, digits)
    for match in _LONG_NUMBER.finditer(digits):
        yield *match.span(), Entity(EntityKind.ORDER, text[match.start() : match.end()], match[0])
    yield from _networks(text)
    for match in _coins().finditer(text):
        yield *match.span(), Entity(EntityKind.COIN, match[0], _ticker(match))
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


def _dates(text: str, digits: str) -> Iterator[_Found]:
    for match in _ISO.finditer(digits):
        yield from _day(text, match, match[1], match[2], match[3])
    for match in _MONTH_DAY.finditer(digits):
        yield from _day(text, match, "", match[1], match[2])
    for match in _NUMERIC.finditer(digits):
        first, second, year = int(match[1]), int(match[3]), match[4] if len(match[4]) == 4 else f"20{match[4]}"
        # Where both could be the month, only points tell: nobody writes the month first with them.
        if second > 12 >= first:
            yield from _day(text, match, year, match[1], match[3])
        elif first > 12 or match[2] == "." or first == second:
            yield from _day(text, match, year, match[3], match[1])
        else:
            yield *match.span(), Entity(EntityKind.DATE, text[match.start() : match.end()])
    for match in _worded_dates().finditer(digits):
        name = next(name for name in match.groupdict() if name.startswith("m") and match[name])
        yield from _day(text, match, match["y1"] or match["y2"] or "", name.strip("mab_"), match["d1"] or match["d2"])


def _day(text: str, match: re.Match[str], year: str, month: str, day: str) -> Iterator[_Found]:
    try:
        found = date(int(year or 2024), int(month), int(day)).isoformat()
    except ValueError:
        return
    value = found if year else f"-{found[4:]}"
    yield *match.span(), Entity(EntityKind.DATE, text[match.start() : match.end()].strip(), value)


def _numbered(text: str, digits: str) -> Iterator[_Found]:
    for match in _BARE_ERROR.finditer(digits):
        yield *match.span(), Entity(EntityKind.ERROR, text[match.start() : match.end()], match[0])
    for kind, pattern in _worded_numbers():
        for match in pattern.finditer(digits):
            start, end = match.span("number")
            yield start, end, Entity(kind, text[start:end], match["number"])


def _amounts(text: str, digits: str) -> Iterator[_Found]:
    for match in _amount().finditer(digits):
        number = value_of(match["n1"] or match["n2"] or match["n3"])
        unit = match["u1"] or match["u2"] or match["u3"]
        factor = units().get(unit) or units().get(unit.lower(), 1) if unit else 1
        asset = match["a1"] or match["a3"] or ""
        asset = _SIGNS.get(match["sign"] or "", "") or _named_coin(asset)
        value = f"{(number * factor).normalize():f} {asset}".strip() if number is not None else ""
        yield *match.span(), Entity(EntityKind.AMOUNT, text[match.start() : match.end()].strip(), value)


def _networks(text: str) -> Iterator[_Found]:
    named = {_ticker(match) for match in _coins().finditer(text)}
    for match in _network_words().finditer(text):
        # "Ethereum" alone is the coin; beside another coin it is the way that one took.
        if len(named) < 2 and _coins().fullmatch(match[0]):
            continue
        for network in chains.named(match[0])[:1]:
            yield *match.span(), Entity(EntityKind.NETWORK, match[0], network.id)


def _named_coin(word: str) -> str:
    if match := _coins().fullmatch(word):
        return _ticker(match)
    return word.upper() if word.isascii() and len(word) <= 5 else ""


def _ticker(match: re.Match[str]) -> str:
    return next((name for name, word in match.groupdict().items() if word), match[0].upper())


@cache
def _coins() -> re.Pattern[str]:
    words = read_toml("entities.toml")["coins"]
    named = "|".join(f"(?P<{ticker}>{_either(found)})" for ticker, found in words.items())
    return re.compile(
        rf"(?:{_BEFORE}|{_AFTER_CJK})(?:{named}|{_TICKERS})(?:{_AFTER}|{_CJK_NEXT}|(?<=[^\x00-\u04ff]))", re.I
    )


@cache
def _amount() -> re.Pattern[str]:
    words = "|".join(word for found in read_toml("entities.toml")["coins"].values() for word in found)
    asset = rf"(?:{_TICKERS}|{_MONEY}|{words})"
    unit = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    sign = "|".join(re.escape(found) for found in sorted(_SIGNS, key=len, reverse=True))
    number = rf"(?:(?<![\w.,/-])|{_AFTER_CJK}){NUMBER}"
    return re.compile(
        rf"(?P<sign>{sign})\s?(?P<n2>{NUMBER})(?:\s?(?P<u2>{unit}){_AFTER})?"
        rf"|(?P<n1>{number})\s?(?:(?P<u1>{unit})\s?)?(?P<a1>{asset}|[$€£¥₺₩₽₴₫₿])(?:{_AFTER}|{_CJK_NEXT}|(?<=[^\x00-\u04ff]))"
        rf"|(?<![^\W_])(?P<a3>{_TICKERS})\s?(?P<n3>{NUMBER})(?P<u3>(?!))?(?![\w.,-]*\w)",
        re.I,
    )


@cache
def _worded_numbers() -> tuple[tuple[EntityKind, re.Pattern[str]], ...]:
    words = read_toml("entities.toml")
    called = "id|no|nr|number|num|号|號|番号|번호|номер|numara(?:sı)?|número|numéro|numero|numer|nummer|số|رقم"
    between = rf"(?: ?(?:{called}))?\.?[\s:：#№=\"'(]{{0,4}}"
    return tuple(
        (kind, re.compile(rf"(?:{_either(words[kind.value])}){between}(?P<number>{number})(?![\w-])", re.I))
        for kind, number in (
            (EntityKind.ERROR, r"-?\d{3,6}|[A-Z]{1,4}-?\d{2,5}"),
            (EntityKind.POSITION, r"\d{6,20}|[A-Z]{1,4}-\d{4,16}"),
            (EntityKind.ORDER, r"\d{6,20}|[A-Z]{1,4}-\d{4,16}"),
        )
    )


@cache
def _worded_dates() -> re.Pattern[str]:
    months = read_toml("entities.toml")["months"]

    def named(side: str) -> str:
        return "|".join(f"(?P<m{side}_{number}>{_either(found)})" for number, found in months.items())

    joint = r"(?:\s|\.|-|(?<=\d)(?:st|nd|rd|th|º|er)?\s|\sde\s|\s)"
    return re.compile(
        rf"(?<![\w.])(?P<d1>\d{{1,2}})(?:st|nd|rd|th|º|er|\.)?(?:\s(?:of|de|di|tháng))?[\s-]?(?:{named('a')})\.?{_AFTER}(?:{joint}(?P<y1>20\d\d))?"
        rf"|{_BEFORE}(?:{named('b')})\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y2>20\d\d))?",
        re.I,
    )


@cache
def _network_words() -> re.Pattern[str]:
    return re.compile(
        r"[A-Za-zА-Яа-яіїє]+(?:[- ]?\d{1,4})?(?: (?:smart )?(?:chain|network|one|mainnet|c-chain))?"
        r"|[^\x00-\u04ff\s]{2,12}"
    )


@cache
def _devices() -> re.Pattern[str]:
    return re.compile(rf"{_BEFORE}(?:{_either(read_toml('entities.toml')['device'])}){_AFTER}", re.I)


def _either(words: list[str]) -> str:
    return "|".join(words)
