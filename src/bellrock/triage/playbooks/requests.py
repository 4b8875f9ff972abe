"""The API call in a customer's message: an address, a line of curl, or a few lines of Python or JavaScript, secrets removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bellrock.exchange import SigningRule

REQUEST_CHARS_MAX = 4_000
PARAMETERS_MAX = 60
UNKNOWN = "…"
"""The value of a parameter that a program fills in, or that the customer or the guard took out."""
UNKNOWN_SECONDS, UNKNOWN_MILLIS = UNKNOWN + "s", UNKNOWN + "ms"
"""A timestamp of which only the unit is known, by how the program takes it."""

_METHOD = re.compile(r"(?<![A-Za-z])(GET|POST|PUT|DELETE)(?![A-Za-z])")
_CODE_METHOD = re.compile(r"\b(?:requests|session|client|httpx|axios)\.(get|post|put|delete)\s*\(")
_URL = re.compile(r"https?://[^\s\"'`<>]{3,2000}|(?<![\w/])/(?:s?api|fapi|v\d)[\w/.-]{1,200}(?:\?[^\s\"'`<>]{0,2000})?")
_QUERY = re.compile(r"(?<![\w&=%.-])[A-Za-z_]\w{0,39}=[^\s\"'`<>&]{0,500}(?:&[A-Za-z_]\w{0,39}=[^\s\"'`<>&]{0,500})+")
_STAMP = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]{1,8}-){0,3}TIMESTAMP[\"']?\s*[:=]\s*[\"']?(?P<value>\d{6,20}(?!\d)|[^\n,}\"']{3,60})", re.I
)
_SIGNED = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]{1,8}-){0,3}SIGN(?:ATURE)?[\"']?\s*[:=]\s*[\"']?(?P<value>[A-Za-z0-9+/=_%-]{40,1500})", re.I
)
_DATA = re.compile(
    r"(?<!\S)(?P<how>-d|--data(?:-raw|-binary|-ascii|-urlencode)?)[ =]?"
    r"(?:'(?P<one>[^']{0,2000})'|\"(?P<two>(?:\\.|[^\"\\]){0,2000})\"|(?P<bare>[^\s'\"]{1,500}))"
)
_TABLE = re.compile(r"\{(?P<inside>[^{}]{5,2000})\}")
_ENTRY = re.compile(
    r"(?<![\w.])(?:\"(?P<two>[\w-]{1,40})\"|'(?P<one>[\w-]{1,40})'|(?P<bare>[A-Za-z_]\w{0,39}))\s*:\s*"
    r"(?:\"(?P<text>[^\"\n]{0,500})\"|'(?P<words>[^'\n]{0,500})'|(?P<code>[^,\n]{1,200}))"
)
_AS_JSON = re.compile(r"\bjson\s*=|JSON\.stringify\s*\(|json\.dumps\s*\(")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TAKEN_OUT = re.compile(r"[*x.…]{3,}|.*⟦.*⟧.*|\$?\{.*\}?|<.*|%[sd]|", re.I | re.S)
_BEHIND = ".,;:!?)]}，。、；：！？）】」'\"\\"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Request:
    """What a customer sent of a call: its parameters in their order, as they were written.

    `timestamp` and `signature` are those beside them, in a header.

    A value is UNKNOWN where the words do not say it. `body` is one that is no list of parameters, such as JSON.
    """

    method: str | None
    path: str | None
    parameters: tuple[tuple[str, str], ...]
    timestamp: str | None = None
    body: str | None = ""
    signature: str | None = None

    def get(self, name: str) -> str | None:
        return next((value for known, value in self.parameters if known == name), None)

    @property
    def signed_text(self) -> str:
        """The query as it must be signed: everything as it is sent, but for the signature."""
        return "&".join(f"{name}={value}" for name, value in self.parameters if name != "signature")

    def to_sign(self, rule: SigningRule) -> str | None:
        """Return what a rule has signed of this request; None where a part of it is not in the words."""
        known = {
            "timestamp": self.timestamp,
            "method": self.method,
            "path": self.path,
            "query": self.signed_text,
            "body": self.body,
        }
        parts = [known.get(part) for part in rule.parts]
        if any(part is None or UNKNOWN in part for part in parts):
            return None
        return "".join(part or "" for part in parts)


def read_request(text: str) -> Request | None:
    """Return the request in a message; None where there is none.

    Read are an address with its query, a bare query, the data of curl, and a table of parameters in Python or JavaScript.
    """
    text = text[:REQUEST_CHARS_MAX]
    url = _URL.search(text)
    parts = urlsplit(_without_tail(url[0])) if url and _is_address(url[0]) else None
    path = parts.path or None if parts else None
    pairs = list(_pairs(parts.query)) if parts else []
    form, body = _data(text)
    pairs += form
    if not pairs and not body:
        table = _table(text)
        if table and _AS_JSON.search(text):
            body = None  # as a program writes it: nobody knows its blanks
        pairs = table
    if not pairs and not body and (bare := _QUERY.search(text)):
        pairs = list(_pairs(_without_tail(bare[0])))
    stamp = _STAMP.search(text)
    method = _METHOD.search(text) or _CODE_METHOD.search(text)
    timestamp = _value_of_code(stamp["value"].strip()) if stamp else None
    if not pairs and not body and not (path and method and timestamp):
        return None
    signed = _SIGNED.search(text)
    return Request(
        method[1].upper() if method else None,
        path,
        tuple(pairs[:PARAMETERS_MAX]),
        timestamp,
        body,
        signed["value"] if signed else None,
    )


def _is_address(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def _without_tail(query: str) -> str:
    """Return an address or query without the words that follow it with no blank between: 0.01，为什么, MARKET로.

    Other letters within the last value alone are such words; in front of them they are a value that was not encoded.
    """
    head, sign, last = query.replace("\\&", "&").rpartition("=")
    begins = _NOT_ASCII.search(last)
    if begins and begins.start() > 0 and "&" not in last and not last.startswith(("⟦", "…")):
        last = last[: begins.start()]
    return (head + sign + last).rstrip(_BEHIND) if not last.endswith(("}", "⟧")) else head + sign + last


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for part in query.split("&")[:PARAMETERS_MAX]:
        name, _, value = part.partition("=")
        if part:
            yield name, UNKNOWN if _TAKEN_OUT.fullmatch(value) else value


def _data(text: str) -> tuple[list[tuple[str, str]], str | None]:
    """Return the parameters that curl sends as a form, and what it sends as one text."""
    pairs: list[tuple[str, str]] = []
    body = ""
    for match in _DATA.finditer(text):
        value = match["one"] or (match["two"] or "").replace('\\"', '"') or match["bare"] or ""
        if value.lstrip().startswith(("{", "[")):
            body = value
        elif "=" in value and match["how"] == "--data-urlencode":
            name, _, plain = value.partition("=")
            pairs.append((name, UNKNOWN if _TAKEN_OUT.fullmatch(plain) else quote(plain, safe="")))
        elif "=" in value:
            pairs += _pairs(value)
    return pairs, body


def _table(text: str) -> list[tuple[str, str]]:
    """Return the parameters of the first table of a program that can be some: headers have signs in their names."""
    for table in _TABLE.finditer(text):
        pairs = []
        for entry in _ENTRY.finditer(table["inside"]):
            name = entry["two"] or entry["one"] or entry["bare"]
            value = entry["text"] if entry["text"] is not None else entry["words"]
            pairs.append((name, _value_of_code(entry["code"].strip()) if value is None else _written(value)))
        if len(pairs) > 1 and not any("-" in name for name, _ in pairs):
            return pairs
    return []


def _written(value: str) -> str:
    return UNKNOWN if _TAKEN_OUT.fullmatch(value) else quote(value, safe="")


def _value_of_code(code: str) -> str:
    """Return a literal as it is; of how a program takes the time, the unit; UNKNOWN for everything else."""
    if _NUMBER.fullmatch(code):
        return code
    plain = code.replace(" ", "").replace("_", "").lower()
    if "date.now()" in plain or "gettime()" in plain:
        return UNKNOWN_SECONDS if re.search(r"/(1000|1e3)\b", plain) else UNKNOWN_MILLIS
    if "time.time()" in plain:
        return UNKNOWN_MILLIS if re.search(r"\*(1000|1e3|10\*\*3)\b", plain) else UNKNOWN_SECONDS
    return UNKNOWN
