"""Why a signed call is refused: the customer's redacted request is read, signed anew with a test key, and its mistakes found.

The rule is the exchange's own (`exchange.SigningRule`): HMAC-SHA256 over parts that are joined without anything between.
No real key is ever needed: a program that signs the same text with the same test key must come to the same signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote_plus, urlsplit

from bellrock.exchange import ApiCall, RateRule, SigningRule

TEST_SECRET = "test-key-of-the-help-desk"  # noqa: S105 - it opens nothing; customers sign with it to compare
REQUEST_CHARS_MAX = 4_000
PARAMETERS_MAX = 60
_SECONDS_DIGITS, _MILLIS_DIGITS = 10, 13
_METHOD = re.compile(r"(?<![A-Za-z])(GET|POST|PUT|DELETE)(?![A-Za-z])")
_URL = re.compile(r"https?://[^\s\"'`<>]{3,2000}|(?<![\w/])/(?:s?api|fapi|v\d)[\w/.-]{1,200}(?:\?[^\s\"'`<>]{0,2000})?")
_QUERY = re.compile(r"(?<![\w&=%.-])[A-Za-z_]\w{0,39}=[^\s\"'`<>&]{0,500}(?:&[A-Za-z_]\w{0,39}=[^\s\"'`<>&]{0,500})+")
_SPOILT = re.compile(r"[^A-Za-z0-9._~%\-]")
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_STAMP = re.compile(r"(?<![A-Za-z])(?:[A-Z]{1,8}-)?TIMESTAMP[\"']?\s*[:=]\s*[\"']?(\d{6,20})(?!\d)", re.I)
_OF_THE_ADDRESS = frozenset({"method", "path"})


class Mistake(StrEnum):
    """What is wrong with a signed request."""

    TIMESTAMP_MISSING = "timestamp_missing"
    TIMESTAMP_UNIT = "timestamp_unit"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_AHEAD = "clock_ahead"
    WINDOW_TOO_LARGE = "window_too_large"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_NOT_LAST = "signature_not_last"
    SIGNATURE_FORM = "signature_form"
    ORDER = "order"
    ENCODING = "encoding"
    PARAMETER_LEFT_OUT = "parameter_left_out"
    PARAMETER_ADDED = "parameter_added"
    NEW_LINE = "new_line"
    KEY = "key"  # the text is right: it was signed with another secret


@dataclass(frozen=True, slots=True)
class Request:
    """What a customer sent of a call: its parameters in their order, as they were written; `timestamp` is one beside them."""

    method: str | None
    path: str | None
    parameters: tuple[tuple[str, str], ...]
    timestamp: str | None = None

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
            "body": "",
        }
        parts = [known.get(part) for part in rule.parts]
        return None if any(part is None for part in parts) else "".join(part or "" for part in parts)


def read_request(text: str) -> Request | None:
    """Return the request in a message: an address with its query, or a bare query; None where there is none."""
    text = text[:REQUEST_CHARS_MAX]
    url = _URL.search(text)
    query, path = "", None
    if url:
        parts = urlsplit(url[0])
        query, path = parts.query, parts.path
    if not query:
        bare = _QUERY.search(text)
        query = bare[0] if bare else ""
    if not query:
        return None
    pairs = [part.partition("=") for part in query.split("&")[:PARAMETERS_MAX] if part]
    method, stamp = _METHOD.search(text), _STAMP.search(text)
    parameters = tuple((name, value) for name, _, value in pairs)
    return Request(method[1] if method else None, path, parameters, stamp[1] if stamp else None)


def sign(text: str, secret: str = TEST_SECRET, *, in_base64: bool = False) -> str:
    """Return the HMAC-SHA256 of a text."""
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode() if in_base64 else digest.hex()


def mistakes(
    request: Request, rule: SigningRule, *, call: ApiCall | None = None, received_at: datetime | None = None
) -> tuple[Mistake, ...]:
    """Return what is wrong with a request, the surest first.

    `call` is the same call as the exchange received it; without it only what stands in the request can be judged. A clock is
    judged by the call's own times, or by `received_at` alone.
    """
    found = [*_of_time(request, rule, call, received_at), *_of_signature(request), *_of_text(request, call)]
    return tuple(dict.fromkeys(found))


def mistake_of_signature(request: Request, rule: SigningRule, secret: str = TEST_SECRET) -> Mistake | None:
    """Return which mistake led to the signature that came with a request signed with the test key; None if it is right.

    Each typical mistake is made on purpose and signed; the one that gives the same signature is the one that was made.
    """
    given = request.get("signature") or ""
    in_base64 = rule.encoding == "base64"
    right = request.signed_text
    if _OF_THE_ADDRESS & set(rule.parts):
        return None  # there the signature stands beside the query, and nobody sends it along
    if given == sign(right, secret, in_base64=in_base64):
        return None
    pairs = [(name, value) for name, value in request.parameters if name != "signature"]
    tries = [
        (Mistake.SIGNATURE_FORM, given.lower(), right),
        (Mistake.ORDER, given, _joined(sorted(pairs))),
        (Mistake.ENCODING, given, _joined([(name, unquote_plus(value)) for name, value in pairs])),
        (Mistake.ENCODING, given, _joined([(name, quote(value, safe="")) for name, value in pairs])),
        (Mistake.TIMESTAMP_MISSING, given, _joined([pair for pair in pairs if pair[0] != "timestamp"])),
        (Mistake.NEW_LINE, given, right + "\n"),
        (Mistake.PARAMETER_ADDED, given, "?" + right),
        *(
            (Mistake.PARAMETER_LEFT_OUT, given, _joined([*pairs[:place], *pairs[place + 1 :]]))
            for place in range(len(pairs))
        ),
    ]
    for mistake, signature, text in tries:
        if signature == sign(text, secret, in_base64=in_base64):
            return mistake
    return Mistake.KEY


def skew_ms(call: ApiCall) -> int | None:
    """Return by how many milliseconds the customer's clock was ahead (behind: below zero), travel time included."""
    if call.sent_at is None:
        return None
    return round((call.sent_at - call.received_at).total_seconds() * 1000)


