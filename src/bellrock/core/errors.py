"""Failures that are expected: a code for machines, a status for HTTP, a text for people."""

from __future__ import annotations

from typing import Any


class BellrockError(Exception):
    """An expected failure. `text` is a translatable msgid with named placeholders, filled from `values`.

    `retryable` says whether the same call may succeed later without a change by the caller.
    """

    code = "error"
    status = 400
    text = "Something in this request could not be used."
    retryable = False

    def __init__(self, text: str | None = None, *, code: str | None = None, **values: Any) -> None:
        self.text = text or type(self).text
        self.code = code or type(self).code
        self.values = values
        super().__init__(self.text % values if values else self.text)


class Invalid(BellrockError):
    """The input itself is wrong."""

    code = "invalid"
    status = 422
    text = "Please check what you entered."


class NotSignedIn(BellrockError):
    """Nobody proved who is asking."""

    code = "not_signed_in"
    status = 401
    text = "Please sign in first."


class Refused(BellrockError):
    """The person may not do this."""

    code = "refused"
    status = 403
    text = "You are not allowed to do this."


class NotFound(BellrockError):
    """It does not exist, or this person must not know that it does."""

    code = "not_found"
    status = 404
    text = "We could not find this."


class Conflict(BellrockError):
    """The thing changed, or its state does not allow this."""

    code = "conflict"
    status = 409
    text = "This changed in the meantime. Please look again."


class TooLarge(BellrockError):
    """The input passes a limit of size."""

    code = "too_large"
    status = 413
    text = "This is too large."


class TooMany(BellrockError):
    """A limit of rate is passed."""

    code = "too_many"
    status = 429
    text = "That was too fast. Please wait a moment and try again."
    retryable = True


class Unavailable(BellrockError):
    """Something that Bellrock stands on does not answer now."""

    code = "unavailable"
    status = 503
    text = "This is not available right now. Nothing was lost; please try again."
    retryable = True
