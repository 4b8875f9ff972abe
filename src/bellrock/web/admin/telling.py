"""Telling the customers of an incident: how many cases are about it, the words in each language, a look, then the sending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import conversations, guard, incidents
from bellrock.core import N_, Conflict, i18n
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, now, page, reporter
from bellrock.web.shared.languages import LANGUAGES

TELL = "/desk/incidents/{incident_id:uuid}/telling"
TEXT_MAX = 2_000
_ROUNDS_MAX = 40
_WORDS = N_(
    "%(title)s: this is resolved. You do not need to do anything. If something is still wrong, write to us here."
)


class NothingToTell(Conflict):
    """No open case is about this incident."""

    code = "nothing_to_tell"
    text = N_("No open case is about this incident.")


@get(TELL, name="incidents.telling", dependencies=reporter)
async def show_telling(request: AnyRequest, agent: AgentHere, incident_id: FromPath[UUID]) -> Page:
    """Show what would be written to whom, in each language of the open cases, to be changed before it goes out."""
    return await _page(request, agent, incident_id)


@post(TELL, name="incidents.tell", dependencies=reporter, status_code=200)
async def tell(request: AnyRequest, agent: AgentHere, incident_id: FromPath[UUID]) -> Page:
    """Write to every open case of the incident, each in its language, once. Raises NothingToTell."""
    house, fields = house_of(request), await request.form()
    texts = {
        code: guard.screen(text)
        for code in LANGUAGES
        if (text := str(fields.get(f"text-{code}", "")).strip()[:TEXT_MAX])
    }
    if "en" not in texts:
        return await _page(request, agent, incident_id, is_wrong=True)
    told = 0
    for _round in range(_ROUNDS_MAX):
        async with house.database.transaction() as tx:
            count = await conversations.tell_linked(
                tx, house.vault, by=agent, incident_id=incident_id, texts=texts, fallback="en", now=now()
            )
        told += count
        if count < conversations.TELL_MAX:
            break
    if not told:
        raise NothingToTell
    return Redirect(f"/desk/incidents/{incident_id}?told={told}", status_code=303)


async def _page(request: AnyRequest, agent: Agent, incident_id: UUID, *, is_wrong: bool = False) -> Page:
    async with house_of(request).database.transaction() as tx:
        incident = await incidents.incident(tx, incident_id=incident_id)
        counted = await conversations.linked(tx, incident_id=incident_id)
    return page(
        request,
        agent,
        "telling",
        incident=incident,
        linked=counted,
        texts=_texts(incident, counted),
        wrong=NothingToTell(N_("Write it in English at least: who reads another language gets that otherwise."))
        if is_wrong
        else None,
    )


def _texts(incident: incidents.Incident, counted: conversations.Linked) -> dict[str, tuple[int, str]]:
    """Return by language how many open cases there are, and what they would be told; English always."""
    found: dict[str, Any] = {}
    for code in ("en", *(code for code in LANGUAGES if code != "en")):
        count = counted.languages.get(code, 0)
        if count or code == "en":
            title = incident.texts.get(code, (incident.title, ""))[0]
            found[code] = (count, i18n.translate(code, _WORDS, title=title))
    return found


routes = [show_telling, tell]
