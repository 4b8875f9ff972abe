"""Private keys: those that carry a check of their own anywhere, raw ones where the words beside them say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bellrock.guard import codec
from bellrock.guard.findings import Kind, Span
from bellrock.guard.words import AUTHENTICATOR_STEMS, STRING_STEMS, STRING_WORDS, has_stem

# One pass finds every string that could be a key of any form; what it is, is decided by its letters and its length.
_STRING = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9+/_\-]{27,4000}={0,2}")
_PART = re.compile(r"[A-Za-z0-9]{28,4000}")
_EXTENDED = re.compile(r"(?:[xyztuvYZUV]prv|Ltpv|dgpv)[1-9A-HJ-NP-Za-km-z]{100,110}")
_ENCODED = re.compile(r"(?:nsec1|suiprivkey1|edsk)[0-9A-Za-z]{48,96}")
_RAW_HEX = re.compile(r"(?:0[xX])?(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{128})")
_SHORT_HEX = re.compile(r"[0-9a-fA-F]{32}")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])[A-Z2-7]{16,64}(?![A-Za-z0-9])")
_JWT = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")
_OTPAUTH = re.compile(r"otpauth(?:-migration)?://[^\s\"'<>]{10,2000}", re.I)
_BYTES = re.compile(r"\[\s*\d{1,3}(?:\s*,\s*\d{1,3}){63}\s*\]")
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s:,.\-\\]*")
_SPACED_BASE32 = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z2-7]{4}[ -]){3,15}[A-Za-z2-7]{4}(?![A-Za-z0-9])")

# The key that a program gives to HMAC: in Python, JavaScript, PHP, Go, and on the command line of openssl.
_HMAC = re.compile(
    r"(?:hmac\.new\(\s*(?:key\s*=\s*)?(?:bytes\(\s*|sha\d+\.New\s*,\s*(?:\[\]byte\(\s*)?)?b?"
    r"|createHmac\([^,)]{1,24},\s*|hash_hmac\([^,)]{1,24},[^,)]{1,80},\s*|HmacSHA\d+\([^,)]{1,80},\s*|-hmac\s+)"
    r"(?P<quote>[\"'`])(?P<key>[^\"'`\s]{12,400})(?P=quote)",
    re.I,
)
_CONTEXT_CHARS = 80
_GAP_MAX = 40
_GAP_UNLINKED_MAX = 16
_GAP_AFTER_MAX = 24
_SENTENCE_END = re.compile(r"[.!?]\s|[\u3002\uff01\uff1f]|\n\s*\S")
_LINK = re.compile(r"(?:[:=\uff1a\u2192>]|\bis\b|\bist\b|\best\b|\bes\b|[是为為は은는])[\s\"'`“”「(<\[{]*$", re.I)


def find(text: str) -> Iterator[Span]:
    """Yield private keys, API secrets and authenticator keys. TxIDs, addresses and public keys are not touched."""
    if "-----BEGIN" in text:
        yield from _pem(text)
    if "eyJ" in text:
        yield from (Span(*match.span(), Kind.API_SECRET, "jwt") for match in _JWT.finditer(text))
    lowered = text.lower()
    if "otpauth" in lowered:
        yield from (Span(*match.span(), Kind.AUTHENTICATOR, "otpauth") for match in _OTPAUTH.finditer(text))
    if "[" in text:
        yield from (
            Span(*match.span(), Kind.PRIVATE_KEY, "bytes") for match in _BYTES.finditer(text) if _is_pair(match[0])
        )
    if "hmac" in lowered:
        yield from (Span(*match.span("key"), Kind.API_SECRET, "hmac") for match in _HMAC.finditer(text))
    is_named = has_stem(lowered, STRING_STEMS)
    for match in _STRING.finditer(text):
        yield from _string(text, match, is_named=is_named)
    if is_named and has_stem(lowered, AUTHENTICATOR_STEMS):
        yield from _authenticator(text)


def _string(text: str, match: re.Match[str], *, is_named: bool) -> Iterator[Span]:
    for part in _PART.finditer(match[0]):
        form = _checked_form(part[0])
        if form is not None:
            start = match.start() + part.start()
            yield Span(start, start + len(part[0]), Kind.PRIVATE_KEY, form)
            return
    if is_named and (found := _by_context(text, match)) is not None:
        yield found


def _checked_form(string: str) -> str | None:
    """Name the form of a key that proves itself, or nothing."""
    length = len(string)
    if _EXTENDED.fullmatch(string):
        return "extended"
    if _ENCODED.fullmatch(string):
        return "encoded"
    if 51 <= length <= 52 and len(payload := codec.base58check(string)) in (33, 34):
        return "wif" if len(payload) == 33 or payload[-1] == 1 else None
    if length == 58 and string.startswith("6P") and len(codec.base58check(string)) == 39:
        return "bip38"
    if 107 <= length <= 112 and len(payload := codec.base58check(string)) == 78:
        return "extended" if payload[45] == 0 else None
    if length == 56 and string[0] == "S" and codec.stellar_seed(string):
        return "stellar"
    if 28 <= length <= 31 and string[0] == "s" and codec.base58check(string, alphabet=codec.RIPPLE):
        return "ripple"
    if 86 <= length <= 88 and codec.ed25519_pair(codec.base58(string)):
        return "solana"
    return None


def _by_context(text: str, match: re.Match[str]) -> Span | None:
    string = match[0]
    is_hex = _RAW_HEX.fullmatch(string) is not None
    has_digit_and_letter = any(c.isdigit() for c in string) and any(c.isalpha() for c in string)
    if not has_digit_and_letter or not (is_hex or 32 <= len(string) <= 200):
        return None
    meaning = _meaning(text, match.start(), match.end())
    if (
        meaning == "key"
        and not is_hex
        and "api" in text[max(0, match.start() - _CONTEXT_CHARS) : match.start()].lower()
    ):
        meaning = "api"
    if meaning == "key" and _SHORT_HEX.fullmatch(string):
        meaning = "api"  # no chain's key is so short; secrets of API keys are
    if meaning == "key" and (is_hex or len(string) >= 40):
        return Span(match.start(), match.end(), Kind.PRIVATE_KEY, "raw")
    if meaning == "api":
        return Span(match.start(), match.end(), Kind.API_SECRET, "raw")
    return None


def _meaning(text: str, start: int, end: int) -> str | None:
    """Return what the nearest telling words say this string is: before it in the same sentence, or else behind it."""
    begin = max(0, start - _CONTEXT_CHARS)
    before = list(STRING_WORDS.finditer(text, begin, start))
    if before:
        last = before[-1]
        gap = text[last.end() : start]
        linked = _LINK.search(gap) is not None
        near = len(gap) <= (_GAP_MAX if linked else _GAP_UNLINKED_MAX)
        return last.lastgroup if near and not _SENTENCE_END.search(gap) else None
    behind = STRING_WORDS.search(text, end, min(len(text), end + _GAP_AFTER_MAX + 20))
    if behind is not None and behind.start() - end <= _GAP_AFTER_MAX:
        return None if _SENTENCE_END.search(text[end : behind.start()]) else behind.lastgroup
    return None


def _authenticator(text: str) -> Iterator[Span]:
    for pattern in (_BASE32, _SPACED_BASE32):
        for match in pattern.finditer(text):
            if _meaning(text, match.start(), match.end()) == "twofa" and any(c.isdigit() for c in match[0]):
                yield Span(match.start(), match.end(), Kind.AUTHENTICATOR, "base32")


def _is_pair(numbers: str) -> bool:
    values = [int(number) for number in re.findall(r"\d+", numbers)]
    return max(values) < 256 and codec.ed25519_pair(bytes(values))


def _pem(text: str) -> Iterator[Span]:
    done = 0
    while (begin := _PEM_BEGIN.search(text, done)) is not None:
        end = _PEM_END.search(text, begin.end())
        body = _PEM_BODY.match(text, begin.end())
        assert body is not None
        done = end.end() if end is not None else max(begin.end(), body.end())
        yield Span(begin.start(), done, Kind.PRIVATE_KEY, "pem")
