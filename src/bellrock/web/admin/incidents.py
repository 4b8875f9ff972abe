"""Incidents: what is broken now, said in each language, and the topics it answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import conversations, incidents, triage
from bellrock.core import BellrockError, Transaction
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, now, page, reporter
from bellrock.web.admin.forms import screened
from bellrock.web.people.guards import language_for
from bellrock.web.shared.languages import LANGUAGES

INCIDENTS = "/desk/incidents"


@get(INCIDENTS, name="incidents", dependencies=reporter)
async def show_incidents(request: AnyRequest, agent: AgentHere) -> Page:
    """List the incidents, open ones first."""
    async with house_of(request).database.transaction() as tx:
        found = await incidents.desk_list(tx)
    return page(request, agent, "incidents", incidents=found, state_names=incidents.STATE_NAMES)


@get(INCIDENTS + "/new", name="incidents.new", dependencies=reporter)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask what is broken."""
    return _form_page(request, agent, None, texts={}, topics=())


@post(INCIDENTS, name="incidents.open", dependencies=reporter, status_code=200)
async def open_incident(request: AnyRequest, agent: AgentHere) -> Page:
    """Open an incident; it is shown to readers at once."""
    house, fields = house_of(request), await request.form()
    texts, topics = _texts(fields), _topics(fields)
    try:
        async with house.database.transaction() as tx:
            incident_id = await incidents.open_incident(
                tx,
                house.vault,
                texts=_guarded(texts),
                topics=topics,
                by=agent.actor,
                now=now(),
                state=_state(fields) or incidents.State.INVESTIGATING,
            )
    except BellrockError as error:
        return _form_page(request, agent, None, texts=texts, topics=topics, wrong=error)
    return Redirect(f"{INCIDENTS}/{incident_id}?done=1", status_code=303)


@get(INCIDENTS + "/{incident_id:uuid}", name="incidents.edit", dependencies=reporter)
async def show_incident(
    request: AnyRequest,
    agent: AgentHere,
    incident_id: FromPath[UUID],
    done: FromQuery[str] = "",
    told: FromQuery[int | None] = None,
) -> Page:
    """Show one incident with its texts, topics and states, and how many cases are about it."""
    async with house_of(request).database.transaction() as tx:
        incident = await incidents.incident(tx, incident_id=incident_id)
        counted = await conversations.linked(tx, incident_id=incident_id)
    return _form_page(
        request,
        agent,
        incident,
        texts=incident.texts,
        topics=incident.topics,
        done=done,
        linked=counted,
        told=told,
    )


@post(INCIDENTS + "/{incident_id:uuid}", name="incidents.save", dependencies=reporter, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, incident_id: FromPath[UUID]) -> Page:
    """Keep what changed: state, texts, topics."""
    house, fields = house_of(request), await request.form()
    texts, topics = _texts(fields), _topics(fields)
    try:
        async with house.database.transaction() as tx:
            await _keep(tx, house, agent, incident_id, texts=texts, topics=topics, state=_state(fields))
    except incidents.IncidentNotFound:
        raise
    except BellrockError as error:
        async with house.database.transaction() as tx:
            incident = await incidents.incident(tx, incident_id=incident_id)
        return _form_page(request, agent, incident, texts=texts, topics=topics, wrong=error)
    return Redirect(f"{INCIDENTS}/{incident_id}?done=1", status_code=303)


async def _keep(
    tx: Transaction,
    house: Any,
    agent: Agent,
    incident_id: UUID,
    *,
    texts: dict[str, tuple[str, str]],
    topics: tuple[str, ...],
    state: incidents.State | None,
) -> None:
    before = await incidents.incident(tx, incident_id=incident_id)
    who: dict[str, Any] = {"incident_id": incident_id, "by": agent.actor, "now": now()}
    for language, text in _guarded(texts).items():
        if before.texts.get(language) != (text.title.text, text.text.text):
            await incidents.describe(tx, house.vault, language=language, text=text, **who)
    if topics != before.topics:
        await incidents.set_topics(tx, house.vault, topics=topics, **who)
    if state and state != before.state:
        await incidents.change_state(tx, house.vault, state=state, **who)


def _form_page(
    request: AnyRequest,
    agent: Agent,
    incident: incidents.Incident | None,
    *,
    texts: dict[str, tuple[str, str]],
    topics: tuple[str, ...],
    done: str = "",
    wrong: BellrockError | None = None,
    linked: conversations.Linked | None = None,
    told: int | None = None,
) -> Page:
    return page(
        request,
        agent,
        "incident",
        wrong=wrong,
        incident=incident,
        texts=texts,
        chosen=set(topics),
        topics={name: triage.topic_name(name, language_for(request, agent)) for name in triage.topics()},
        state_names=incidents.STATE_NAMES,
        done=done,
        linked=linked,
        told=told,
    )


def _texts(fields: Any) -> dict[str, tuple[str, str]]:
    """Return (title, text) of each language in which anything was typed."""
    typed = {
        code: (str(fields.get(f"title-{code}", "")).strip(), str(fields.get(f"text-{code}", "")).strip())
        for code in LANGUAGES
    }
    return {code: pair for code, pair in typed.items() if any(pair)}


def _guarded(texts: dict[str, tuple[str, str]]) -> dict[str, incidents.Text]:
    if not all(title and text for title, text in texts.values()):
        raise incidents.BadIncident
    return {code: incidents.Text(screened(title), screened(text)) for code, (title, text) in texts.items()}


def _topics(fields: Any) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in fields.getall("topics", []) if str(name) in triage.topics()}))


def _state(fields: Any) -> incidents.State | None:
    value = str(fields.get("state", ""))
    return incidents.State(value) if value in set(incidents.State) else None


routes: list[Any] = [show_incidents, show_new, open_incident, show_incident, save]
