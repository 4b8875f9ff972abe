"""The languages of the product: what they call themselves, how they run, count and fall back."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

_ONE_FORM = "nplurals=1; plural=0;"
_TWO_FORMS = "nplurals=2; plural=(n != 1);"
_EAST_SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
_POLISH = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
_ARABIC = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 tag. `plurals` is the gettext header; `fallback` is read where a text is missing; `script` is the
    one that detection knows it by.
    """

    tag: str
    name: str
    english_name: str
    direction: str = "ltr"
    plurals: str = _TWO_FORMS
    fallback: str = "en"
    spaces_words: bool = True
    script: str = "latin"


LANGUAGES: MappingProxyType[str, Language] = MappingProxyType(
    {
        language.tag: language
        for language in (
            Language("en", "English", "English"),
            Language("zh-Hans", "简体中文", "Chinese, simplified", plurals=_ONE_FORM, spaces_words=False, script="han"),
            Language(
                "zh-Hant",
                "繁體中文",
                "Chinese, traditional",
                plurals=_ONE_FORM,
                fallback="zh-Hans",
                spaces_words=False,
                script="han",
            ),
            Language("ja", "日本語", "Japanese", plurals=_ONE_FORM, spaces_words=False, script="kana"),
            Language("ko", "한국어", "Korean", plurals=_ONE_FORM, script="hangul"),
            Language("es", "Español", "Spanish"),
            Language("fr", "Français", "French", plurals="nplurals=2; plural=(n > 1);"),
            Language("ru", "Русский", "Russian", plurals=_EAST_SLAVIC, script="cyrillic"),
            Language("de", "Deutsch", "German"),
            Language("tr", "Türkçe", "Turkish"),
            Language("vi", "Tiếng Việt", "Vietnamese", plurals=_ONE_FORM),
            Language("pt", "Português", "Portuguese", plurals="nplurals=2; plural=(n > 1);"),
            Language("it", "Italiano", "Italian"),
            Language("pl", "Polski", "Polish", plurals=_POLISH),
            Language("id", "Bahasa Indonesia", "Indonesian", plurals=_ONE_FORM),
            Language("nl", "Nederlands", "Dutch"),
            Language("ar", "العربية", "Arabic", direction="rtl", plurals=_ARABIC, script="arabic"),
            Language("uk", "Українська", "Ukrainian", plurals=_EAST_SLAVIC, script="cyrillic"),
        )
    }
)
SOURCE = "en"


def direction(tag: str) -> str:
    """Return `rtl` or `ltr`; a language that is not ours runs left to right."""
    language = LANGUAGES.get(tag)
    return language.direction if language is not None else "ltr"


def fallbacks(tag: str) -> tuple[str, ...]:
    """Return the languages to try for a text, from the asked one to English."""
    chain = [tag] if tag in LANGUAGES else []
    while chain and chain[-1] != SOURCE:
        chain.append(LANGUAGES[chain[-1]].fallback)
    return tuple(chain) or (SOURCE,)


def readable(tag: str) -> tuple[str, ...]:
    """Return what a reader of a language can read, best first: what it falls back to, what falls back to it, English."""
    nearby = (other.tag for other in LANGUAGES.values() if other.fallback == tag != SOURCE)
    return tuple(dict.fromkeys((tag, *fallbacks(tag)[:-1], *nearby, SOURCE)))
