"""Languages of pages: which there are, which one this request wants, which way it is written."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection

LANGUAGES = {"en": "English", "zh-Hans": "简体中文", "ar": "العربية"}
LANGUAGE_COOKIE = "lang"
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
_BABEL_CODES = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant"}
_CHINESE = {
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-hans": "zh-Hans",
    "zh-hans-cn": "zh-Hans",
}
_ACCEPTED_MAX = 20


def direction(language: str) -> str:
    """Return `rtl` or `ltr`."""
    return "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def language_name(language: str) -> str:
    """Return the name of a language in itself."""
    return LANGUAGES.get(language, language)


def babel_code(language: str) -> str:
    """Return the code by which Babel knows a language."""
    return _BABEL_CODES.get(language, language)


def known(code: str) -> str | None:
    """Return our code for a language tag such as `zh-CN` or `en-GB`, or None where we do not speak it."""
    lowered = code.strip().lower().replace("_", "-")
    if lowered in _CHINESE:
        return _CHINESE[lowered]
    by_lower = {name.lower(): name for name in LANGUAGES}
    return by_lower.get(lowered) or by_lower.get(lowered.split("-")[0])


def language_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the language for this request: `?lang=`, else the cookie, else the browser's wish, else English."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish and (code := known(str(wish))):
            return code
    for wish in _wishes(request.headers.get("accept-language", "")):
        if code := known(wish):
            return code
    return "en"


def _wishes(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, most wanted first."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:_ACCEPTED_MAX]):
        tag, _, parameters = part.partition(";")
        weight = 1.0
        if parameters.strip().startswith("q="):
            try:
                weight = float(parameters.strip()[2:])
            except ValueError:
                continue
        if tag.strip() and weight > 0:
            weighed.append((-weight, place, tag))
    return [tag for _, _, tag in sorted(weighed)]
