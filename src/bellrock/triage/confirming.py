"""Who decides about a taught version: whoever may set up the desk and read conversations. The others hear of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog

from bellrock import people
from bellrock.core import N_, BellrockError, Refused, Transaction, i18n
from bellrock.core.mail import Letter
from bellrock.house import House
from bellrock.people import AgentStatus, Permission

_log = structlog.get_logger(__name__)
_SUBJECT = N_("Version %(number)s of the first line waits for a second person")
_BODY = N_("%(name)s proposes to put it live. Look at what the trial found before you agree: %(url)s")


def may_decide(agent: people.Agent) -> bool:
    """Say whether somebody can look at more than figures: two people who see no example are no second look."""
    return agent.may(Permission.DESK_MANAGE) and agent.may(Permission.CONVERSATIONS_VIEW)


def must_decide(by: people.Agent) -> None:
    """Let pass who may decide about a version. Raises Refused."""
    if not may_decide(by):
        raise Refused


async def deciders(tx: Transaction) -> frozenset[UUID]:
    """Return the active agents who may decide about a version."""
    return await people.who_may(tx, Permission.DESK_MANAGE) & await people.who_may(tx, Permission.CONVERSATIONS_VIEW)


async def tell_deciders(house: House, *, trial: int, by: people.Agent, now: datetime) -> int:
    """Write to all others who may put a proposed version live; return how many there are. A letter that fails is logged."""
    async with house.database.transaction() as tx:
        rows = await people.directory(tx, house.vault, now=now)
    others = [
        row for row in rows if row.status is AgentStatus.ACTIVE and may_decide(row.agent) and row.agent.id != by.id
    ]
    for row in others:
        language = row.agent.locale
        values = {"number": trial, "name": by.name, "url": f"{house.settings.base_url}/desk/first-line/trials/{trial}"}
        letter = Letter(
            to=row.email,
            subject=i18n.translate(language, _SUBJECT, **values),
            text=i18n.translate(language, _BODY, **values),
            key=f"head-{trial}-{row.agent.id}-{now:%Y%m%d%H%M%S}",
            language=language,
        )
        try:
            await house.mail.send(letter)
        except BellrockError as error:  # the page shows the proposal anyway
            _log.warning("triage.proposal_not_told", code=error.code, trial=trial)
    return len(others)
