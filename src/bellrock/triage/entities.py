"""Facts that stand in a message, in every script and number format. Deterministic; what blockchains write is read by `chains`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bellrock import chains, language
from bellrock.triage.countries import countries
from bellrock.triage.dates import dates
from bellrock.triage.features import CHARS_MAX
from bellrock.triage.money import AFTER as _AFTER
from bellrock.triage.money import AFTER_CJK as _AFTER_CJK
from bellrock.triage.money import BEFORE as _BEFORE
from bellrock.triage.money import CJK_NEXT as _CJK_NEXT
from bellrock.triage.money import TICKERS, amounts, coin, coins
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
    likeliest first, of a date ISO 8601 (a day without a year is `--MM-DD`), of a country ISO 3166, of a link that was written so
    that nobody follows it (`evil[.]com`) the one that is meant.
    """

    kind: EntityKind
    text: str
    value: str = ""


_Found = tuple[int, int, Entity]
_ON_CHAINS = frozenset({EntityKind.TXID, EntityKind.ADDRESS})
_REST = r"[^\s<>\"'、。，）)]"
_DOT = rf"(?:\.|{language.MEANT_DOT})"
# What nobody writes by chance behind a dot, and what stands there in sentences without a blank, too ("thanks.support me").
_ENDS = (
    "com|net|org|io|info|app|xyz|me|co|vip|cc|top|finance|exchange|biz|icu|cyou|sbs|gg|tv|ly|gl|ai|dev|tech|website|wallet|"
    "ru|ua|рф|kz|cn|jp|kr|tw|hk|vn|fr|uk|ae|pl|tr|nl|sg|ng|br|example"
)
_WORDLIKE_ENDS = (
    "support|help|online|site|live|pro|link|click|shop|store|page|cloud|world|global|network|money|cash|capital|trade|trading|"
    "fund|bid|win|lol|one|agency|center|email|chat|team|zone|space|services|solutions|digital|ltd|group|today|life|"
    "by|eu|in|to|so|is|it|de|us|id|es|pt|ca|au|la|ws|st|su|rs|pk|bd|mx|th|ph"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOSTS = (
    rf"(?:{_LABEL}{_DOT}){{1,4}}(?:{_ENDS})(?![\w@-])(?!\.\w)"
    rf"|{_LABEL}。(?:com|net|org|io|info|app|xyz|top|cc|vip)(?![\w@-])"
    rf"|(?=[a-z]+\d|\d+[a-z]|[a-z0-9]+-[a-z0-9]|(?:[a-z]{{2,}}\.){{2}}){_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}(?:{_WORDLIKE_ENDS})(?![\w@-])(?!\.\w)"
    rf"|(?:{_LABEL}\.){{1,4}}(?:{_WORDLIKE_ENDS})(?=/{_REST})"
)
_URL = re.compile(
    rf"(?:h(?:tt|xx)ps?(?::|\[:\])(?://|\\\\)|www\.){_REST}{{3,300}}|(?<![\w@.-])(?:{_HOSTS})(?:/{_REST}{{0,200}})?",
    re.I,
)
_DEFANGED = re.compile(rf"{_DOT}|。", re.I)
# How explorers name what they show, also those that are not known by their host.
_EXPLORING = re.compile(r"[/#](?:tx|txn|transactions?|hash|extrinsic|address|account)s?[/:]", re.I)
_CASE = re.compile(r"(?<![0-9A-Za-z])BR-[0-9A-HJKMNP-TV-Z]{8}(?![0-9A-Za-z])", re.I)
_BARE_ERROR = re.compile(
    r"(?<![\w.])-[12]\d{3}(?![\d.]|\s?(?:[$€£¥₺₽₴]|USD|BTC|ETH|EUR|RUB|TRY))"
    r"|\b(?:HTTP ?)?(?:40[0134589]|418|42[29]|50[0234])\b(?= (?:error|forbidden|too many|bad|unauthor))"
    r"|(?:\bHTTP(?:/[123](?:\.\d)?)? ?|\bstatus(?:[ _-]?code)?[\s\":=]{1,4})(?P<status>[45]\d\d)(?![\w.])"
    r"|\b0x[8c]0[0-9a-f]{6}\b|\b(?-i:(?:ERR|SSL|DNS|NET|PR|SEC|MOZILLA_PKIX)_[A-Z][A-Z0-9_]{3,40})\b",
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
    plain = chains.as_codes(ascii_digits(text), TICKERS)

    def as_written(found: Iterable[tuple[int, int, str]], kind: EntityKind) -> Iterator[_Found]:
        return ((start, end, Entity(kind, text[start:end], value)) for start, end, value in found)

    for match in _URL.finditer(plain):
        url = match[0].rstrip(".,;:!?")
        end = match.start() + len(url)
        yield match.start(), end, Entity(EntityKind.URL, text[match.start() : end], _meant(url))
    yield from _on_chains(text)
    yield from ((*match.span(), Entity(EntityKind.CASE, match[0])) for match in _CASE.finditer(plain))
    yield from as_written(dates(plain), EntityKind.DATE)
    yield from _numbered(text, plain)
    yield from as_written(amounts(plain), EntityKind.AMOUNT)
    yield from as_written(((*match.span(), match[0]) for match in _LONG_NUMBER.finditer(plain)), EntityKind.ORDER)
    yield from as_written(_networks(plain), EntityKind.NETWORK)
    yield from as_written(coins(plain), EntityKind.COIN)
    for match in _devices().finditer(plain):
        end = match.start() + len(match[0].rstrip())
        yield match.start(), end, Entity(EntityKind.DEVICE, text[match.start() : end])
    yield from as_written((found for found in countries(text) if found[2]), EntityKind.COUNTRY)


def _meant(url: str) -> str:
    """Return the link that one means which was written so that nobody follows it (hxxp, [.]), else ""."""
    meant = _DEFANGED.sub(".", url.replace("[:]", ":").replace("\\\\", "//"))
    if meant[:4].lower() == "hxxp":
        meant = f"http{meant[4:]}"
    return meant if meant != url else ""


def _on_chains(text: str) -> Iterator[_Found]:
    for reading in chains.find(text):
        if not reading.candidates:
            continue
        kind = EntityKind.TXID if reading.candidates[0].kind is chains.Kind.TXID else EntityKind.ADDRESS
        networks = dict.fromkeys(candidate.network.id for candidate in reading.candidates)
        yield reading.start, reading.start + len(reading.text), Entity(kind, reading.text, " ".join(networks))


def _numbered(text: str, digits: str) -> Iterator[_Found]:
    for match in _BARE_ERROR.finditer(digits):
        start, end = match.span("status") if match["status"] else match.span()
        yield start, end, Entity(EntityKind.ERROR, text[start:end], digits[start:end])
    for kind, pattern in _worded_numbers():
        for match in pattern.finditer(digits):
            start, end = match.span("number")
            yield start, end, Entity(kind, text[start:end], match["number"])


def _networks(text: str) -> Iterator[tuple[int, int, str]]:
    named = {ticker for _, _, ticker in coins(text)}
    for each in chains.namings(text):
        # "Ethereum" alone is the coin; beside another coin, or a word for "network", it is the way that one took.
        if each.is_clear or len(named) >= 2 or not coin(text[each.start : each.end]):
            yield each.start, each.end, each.network.id


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
def _devices() -> re.Pattern[str]:
    named = _either(read_toml("entities.toml")["device"])
    return re.compile(rf"(?:{_BEFORE}|{_AFTER_CJK})(?:{named})(?:{_AFTER}|{_CJK_NEXT}|(?<=[^\x00-\u04ff]))", re.I)


def _either(words: list[str]) -> str:
    return "|".join(words)
