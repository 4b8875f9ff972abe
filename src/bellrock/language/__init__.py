"""Which language a text is in, the words that search keeps of it, and machines that translate and write, held to sources."""

from bellrock.language.asking import ModelTranslator, Source, Spoken, Written, phrase, translator_of, write
from bellrock.language.detection import Detection, detect
from bellrock.language.grounding import MEANT_DOT, cited, unsupported, without_citations
from bellrock.language.languages import LANGUAGES, SOURCE, Language, direction, fallbacks, readable
from bellrock.language.negotiation import canonical, negotiate
from bellrock.language.port import (
    Completion,
    LanguageModel,
    ModelFailed,
    ModelMissing,
    NotGrounded,
    Said,
    TranslationDamaged,
    Translator,
    TranslatorFailed,
    TranslatorMissing,
    Use,
)
from bellrock.language.tokens import TOKENS_MAX, tokens
from bellrock.language.translating import replaced, translate, veiled

__all__ = [
    "LANGUAGES",
    "MEANT_DOT",
    "SOURCE",
    "TOKENS_MAX",
    "Completion",
    "Detection",
    "Language",
    "LanguageModel",
    "ModelFailed",
    "ModelMissing",
    "ModelTranslator",
    "NotGrounded",
    "Said",
    "Source",
    "Spoken",
    "TranslationDamaged",
    "Translator",
    "TranslatorFailed",
    "TranslatorMissing",
    "Use",
    "Written",
    "canonical",
    "cited",
    "detect",
    "direction",
    "fallbacks",
    "negotiate",
    "phrase",
    "readable",
    "replaced",
    "tokens",
    "translate",
    "translator_of",
    "unsupported",
    "veiled",
    "without_citations",
    "write",
]
