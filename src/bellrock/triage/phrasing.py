"""An answer that is decided already, in words that fit the question: where a language model is to be used for that.

Whatever it writes holds every figure, identifier and link of the answer and no other, is in the customer's language, and comes in
time; else the answer goes out as it was.
"""

from __future__ import annotations

import asyncio

import structlog

from bellrock import language as languages
from bellrock.core import BellrockError, clock
from bellrock.language import LanguageModel, ModelFailed, Use

SECONDS_MAX = 5.0
REST_SECONDS = 60.0
"""After the model did not answer, nobody waits for it for so long."""
LONGER_MAX = 2.0
"""How much longer than the decided answer the phrased one may be."""
_log = structlog.get_logger(__name__)


class Phrasing:
    """The model of one process, and until when it is left alone."""

    def __init__(self, model: LanguageModel | None) -> None:
        self._model = model
        self._rests_until = 0.0

    @property
    def is_ready(self) -> bool:
        """Say whether a model would be asked now."""
        is_there = self._model is not None and self._model.can(Use.PHRASING)
        return is_there and clock.monotonic() >= self._rests_until

    async def phrased(self, text: str, *, question: str, language: str) -> tuple[str, str]:
        """Return the answer, phrased, with the name of the model; or as it was, with no name."""
        model = self._model
        if model is None or not self.is_ready:
            return text, ""
        try:
            async with asyncio.timeout(SECONDS_MAX):
                written = await languages.phrase(model, text, question=question, target=language)
        except (ModelFailed, TimeoutError) as error:
            self._rests_until = clock.monotonic() + REST_SECONDS
            _log.warning("phrasing.rests", reason=type(error).__name__)
            return text, ""
        except BellrockError as error:
            _log.info("phrasing.dropped", reason=error.code)
            return text, ""
        found = languages.detect(written.text, language)
        if found.language != language or len(written.text) > LONGER_MAX * len(text) + 100:
            return text, ""
        return written.text, written.model
