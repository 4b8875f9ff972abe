"""What a written text claims that its sources do not hold: figures, identifiers, links, addresses of mail, names of accounts.

Pure. Figures count as the same when they are written the same, or when both can be read in one way only and mean the same:
`1,250.00` and `1.250,00` do; `1,250` and `1.250` do not, since one of them may be one and a quarter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bellrock.language.counting import counted, is_share, multiplied, scale_of

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Browsers take an ideographic full stop for a dot. Between two tickers it is the end of a sentence.
_WIDE_DOT = re.compile(
    r"(?<=[A-Za-z0-9-])。(?=[a-z]{2,24}(?![A-Za-z])|(?i:com|net|org|io|info|app|xyz|top)(?![A-Za-z]))"
)
MEANT_DOT = r"\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?"
"""Written so that people read it as a dot: evil[.]com, evil (dot) com."""
_MEANT_DOT = re.compile(rf"(?<=[^\W_]){MEANT_DOT}(?=[^\W_])", re.IGNORECASE)
# What shows signs in another order than they are compared in: embeddings and overrides.
_REORDERS = re.compile("[\u202a-\u202e\u2066\u2067]")
_CITED = re.compile(r"\s?\[(\d{1,3}(?:\s?[,;]\s?\d{1,3})*)\]")
_LISTED = re.compile(r"(?m)^\s{0,8}\d{1,2}[.)、]\s")
_END = ".,;:!?)]}>'\"»”’。，、；：！？）」』…*_"

# Whatever matches first is taken whole, and nothing in it is looked at again.
_LINK = re.compile(
    r"""
      \b[a-z][a-z0-9+.-]{1,20}://[^\s<>"]+
    | [\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+
    | (?<![\w@])@[A-Za-z0-9_]{3,}
    | (?<![^\W_])(?<![^\W_][._-])(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,127}[^\W\d_]{2,24}(?::\d+)?(?:/[^\s<>"]*)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Short for other words, in Polish, Spanish and Ukrainian, where a dot follows; none of them is anybody's host.
_SHORT = frozenset({"m.in", "ee.uu", "т.зв"})
_SURE_IDENTIFIER = re.compile(r"(?=.*\d)[A-Za-z0-9]{16,}", re.ASCII)
# What stands behind the last dot of a host that nobody writes by chance: a translation may join two sentences.
_SURE_LINK = re.compile(
    r"://|[@/]|\.(?:com|net|org|io|info|app|xyz|top|me|co|online|site|shop|live|example)(?::\d+)?$", re.IGNORECASE
)
# Long words of German and Dutch have neither digits nor capitals inside.
_IDENTIFIER = re.compile(
    r"\b0x[0-9a-fA-F]+\b"
    r"|\b(?=[A-Za-z0-9_-]{0,400}\d)(?=[A-Za-z0-9_-]{0,400}[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{6,}[A-Za-z0-9]\b"
    r"|\b(?=[A-Za-z]*(?:\d|[a-z][A-Z]|[A-Z][A-Z][a-z]))[A-Za-z0-9]{24,}\b",
    re.ASCII,
)
_FIGURE = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,:'’]\d+)*")
# What makes another figure of the one before it, besides the words that multiply it.
# Letters that look like noughts are part of it: 5OO; "5o" is the fifth.
_SIGN = re.compile(
    r"((?-i:[kKM]|[mb]n))(?![^\W\d_])|((?-i:[OОΟ]|[oоο](?=[\doо]))[\doоο]*)(?![^\W\d_])|\s?(หมื่น|แสน|ล้าน|พัน|тыс|тис|млн|млрд)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text names. `figures` maps each figure as written to its value; no value where it can be read in two ways."""

    links: frozenset[str]
    identifiers: frozenset[str]
    figures: dict[str, str | None]

    @property
    def values(self) -> frozenset[str]:
        return frozenset(value for value in self.figures.values() if value is not None)


def claims(text: str, language: str | None = None) -> Claims:
    """Return what a text names; marks of citation and numbers of lists are no claims. `language` is what it is to be in."""
    plain = _LISTED.sub("\n", _CITED.sub(" ", _plain(text)))
    links: set[str] = set()
    identifiers: set[str] = set()

    def identifier(match: re.Match[str]) -> str:
        identifiers.add(match[0])
        return " "

    kept, at = [], 0
    for match in _LINK.finditer(_unmarked(plain)):
        found = plain[match.start() : match.end()].rstrip(_END)
        if found.lower() in _SHORT and plain.startswith(".", match.start() + len(found)):
            continue
        links.add(_folded(found))
        kept.append(plain[at : match.start()])
        at = match.start() + len(found)
    rest = _IDENTIFIER.sub(identifier, " ".join([*kept, plain[at:]]))
    figures = dict(_figures(rest))
    for each in counted(rest, language):
        figures[each.written] = each.value
    return Claims(frozenset(links), frozenset(identifiers), figures)


def unsupported(
    text: str, *, sources: Iterable[str], words: Iterable[str] = (), language: str | None = None
) -> tuple[str, ...]:
    """Return what a text names that neither its sources nor what people said hold, each once, in order of the alphabet.

    `words`, what people said, may vouch for figures and identifiers (an order's number, an amount), never for a link, an
    address of mail or the name of an account: whoever writes to us could plant one. Signs that turn the order of others are named
    by their numbers. `language` is the code of what the text is to be in, where that is known.
    """
    sources, words = tuple(sources), tuple(words)
    given = [claims(source, language) for source in sources]
    said = [claims(each, language) for each in words]
    found = claims(text, language)
    links = {link for each in given for link in each.links}
    hosts = {_host(link) for link in links}
    known = [*given, *said]
    identifiers = {name for each in known for name in each.identifiers}
    written = {figure for each in known for figure in each.figures}
    values = {value for each in known for value in each.values}
    vouched = "".join(sources)
    return tuple(
        sorted(
            {
                *(f"U+{ord(sign):04X}" for sign in _REORDERS.findall(text) if sign not in vouched),
                *(link for link in found.links if link not in links and link not in hosts),
                *(name for name in found.identifiers if name not in identifiers),
                *(
                    figure
                    for figure, value in found.figures.items()
                    if figure not in written and (value is None or value not in values)
                ),
            }
        )
    )


def planted(text: str, *, source: str) -> tuple[str, ...]:
    """Return the links, accounts and identifiers that a translation names and its source does not, in order of the alphabet.

    Figures and long words are left alone: where one language says "two-factor", another may write "2-Faktor".
    """
    given, found = claims(source), claims(text)
    links = {link for link in found.links - given.links if _SURE_LINK.search(link)}
    identifiers = {name for name in found.identifiers - given.identifiers if _SURE_IDENTIFIER.fullmatch(name)}
    return tuple(sorted(links | identifiers))


def cited(text: str) -> tuple[int, ...]:
    """Return the numbers of the sources that a text cites as [1] or [1, 2], each once, in order."""
    numbers = [int(number) for match in _CITED.finditer(_plain(text)) for number in re.findall(r"\d+", match[1])]
    return tuple(dict.fromkeys(numbers))


def without_citations(text: str) -> str:
    """Return a text as it is read by people who do not have the sources before them."""
    return _CITED.sub("", text).strip()


def _figures(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each figure with what makes another one of it, and its value."""
    for match in _FIGURE.finditer(text):
        value, (factor, end) = _value(match[0]), scale_of(text, match.end())
        if factor == 1 and (after := _SIGN.match(text, end)):
            sign = after[0].strip().lower()
            yield match[0] + sign, None if value is None else value + sign
            continue
        share = "%" if is_share(text, match.start(), end) else ""
        sign = "".join(text[match.end() : end].split()).lower() + share
        yield match[0] + sign, None if value is None else multiplied(value, factor) + share


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    dotted = _MEANT_DOT.sub(".", _WIDE_DOT.sub(".", folded))
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in dotted)


def _unmarked(text: str) -> str:
    """Return a text of the same length in which a mark on a letter (an accent, a vowel) is a letter: names of hosts hold them."""
    return "".join("ʼ" if unicodedata.category(sign).startswith("M") else sign for sign in text)


def _folded(link: str) -> str:
    """Return a link with its scheme and host in small letters and no slash at its end; the path keeps its letters."""
    scheme, mark, rest = link.rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{mark}{host.lower()}{slash}{path}".rstrip("/")


def _host(link: str) -> str:
    return link.rpartition("://")[2].partition("/")[0]


def _value(figure: str) -> str | None:
    """Return the one number that a figure can mean, None where it can mean two or is a time of day."""
    if ":" in figure:
        return None
    text = re.sub("[ '’]", "", figure)
    marks = re.findall("[.,]", text)
    if len(set(marks)) == 2:
        whole, _, part = text.rpartition(marks[-1])
        groups = whole.split(marks[0])
        if marks.count(marks[-1]) > 1 or not _grouped(groups):
            return None
        return _canonical("".join(groups), part)
    if len(marks) > 1:
        groups = text.split(marks[0])
        return _canonical("".join(groups), "") if _grouped(groups) else None
    if not marks:
        return _canonical(text, "")
    whole, part = re.split("[.,]", text)
    is_group = len(part) == 3 and whole != "0" and not whole.startswith("0") and len(whole) <= 3
    return None if is_group and text == figure else _canonical(whole, part)


def _grouped(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def _canonical(whole: str, part: str) -> str:
    """Return a number without zeros that say nothing; digit by digit, since long ids differ behind what a Decimal keeps."""
    return f"{whole.lstrip('0') or '0'}.{part.rstrip('0')}".rstrip(".")
