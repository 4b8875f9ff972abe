"""Which language a text is in, what the languages are, and the words that search keeps of a text."""

from bellrock.language.detection import Detection, detect
from bellrock.language.languages import LANGUAGES, SOURCE, Language, direction, fallbacks, readable
from bellrock.language.negotiation import canonical, negotiate
from bellrock.language.port import TranslationDamaged, Translator, TranslatorFailed, TranslatorMissing
from bellrock.language.tokens import TOKENS_MAX, tokens
from bellrock.language.translating import translate

__all__ = [
    "LANGUAGES",
    "SOURCE",
    "TOKENS_MAX",
    "Detection",
    "Language",
    "TranslationDamaged",
    "Translator",
    "TranslatorFailed",
    "TranslatorMissing",
    "canonical",
    "detect",
    "direction",
    "fallbacks",
    "negotiate",
    "readable",
    "tokens",
    "translate",
]
