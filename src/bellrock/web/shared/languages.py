"""Languages of pages: which there are, which one this request wants, which way it is written."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from litestar.connection import ASGIConnection

from bellrock import language as languages

LANGUAGES = MappingProxyType({tag: language.name for tag, language in languages.LANGUAGES.items()})
LANGUAGE_COOKIE = "lang"
_RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}


def direction(language: str) -> str:
    """Return `rtl` or `ltr`, also for a language that is not ours."""
    return "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else languages.direction(language)


def language_name(language: str) -> str:
    """Return the name of a language in itself."""
    return LANGUAGES.get(language, language)


def babel_code(language: str) -> str:
    """Return the code by which Babel knows a language."""
    return language.replace("-", "_")


def known(code: str) -> str | None:
    """Return our code for a language tag such as `zh-CN` or `en-GB`, or None where we do not speak it."""
    return languages.canonical(code)


def language_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the language for this request: `?lang=`, else the cookie, else the browser's wish, else English."""
    for wish in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish and (code := known(str(wish))):
            return code
    return languages.negotiate(request.headers.get("accept-language"), LANGUAGES)
