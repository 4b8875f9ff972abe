"""Errors by RFC 9457: each has a code that stays, a type that leads to its page, and says whether trying again helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bellrock import channels, conversations, incidents, integrations, knowledge, people, vault
from bellrock.core import BellrockError, Conflict, DatabaseUnavailable, Invalid, NotFound, Refused, TooLarge, TooMany

MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Known:
    """A problem as its page tells it."""

    code: str
    status: int
    title: str
    advice: str


class BodyUnreadable(Invalid):
    """The body is no JSON of the described form; `place` says where."""

    code = "body_invalid"
    text = "The body does not fit: %(why)s"


class QueryUnreadable(Invalid):
    """The query string does not fit."""

    code = "query_invalid"
    status = 400
    text = "The query does not fit: %(why)s"


class HeaderUnreadable(Invalid):
    """A header does not fit."""

    code = "header_invalid"
    status = 400
    text = "The header %(name)s does not fit."


class MediaUnknown(Invalid):
    """The body is not of the kind that is described."""

    code = "media_type_unknown"
    status = 415
    text = "Send application/json in UTF-8, or application/octet-stream where a file is taken."


class VersionChanged(Conflict):
    """If-Match names another version."""

    code = "version_changed"
    status = 412
    text = "This changed since you read it."


def _of(error: type[BellrockError], title: str, advice: str) -> Known:
    return Known(error.code, error.status, title, advice)


KNOWN: tuple[Known, ...] = (
    Known("not_found", 404, "There is nothing here", "It does not exist, or this token must not know that it does."),
    _of(
        integrations.TokenUnknown,
        "The token was refused",
        "Send `Authorization: Bearer brk_…` with a live token; it rests while its keeper may not administer.",
    ),
    _of(
        integrations.ScopeMissing,
        "The token lacks a scope",
        "Make a token with the scope that `detail` names. One also lacks what whoever answers for it may not do themselves.",
    ),
    _of(
        integrations.BeyondKeeper,
        "It would reach too far",
        "A webhook reaches no further than the token that makes it.",
    ),
    _of(
        integrations.BadEndpoint,
        "The webhook does not fit",
        "Send an https address and kinds of events that there are.",
    ),
    _of(integrations.EndpointUnknown, "No such webhook", "It does not exist, or it reaches further than this token."),
    _of(Refused, "This is not allowed", "The token's limits do not allow it."),
    _of(BodyUnreadable, "The body does not fit", "`detail` says where. Unknown fields are refused, not ignored."),
    _of(QueryUnreadable, "The query does not fit", "`detail` says where. Each name may stand once."),
    _of(HeaderUnreadable, "A header does not fit", "`detail` names it."),
    _of(
        MediaUnknown,
        "The body is of another kind",
        "Send `Content-Type: application/json`, or `application/octet-stream` where a file is taken.",
    ),
    _of(Invalid, "Something in it cannot be used", "Look at the limits that the description gives."),
    _of(
        integrations.CursorWrong,
        "The cursor was refused",
        "Cursors fit the token and the list they came from. Begin without.",
    ),
    _of(integrations.KeyReused, "The idempotency key was used", "Use a new key for another request."),
    _of(
        integrations.ResultGone, "Done before, and erased", "The work was done once; what it answered was erased since."
    ),
    _of(vault.SubjectShredded, "The customer was erased", "Nothing can be kept about them any more."),
    _of(VersionChanged, "It changed in the meantime", "Read it again and send its new ETag in If-Match."),
    _of(Conflict, "Its state does not allow this", "Read it again."),
    _of(
        conversations.ConversationUnknown,
        "No such conversation",
        "It does not exist, or the token is not limited to its team.",
    ),
    _of(conversations.AlreadyResolved, "The conversation is resolved", "Set its status to `open` first."),
    _of(conversations.SnoozeInPast, "The time is past", "Send a time to come."),
    _of(conversations.MessageMissing, "The message is empty", "Send a text."),
    _of(conversations.LabelUnknown, "No such label", "Read /labels for those there are."),
    _of(conversations.LabelTaken, "The label's name is taken", "Choose another."),
    _of(conversations.LabelsTooMany, "Too many labels", "Take one off first."),
    _of(
        people.CustomerBlocked,
        "The customer may not write now",
        "They are blocked; the block's end is in the customer.",
    ),
    _of(channels.TextTooLong, "The text is too long", "Shorten it."),
    _of(
        channels.FilesUnknown, "A file cannot be used", "Send ids of files that this token added to this conversation."
    ),
    _of(channels.FileTooLarge, "The file is too large", "`detail` says how large it may be."),
    Known("file_empty", 422, "The file is empty", "Send its bytes as the body."),
    Known(
        "file_kind_refused", 422, "This kind of file is not kept", "Send a picture, a PDF, a video in MP4 or a text."
    ),
    Known("file_name_mismatch", 422, "Name and content differ", "Let the name end as the content is."),
    Known("file_two_faced", 422, "The file is two things at once", "Save it anew and send that."),
    Known("file_unreadable", 422, "The file cannot be read", "Save it anew and send that."),
    Known("picture_too_large", 422, "The picture has too many pixels", "Make it smaller."),
    _of(channels.MessageUnreadable, "The message does not fit", "Look at the limits that the description gives."),
    _of(knowledge.ArticleNotFound, "No such article", "It does not exist, or not in this language."),
    _of(knowledge.BadArticle, "The article does not fit", "Check category, topic, address and lengths."),
    _of(knowledge.DraftConflict, "There is a newer draft", "Read the article and send its newest version in `after`."),
    _of(knowledge.SlugTaken, "The address is taken", "Choose another slug."),
    _of(incidents.IncidentNotFound, "No such incident", "It does not exist."),
    _of(incidents.BadIncident, "The incident does not fit", "An English title and text are needed; keep them short."),
    _of(TooLarge, "The request is too large", "Split it."),
    _of(TooMany, "Too fast", "Wait as `Retry-After` says, and heed RateLimit."),
    _of(DatabaseUnavailable, "Not available now", "Nothing was kept. Try again with the same Idempotency-Key."),
    Known("internal", 500, "This failed on our side", "It is noted. Try again with the same Idempotency-Key."),
)
_BY_CODE = {known.code: known for known in KNOWN}
_TITLES = {known.status: known.title for known in reversed(KNOWN)}


def known(code: str) -> Known | None:
    """Return what is said about a problem, None for a code that there is not."""
    return _BY_CODE.get(code)


def encode(
    base_url: str, *, code: str, status: int, detail: str, is_retryable: bool, more: Mapping[str, Any] | None = None
) -> bytes:
    """Return the body of an error."""
    said = _BY_CODE.get(code)
    return msgspec.json.encode(
        {
            "type": f"{base_url}/api/v1/problems/{code}",
            "title": said.title if said else _TITLES.get(status, "This was refused"),
            "status": status,
            "detail": detail,
            "code": code,
            "retryable": is_retryable,
            **(more or {}),
        }
    )


def encode_error(base_url: str, error: BellrockError) -> bytes:
    """Return the body of an expected failure; its detail is the English text."""
    detail = error.text % error.values if error.values else error.text
    return encode(base_url, code=error.code, status=error.status, detail=detail, is_retryable=error.retryable)


def not_found() -> NotFound:
    """Return the failure for what this token must not know of."""
    return NotFound()
