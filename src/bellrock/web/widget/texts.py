"""The widget's texts of a language as one small bundle: the area `widget` of the catalogues, and what other pages say too."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bellrock.core import i18n
from bellrock.web.shared.languages import babel_code, direction, known

# A text that several pages say stands in the area of one of them.
_SAID_ELSEWHERE_TOO = ("Cancel", "Translated by machine. Show the original.", "Where to find it")


@lru_cache(maxsize=64)
def bundle(language: str) -> dict[str, Any]:
    """Return {lang, dir, texts}: each text by its English msgid; those with plural forms as a list. English is empty."""
    code = known(language) or i18n.SOURCE_LANGUAGE
    return {"lang": code, "dir": direction(code), "texts": _texts(code)}


def _texts(code: str) -> dict[str, str | list[str]]:
    path = i18n.LOCALE_FOLDER / code / "widget.po"
    if code == i18n.SOURCE_LANGUAGE or not path.is_file():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as stream:
        catalog = read_po(stream, locale=babel_code(code))
    texts: dict[str, str | list[str]] = {text: i18n.translate(code, text) for text in _SAID_ELSEWHERE_TOO}
    for message in catalog:
        if not message.id or not message.string or message.fuzzy:
            continue
        if isinstance(message.id, str):
            texts[message.id] = str(message.string)
        else:
            texts[message.id[0]] = list(message.string)
    return texts
