"""Why a signed call is refused: the customer's redacted request is read, signed anew with a test key, and its mistakes found.

The rule is the exchange's own (`exchange.SigningRule`): HMAC-SHA256 over parts that are joined without anything between. Of an
algorithm with a pair of keys, what is signed and how it is sent are judged all the same, and `pairs` verifies the signature.
No real key is ever needed: a program that signs the same text with the same test key must come to the same signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote_plus

from bellrock.exchange import ApiCall, RateRule, SigningRule
from bellrock.triage.playbooks.requests import UNKNOWN, UNKNOWN_MILLIS, UNKNOWN_SECONDS, Request

AHEAD_MS_MAX = 1_000
"""A clock may be ahead by so much; beyond it a call is refused, whatever its window."""
TEST_SECRET = "test-key-of-the-help-desk"  # noqa: S105 - it opens nothing; customers sign with it to compare
_SECONDS_DIGITS, _MILLIS_DIGITS = 10, 13
_WINDOWS_MAX = 12
"""A recvWindow may be so many times the usual one, as exchanges publish: 60 seconds for 5."""
_SPOILT = re.compile(r"[^A-Za-z0-9._~%\-]")
_HEX = re.compile(r"[0-9a-fA-F]{64}")
_WINDOW = re.compile(r"recvWindow=(\d{1,7})(?!\d)")
_BASE64_BARE = re.compile(r"[+/=]")
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
    SIGNATURE_ENCODING = "signature_encoding"
    ORDER = "order"
    ENCODING = "encoding"
    PARAMETER_LEFT_OUT = "parameter_left_out"
    PARAMETER_ADDED = "parameter_added"
    NEW_LINE = "new_line"
    SIGNATURE_BASE = "signature_base"  # hex where base64 is wanted, and the like
    OTHER_KEY = "other_key"  # of the customer's own
    KEY = "key"  # the text is right: it was signed with another secret


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
    found = [*_of_time(request, rule, call, received_at), *_of_signature(request, rule), *_of_text(request, call)]
    return tuple(dict.fromkeys(found))


def mistake_of_signature(request: Request, rule: SigningRule, secret: str = TEST_SECRET) -> Mistake | None:
    """Return which mistake led to the signature that came with a request signed with the test key; None if it is right.

    Each typical mistake is made on purpose and signed; the one that gives the same signature is the one that was made.
    """
    given = request.get("signature") or ""
    in_base64 = rule.encoding == "base64"
    right = request.signed_text
    if _OF_THE_ADDRESS & set(rule.parts) or not has_test_key(rule) or UNKNOWN in right + given:
        return None  # of the address, the signature stands beside the query, and nobody sends it along
    if given == sign(right, secret, in_base64=in_base64):
        return None
    if given.lower() == sign(right, secret, in_base64=in_base64):
        return Mistake.SIGNATURE_FORM
    by_query = replace(rule, parts=("query",))
    tries = ((mistake, sign(text, secret, in_base64=in_base64)) for mistake, text in typical_texts(request, by_query))
    return next((mistake for mistake, signature in tries if signature == given), Mistake.KEY)


def typical_texts(request: Request, rule: SigningRule) -> Iterator[tuple[Mistake, str]]:
    """Return each text that is signed by mistake instead of the right one, with its mistake, the most usual first.

    Texts that cannot be made of the words alone are left out.
    """
    right = request.to_sign(rule)
    pairs = tuple((name, value) for name, value in request.parameters if name != "signature")
    changed: list[tuple[Mistake, tuple[tuple[str, str], ...]]] = [
        (Mistake.ORDER, tuple(sorted(pairs))),
        (Mistake.ENCODING, tuple((name, unquote_plus(value)) for name, value in pairs)),
        (Mistake.ENCODING, tuple((name, quote(value, safe="")) for name, value in pairs)),
        (Mistake.TIMESTAMP_MISSING, tuple(pair for pair in pairs if pair[0] != "timestamp")),
        *((Mistake.PARAMETER_LEFT_OUT, (*pairs[:place], *pairs[place + 1 :])) for place in range(len(pairs))),
    ]
    for mistake, parameters in changed:
        text = replace(request, parameters=parameters).to_sign(rule)
        if text is not None and text != right:
            yield mistake, text
    for part in rule.parts if len(rule.parts) > 1 else ():
        text = request.to_sign(replace(rule, parts=tuple(one for one in rule.parts if one != part)))
        if text and text != right:
            yield (Mistake.TIMESTAMP_MISSING if part == "timestamp" else Mistake.PARAMETER_LEFT_OUT), text
    for place in range(2, len(rule.parts)):
        if text := request.to_sign(replace(rule, parts=rule.parts[place:])):
            yield Mistake.PARAMETER_LEFT_OUT, text  # the query alone, without what stands in the headers
    if right is not None:
        yield Mistake.NEW_LINE, right + "\n"
        yield Mistake.PARAMETER_ADDED, "?" + right


def skew_ms(call: ApiCall) -> int | None:
    """Return by how many milliseconds the customer's clock was ahead (behind: below zero), travel time included."""
    if call.sent_at is None:
        return None
    return round((call.sent_at - call.received_at).total_seconds() * 1000)


