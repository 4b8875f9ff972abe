"""Structured logs: ids and codes, never words of people or secrets."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

# Keys that would carry personal data or secrets: dropped whatever a caller passes.
FORBIDDEN_KEYS = frozenset(
    {"text", "body", "message_text", "email", "name", "password", "token", "secret", "authorization", "cookie", "phone"}
)

_CAUSES_MAX = 5


def configure(*, level: str = "info", fmt: str = "json") -> None:
    """Set up structlog for this process; the standard library's loggers go the same way."""
    number = getattr(logging, level.upper(), logging.INFO)
    renderer: Any = structlog.dev.ConsoleRenderer() if fmt == "console" else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _drop_forbidden,
            structlog.processors.ExceptionRenderer(_frames),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Wordless("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler])


class _Wordless(logging.Formatter):
    """Other people's loggers: their failures are written as ours are, by where they happened."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's name
        return _frames(ei)

    def format(self, record: logging.LogRecord) -> str:
        # A task that nobody waited for is written with its exception, whose text may be anything.
        if record.name == "asyncio":
            record.msg, record.args = record.getMessage().partition("\n")[0], ()
        return super().format(record)


def _frames(exc_info: Any) -> str:
    """Return where an exception came from, without its text: that may hold what somebody wrote, or a row of the database."""
    kind, raised, trace = exc_info
    found: list[str] = []
    while raised is not None and len(found) < _CAUSES_MAX:
        lines = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        found.append("\n  ".join([kind.__name__, *lines]))
        raised = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)
        kind, trace = type(raised), getattr(raised, "__traceback__", None)
    return "\nbecause of ".join(found)


def _drop_forbidden(_logger: Any, _method: str, event: Any) -> Any:
    for key in FORBIDDEN_KEYS.intersection(event):
        event[key] = "[removed]"
    return event