def pause_seconds(used_weight: int, weight: int, rule: RateRule) -> float:
    """Return how long to wait between calls of a weight, so that the limit is never reached."""
    return weight * rule.seconds / rule.weight_max if used_weight and rule.weight_max else 0.0


def _of_time(
    request: Request, rule: SigningRule, call: ApiCall | None, received_at: datetime | None
) -> Sequence[Mistake]:
    stamp = request.get("timestamp") or request.timestamp
    if not stamp or not stamp.isdigit():
        # Where it goes in a header, the words may well be without it.
        is_missing = "timestamp" not in rule.parts or (call is not None and call.sent_at is None)
        return [Mistake.TIMESTAMP_MISSING] if is_missing else []
    wanted = _MILLIS_DIGITS if rule.timestamp_unit == "ms" else _SECONDS_DIGITS
    if len(stamp) != wanted:
        return [Mistake.TIMESTAMP_UNIT]
    found = []
    window = request.get("recvWindow") or ""
    if window.isdigit() and int(window) > max(rule.window_ms, 1) * 12:
        found.append(Mistake.WINDOW_TOO_LARGE)
    at = call.received_at if call else received_at
    if at is not None:
        ahead = int(stamp) * (1 if rule.timestamp_unit == "ms" else 1000) - round(at.timestamp() * 1000)
        allowed = int(window) if window.isdigit() else rule.window_ms
        if ahead > 1_000:
            found.append(Mistake.CLOCK_AHEAD)
        elif call is not None and -ahead > allowed:
            found.append(Mistake.CLOCK_BEHIND)
    return found


def _of_signature(request: Request) -> Sequence[Mistake]:
    names = [name for name, _ in request.parameters]
    if "signature" not in names:
        return []
    if names[-1] != "signature":
        return [Mistake.SIGNATURE_NOT_LAST]
    signature = request.get("signature") or ""
    is_upper_hex = bool(_HEX.fullmatch(signature)) and signature != signature.lower()
    return [Mistake.SIGNATURE_FORM] if is_upper_hex else []


def _of_text(request: Request, call: ApiCall | None) -> Sequence[Mistake]:
    spoilt = [name for name, value in request.parameters if name != "signature" and _SPOILT.search(value)]
    if call is None or not call.signed_text or "=" not in call.signed_text:
        return [Mistake.ENCODING] if spoilt else []
    ours = [name for name, _ in request.parameters if name != "signature"]
    text = call.signed_text.partition(call.path)[2] if call.path in call.signed_text else call.signed_text
    theirs = [part.partition("=")[0] for part in text.rpartition("?")[2].split("&") if part]
    theirs = [name for name in theirs if name != "signature"]
    if set(theirs) - set(ours):
        return [Mistake.PARAMETER_LEFT_OUT]
    if set(ours) - set(theirs):
        return [Mistake.PARAMETER_ADDED]
    if ours != theirs:
        return [Mistake.ORDER]
    return [Mistake.ENCODING] if spoilt else [Mistake.KEY]


def _joined(pairs: Sequence[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs)
