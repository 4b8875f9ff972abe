"""Translators, behind the port `language.port.Translator`."""

from __future__ import annotations

from bellrock.core.settings import Settings
from bellrock.language.port import Translator


def build_translator(settings: Settings) -> Translator | None:
    """Return the translator that the settings name; None without one, and then the desk says so."""
    if not settings.translator_url:
        return None
    from bellrock.adapters.translate.libretranslate import LibreTranslate

    return LibreTranslate(settings.translator_url, key=settings.translator_key)
