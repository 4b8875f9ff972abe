"""Incidents and labels: small lists of the house."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from bellrock import conversations, guard, incidents, language, triage
from bellrock.api import shapes_texts
from bellrock.api.operations import Answer, Call, operation
from bellrock.conversations import Label
from bellrock.incidents import State, Text

_ONE = "/incidents/{incident_id:uuid}"


@operation("GET", "/incidents", scope="incidents:read", gives=shapes_texts.Incidents)
async def list_incidents(call: Call) -> Answer:
    """List incidents

    Open ones first, then the newest; at most 100.
    """
    return Answer(shapes_texts.Incidents(items=[_incident(item) for item in await incidents.desk_list(call.tx)]))


@operation("GET", _ONE, scope="incidents:read", gives=shapes_texts.Incident)
async def get_incident(call: Call) -> Answer:
    """Read an incident"""
    return Answer(_incident(await incidents.incident(call.tx, incident_id=call.id("incident_id"))))


@operation(
    "POST",
    "/incidents",
    scope="incidents:write",
    gives=shapes_texts.Incident,
    takes=shapes_texts.NewIncident,
    status=201,
)
async def open_incident(call: Call) -> Answer:
    """Open an incident

    Readers see it at once, and the first line answers its topics with it.
    """
    body: shapes_texts.NewIncident = call.body
    incident_id = await incidents.open_incident(
        call.tx,
        call.house.vault,
        texts=_texts(body.texts),
        topics=_topics(body.topics),
        state=State(body.state),
        by=call.who.actor,
        now=call.now,
    )
    return Answer(_incident(await incidents.incident(call.tx, incident_id=incident_id)))


@operation("PATCH", _ONE, scope="incidents:write", gives=shapes_texts.Incident, takes=shapes_texts.IncidentChange)
async def update_incident(call: Call) -> Answer:
    """Change an incident

    A text replaces what was said in its language; other languages stay.
    """
    body: shapes_texts.IncidentChange = call.body
    incident_id = call.id("incident_id")
    change: dict[str, Any] = {"incident_id": incident_id, "by": call.who.actor, "now": call.now}
    await incidents.incident(call.tx, incident_id=incident_id)
    if body.texts is not UNSET:
        for tag, text in _texts(body.texts).items():
            await incidents.describe(call.tx, call.house.vault, language=tag, text=text, **change)
    if body.topics is not UNSET:
        await incidents.set_topics(call.tx, call.house.vault, topics=_topics(body.topics), **change)
    if body.state is not UNSET:
        await incidents.change_state(call.tx, call.house.vault, state=State(body.state), **change)
    return Answer(_incident(await incidents.incident(call.tx, incident_id=incident_id)))


@operation("GET", "/labels", scope="labels:read", gives=shapes_texts.Labels)
async def list_labels(call: Call) -> Answer:
    """List labels

    By name, retired ones too.
    """
    found = await conversations.labels(call.tx, with_retired=True)
    return Answer(shapes_texts.Labels(items=[_label(item) for item in found]))


@operation("POST", "/labels", scope="labels:write", gives=shapes_texts.Label, takes=shapes_texts.NewLabel, status=201)
async def create_label(call: Call) -> Answer:
    """Make a label"""
    body: shapes_texts.NewLabel = call.body
    made = await conversations.create_label(
        call.tx, call.house.vault, name=body.name, colour=body.colour, by=call.who.actor, now=call.now
    )
    return Answer(_label(made))


@operation(
    "PATCH", "/labels/{label_id:uuid}", scope="labels:write", gives=shapes_texts.Label, takes=shapes_texts.LabelChange
)
async def update_label(call: Call) -> Answer:
    """Change a label

    A retired label stays where it is and can be put on nothing more.
    """
    body: shapes_texts.LabelChange = call.body
    known = {item.id: item for item in await conversations.labels(call.tx, with_retired=True)}
    label = known.get(call.id("label_id"))
    if label is None:
        raise conversations.LabelUnknown
    await conversations.change_label(
        call.tx,
        call.house.vault,
        label_id=label.id,
        name=label.name if body.name is UNSET else body.name,
        colour=label.colour if body.colour is UNSET else body.colour,
        is_retired=label.is_retired if body.is_retired is UNSET else body.is_retired,
        by=call.who.actor,
        now=call.now,
    )
    changed = {item.id: item for item in await conversations.labels(call.tx, with_retired=True)}
    return Answer(_label(changed[label.id]))


def _texts(said: dict[str, shapes_texts.IncidentText]) -> dict[str, Text]:
    if not said.keys() <= language.LANGUAGES.keys():
        raise incidents.BadIncident
    return {tag: Text(guard.screen(text.title), guard.screen(text.text)) for tag, text in said.items()}


def _topics(names: list[str]) -> list[str]:
    if not set(names) <= triage.topics().keys():
        raise incidents.BadIncident
    return names


def _incident(item: incidents.Incident) -> shapes_texts.Incident:
    return shapes_texts.Incident(
        id=item.id,
        state=item.state.value,
        topics=list(item.topics),
        texts={tag: shapes_texts.TextOut(title=title, text=text) for tag, (title, text) in item.texts.items()},
        opened_at=item.opened_at,
        changed_at=item.changed_at,
        resolved_at=item.resolved_at,
    )


def _label(item: Label) -> shapes_texts.Label:
    return shapes_texts.Label(id=item.id, name=item.name, colour=item.colour, is_retired=item.is_retired)