def pause_seconds(used_weight: int, weight: int, rule: RateRule) -> float:
    """Return how long to wait between calls of a weight, so that the limit is never reached."""
    return weight * rule.seconds / rule.weight_max if used_weight and rule.weight_max else 0.0


def has_test_key(rule: SigningRule) -> bool:
    """Say whether a text of ours can be signed to compare: with one secret for both sides, not with a pair of keys."""
    return rule.algorithm == "hmac-sha256"


def allowed_ms(request: Request | None, call: ApiCall | None, rule: SigningRule) -> int:
    """Return by how many milliseconds a call may be late: its own recvWindow, where it has one."""
    signed = _WINDOW.search(call.signed_text or "") if call else None
    own = (request.get("recvWindow") if request else None) or (signed[1] if signed else "")
    return int(own) if own.isdigit() else rule.window_ms


def _of_time(
    request: Request, rule: SigningRule, call: ApiCall | None, received_at: datetime | None
) -> Sequence[Mistake]:
    stamp = request.get("timestamp") or request.timestamp
    is_ms = rule.timestamp_unit == "ms"
    if stamp in (UNKNOWN_MILLIS, UNKNOWN_SECONDS):
        return [] if (stamp == UNKNOWN_MILLIS) is is_ms else [Mistake.TIMESTAMP_UNIT]
    if stamp == UNKNOWN:
        return []
    if not stamp or not stamp.isdigit():
        # Where it goes in a header, the words may well be without it.
        is_missing = "timestamp" not in rule.parts or (call is not None and call.sent_at is None)
        return [Mistake.TIMESTAMP_MISSING] if is_missing else []
    if len(stamp) != (_MILLIS_DIGITS if is_ms else _SECONDS_DIGITS):
        return [Mistake.TIMESTAMP_UNIT]
    found = []
    allowed = allowed_ms(request, call, rule)
    if allowed > max(rule.window_ms, 1) * _WINDOWS_MAX:
        found.append(Mistake.WINDOW_TOO_LARGE)
    at = call.received_at if call else received_at
    if at is not None:
        ahead = int(stamp) * (1 if is_ms else 1000) - round(at.timestamp() * 1000)
        if ahead > AHEAD_MS_MAX:
            found.append(Mistake.CLOCK_AHEAD)
        elif call is not None and -ahead > allowed:
            found.append(Mistake.CLOCK_BEHIND)
    return found


def _of_signature(request: Request, rule: SigningRule) -> Sequence[Mistake]:
    names = [name for name, _ in request.parameters]
    if "signature" not in names:
        return []
    if names[-1] != "signature":
        return [Mistake.SIGNATURE_NOT_LAST]
    signature = request.get("signature") or ""
    if rule.encoding == "base64":
        return [Mistake.SIGNATURE_ENCODING] if _BASE64_BARE.search(signature) else []
    is_upper_hex = bool(_HEX.fullmatch(signature)) and signature != signature.lower()
    return [Mistake.SIGNATURE_FORM] if is_upper_hex else []


def _of_text(request: Request, call: ApiCall | None) -> Sequence[Mistake]:
    sent = [(name, value) for name, value in request.parameters if name != "signature"]
    spoilt = [name for name, value in sent if UNKNOWN not in value and _SPOILT.search(value)]
    if request.body != "" or call is None or not call.signed_text or "=" not in call.signed_text:
        return [Mistake.ENCODING] if spoilt else []
    ours = [name for name, _ in sent]
    signed = _signed_pairs(call, call.signed_text, ours)
    theirs = [name for name, _ in signed]
    if set(theirs) - set(ours):
        return [Mistake.PARAMETER_LEFT_OUT]
    if set(ours) - set(theirs):
        return [Mistake.PARAMETER_ADDED]
    if ours != theirs:
        return [Mistake.ORDER]
    is_same = all(_is_same(mine, other) for (_, mine), (_, other) in zip(sent, signed, strict=True))
    return [Mistake.KEY] if is_same and not spoilt else [Mistake.ENCODING]


def _signed_pairs(call: ApiCall, signed: str, ours: Sequence[str]) -> list[tuple[str, str]]:
    """Return the parameters in the text that the exchange signed; what stands before the first of them is none of its name."""
    text = signed.partition(call.path)[2] if call.path in signed else signed
    parts = [part.partition("=") for part in text.rpartition("?")[2].split("&") if part]
    pairs = [(name, value) for name, _, value in parts if name != "signature"]
    if pairs and pairs[0][0] not in ours:
        known = sorted((name for name in ours if pairs[0][0].endswith(name)), key=len)
        pairs[0] = (known[-1] if known else pairs[0][0], pairs[0][1])
    return pairs


def _is_same(mine: str, other: str) -> bool:
    """Say whether a value was signed as it was sent. Of one that the exchange redacted nothing can be said."""
    decoded = unquote_plus(mine)
    is_this = decoded in (unquote_plus(other), unquote_plus(unquote_plus(other)))
    return UNKNOWN in mine or not is_this or mine == other
