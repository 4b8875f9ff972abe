"""When a server is left alone: after it did not answer, turned us away, or wrote nonsense; longer each time, up to a minute."""

from __future__ import annotations

import openai

FIRST_SECONDS = 2.0
MOST_SECONDS = 60.0
"""The longest rest, also where the server asks for a longer one: somebody may have mended it."""
_OWN_FAULT = frozenset({400, 413, 422})
"""What one question is refused for; the next may be fine."""


class Rest:
    """How often a server failed in a row, and until when it is left alone. Instants are `clock.monotonic()`, in seconds."""

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    def is_on(self, now: float) -> bool:
        """Say whether the server is left alone."""
        return now < self._until

    def after(self, error: Exception, now: float) -> float:
        """Begin the rest that a failure asks for, and return its seconds, 0 for none."""
        if isinstance(error, openai.APIStatusError) and error.status_code in _OWN_FAULT:
            return 0.0
        self._failures = min(self._failures + 1, 10)
        seconds = min(max(FIRST_SECONDS * (1 << (self._failures - 1)), _asked_for(error)), MOST_SECONDS)
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            seconds = MOST_SECONDS  # no question mends a key
        self._until = now + seconds
        return seconds

    def end(self) -> None:
        """Forget the failures: the server is there."""
        self._failures, self._until = 0, 0.0


def _asked_for(error: Exception) -> float:
    """Return the seconds of a `Retry-After`, 0 where there is none that can be read; a date is not."""
    if not isinstance(error, openai.APIStatusError):
        return 0.0
    said = str(error.response.headers.get("retry-after", ""))
    return float(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0.0
