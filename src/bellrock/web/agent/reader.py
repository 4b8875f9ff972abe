"""Who looks at the console: their language, their clock, and how things are called in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from litestar import Request

from bellrock import core, people, sla
from bellrock.web.people.guards import language_for
from bellrock.web.shared.formats import ZONE_COOKIE, formats, zone_of
from bellrock.web.shared.languages import babel_code


@dataclass(frozen=True)
class Reader:
    """An agent before the screen: how colleagues and teams are called, and when answers are due."""

    agent: people.Agent
    language: str
    zone: ZoneInfo
    now: datetime
    names: Mapping[UUID, str]
    teams: Mapping[UUID, str]
    promises: sla.Promises = field(default_factory=sla.Promises)

    @cached_property
    def gettext(self) -> Callable[[str], str]:
        return core.i18n.translator(self.language)

    @cached_property
    def format(self) -> dict[str, Callable[..., Any]]:
        return formats(self.language, self.zone, self.now)

    def may(self, permission: people.Permission) -> bool:
        return permission in self.agent.permissions

    def colleague(self, agent_id: UUID | None) -> str:
        """Return a colleague's name, isolated for direction."""
        name = self.names.get(agent_id) if agent_id else None
        return isolate(name) if name else self.gettext("A colleague")

    def team(self, team_id: UUID | str | None) -> str:
        """Return a team's name, isolated for direction; empty for none."""
        key = UUID(team_id) if isinstance(team_id, str) else team_id
        name = self.teams.get(key) if key else None
        return isolate(name) if name else ""

    def appointment(self, at: datetime) -> str:
        """Return day and time, as a reader notes them."""
        day, time = self.format["day"](at), self.format["clock_time"](at)
        return self.gettext("%(day)s, %(time)s") % {"day": day, "time": time}

    def tongue(self, code: str) -> str:
        """Return the name of a language in the reader's own."""
        return _tongue(code, self.language)


@lru_cache(maxsize=1_024)
def _tongue(code: str, language: str) -> str:
    locale = Locale.parse(babel_code(language))
    try:
        return Locale.parse(babel_code(code)).get_display_name(locale) or code
    except ValueError:
        return code


def isolate(name: str) -> str:
    """Wrap a name in isolating marks, so that it does not turn the sentence around it."""
    return f"\u2068{name}\u2069"


async def open_reader(tx: core.Transaction, request: Request[Any, Any, Any], agent: people.Agent) -> Reader:
    """Return the reader of this request."""
    now = core.clock.now()
    house = request.app.state.house
    known = sla.promises_at_hand(house)
    if known is None:
        called, promises = await core.together(tx, people.call_names(tx), sla.read_promises(tx, house))
    else:
        called, promises = await people.call_names(tx), known
    names, teams = called
    return Reader(
        agent=agent,
        language=language_for(request, agent),
        zone=zone_of(request.cookies.get(ZONE_COOKIE)),
        now=now,
        names=names,
        teams=teams,
        promises=promises,
    )
