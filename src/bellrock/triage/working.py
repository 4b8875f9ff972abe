"""The first line's work, a job for each message: any number of workers take them, and none waits for another's look-up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from psycopg import errors as pg

from bellrock.conversations import ConversationUnknown
from bellrock.core import clock
from bellrock.core.errors import Unavailable
from bellrock.triage.acting import CustomerWrote
from bellrock.triage.first_line import ANSWER, Begin, FirstLine

__all__ = ["ANSWER", "jobs"]
_log = structlog.get_logger(__name__)


def jobs(begin: Begin, first_line: FirstLine) -> dict[str, Callable[..., Awaitable[None]]]:
    """Return the work that `ANSWER` names."""

    async def answer(conversation_id: str, message_id: str, masked: list[str]) -> None:
        wrote = CustomerWrote(UUID(conversation_id), UUID(message_id), tuple(masked))
        try:
            await first_line.answer(begin, wrote, now=clock.now())
        except ConversationUnknown:
            return  # erased in the meantime
        except (Unavailable, pg.OperationalError):
            raise  # the house is at fault, not the message: it is tried again
        except Exception as error:  # noqa: BLE001 - whatever is the matter with one message, its customer gets a person
            _log.error("triage.gave_up", message_id=message_id, error=type(error).__name__, exc_info=True)
            await first_line.give_to_person(begin, wrote, now=clock.now())

    return {ANSWER: answer}
