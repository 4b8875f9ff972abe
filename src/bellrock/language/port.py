"""The port to a machine that translates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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
