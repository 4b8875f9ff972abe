"""Words on screen: gettext catalogues, one file an area and language, merged when first used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from gettext import NullTranslations, c2py
from pathlib import Path
from typing import Any

import msgspec

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"
SOURCE_LANGUAGE = "en"
_PLURAL = re.compile(r"^Plural-Forms:.*plural=(.*?);?$", re.MULTILINE)


def N_(text: str) -> str:  # noqa: N802 - the customary name for marking a msgid
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


class Catalogue(NullTranslations):
    """The texts of a language by msgid: one for each of its plural forms, which `plural` tells apart by a count."""

    def __init__(self, texts: Mapping[str, Sequence[str]], plural: Callable[[int], int]) -> None:
        super().__init__()
        self._texts = texts
        self._plural = plural

    def gettext(self, message: str) -> str:
        found = self._texts.get(message)
        return found[0] if found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        found = self._texts.get(msgid1)
        return found[self._plural(n)] if found else super().ngettext(msgid1, msgid2, n)


@lru_cache(maxsize=64)
def translations(language: str) -> NullTranslations:
    """Return the merged catalogue of a language; English, and whatever is not translated, is the msgid itself.

    Reads `locale/<language>/*.po`, one file an area. Read once per process; some milliseconds a language.
    """
    folder = LOCALE_FOLDER / language
    files = sorted(folder.glob("*.po")) if language != SOURCE_LANGUAGE and folder.is_dir() else []
    if not files:
        return NullTranslations()
    texts: dict[str, tuple[str, ...]] = {}
    for file in files:
        for msgid, forms in _read(file.read_text(encoding="utf-8")):
            if all(forms):
                texts.setdefault(msgid, forms)
    plural = _PLURAL.search(texts.pop("", ("",))[0])
    return Catalogue(texts, c2py(plural[1] if plural else "n != 1"))


def _read(content: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each msgid of a .po file with its texts, as our own tools write them: an entry a paragraph, a field a line.

    Eight times as fast as a reader that keeps comments and places; the first page in a language waits for it.
    """
    for entry in content.split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in entry.split("\n"):
            if not line or line[0] == "#":
                continue
            if line[0] != '"':
                name, _, line = line.partition(" ")
                fields[name] = ""
            value = line[1:-1]
            fields[name] += msgspec.json.decode(line) if "\\" in value else value
        if "msgid" in fields:
            yield fields["msgid"], tuple(text for name, text in fields.items() if name.startswith("msgstr"))


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
