"""Words on screen: gettext catalogues, one file an area and language, merged when first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"
SOURCE_LANGUAGE = "en"


def N_(text: str) -> str:  # noqa: N802 - the customary name for marking a msgid
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


@lru_cache(maxsize=64)
def translations(language: str) -> NullTranslations:
    """Return the merged catalogue of a language; English, and whatever is not translated, is the msgid itself.

    Reads `locale/<language>/*.po`, one file an area. Compiled once per process; 10-40 ms a language.
    """
    folder = LOCALE_FOLDER / language
    files = sorted(folder.glob("*.po")) if language != SOURCE_LANGUAGE and folder.is_dir() else []
    if not files:
        return NullTranslations()
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged: Catalog | None = None
    for file in files:
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=language.replace("-", "_"))  # Babel's way to write BCP 47
        if merged is None:
            merged = catalog
            continue
        for message in catalog:
            if message.id:
                merged[message.id if isinstance(message.id, str) else message.id[0]] = message
    assert merged is not None
    buffer = BytesIO()
    write_mo(buffer, merged)
    buffer.seek(0)
    return GNUTranslations(buffer)


def translator(language: str) -> Callable[[str], str]:
    """Return the `_` of a language."""
    return translations(language).gettext


def translate(language: str, text: str, **values: Any) -> str:
    """Translate a msgid and fill its named placeholders."""
    translated = translations(language).gettext(text)
    return translated % values if values else translated


def translate_plural(language: str, one: str, many: str, count: int, **values: Any) -> str:
    """Translate a msgid with plural forms; `%(count)s` is filled too."""
    return translations(language).ngettext(one, many, count) % {"count": count, **values}
