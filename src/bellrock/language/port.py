"""The ports to machines: one that translates, and one that writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from bellrock.core import N_, BellrockError


class Translator(Protocol):
    """Translates texts that hold no secret and whose figures are locked already. Adapters: `adapters.translate`."""

    @property
    def name(self) -> str:
        """What people call it, and where it runs."""

    def can(self, source: str, target: str) -> bool:
        """Return whether it may be asked for this pair of our language codes."""

    async def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """Return each text in the target language, in order. Raises TranslatorFailed."""


class TranslatorMissing(BellrockError):
    """No translator is set up, or it does not know this pair of languages."""

    code = "translator_missing"
    status = 409
    text = N_("No translator is set up for these languages. Ask whoever runs Bellrock.")


class TranslatorFailed(BellrockError):
    """The translator did not answer in time, refused, or answered nonsense; trying again may help."""

    code = "translator_failed"
    status = 503
    retryable = True
    text = N_("The translator does not answer just now. The original is still here; try again in a moment.")


class TranslationDamaged(BellrockError):
    """The translation lost, changed or doubled something that must stay as it is: a figure, an address, a link."""

    code = "translation_damaged"
    status = 422
    text = N_("The translation lost a figure, an address or a link, so it is not used. Please read the original.")


class Use(StrEnum):
    """What a language model may be asked for. None of these decides anything."""

    DRAFT = "draft"
    SUMMARY = "summary"
    TRANSLATION = "translation"
    PHRASING = "phrasing"


@dataclass(frozen=True, slots=True)
class Said:
    """A message to a language model: `system` holds our rules, `user` what it is given to work with."""

    role: Literal["system", "user"]
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote, and which model it says it is. `is_cut`: it did not come to its end."""

    text: str
    model: str
    is_cut: bool = False


class LanguageModel(Protocol):
    """Writes text, and can do nothing else: it has no tools and sees what it is given. Adapters: `adapters.llm`."""

    @property
    def name(self) -> str:
        """The model and where it runs, as people read it."""

    def can(self, use: Use) -> bool:
        """Return whether whoever runs Bellrock lets it be used for this."""

    async def complete(self, messages: Sequence[Said], *, tokens_max: int) -> Completion:
        """Return what it writes. Asks once, in bounded time. Raises ModelFailed."""


class ModelMissing(BellrockError):
    """No language model is set up, or it is not to be used for this."""

    code = "model_missing"
    status = 409
    text = N_("No language model is set up for this.")


class ModelFailed(BellrockError):
    """The model did not answer in time, refused, or answered nonsense; trying again may help."""

    code = "model_failed"
    status = 503
    retryable = True
    text = N_("The language model does not answer just now. Try again in a moment, or write it yourself.")


class NotGrounded(BellrockError):
    """What the model wrote names a figure, an address or a link that none of its sources has, or cites none of them."""

    code = "not_grounded"
    status = 422
    text = N_("What the language model wrote is not used: it says something that is not in its sources.")
