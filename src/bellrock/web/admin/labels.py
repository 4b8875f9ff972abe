"""Labels: the words of the house's own by which cases are sorted."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import conversations, guard
from bellrock.conversations import Colour
from bellrock.core import N_, BellrockError, NotFound
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, manager, now, page

LABELS = "/desk/labels"
COLOUR_NAMES = {
    "stone": N_("stone"),
    "sea": N_("blue"),
    "moss": N_("green"),
    "sand": N_("yellow"),
    "signal": N_("red"),
    "heather": N_("violet"),
}


@get(LABELS, name="labels", dependencies=manager)
async def show_labels(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the labels, each with its name, colour and whether it is in use."""
    return await _page(request, agent, done=done)


@post(LABELS, name="labels.make", dependencies=manager, status_code=200)
async def make(request: AnyRequest, agent: AgentHere) -> Page:
    """Make a label."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await conversations.create_label(
                tx, house.vault, name=_name(form), colour=_colour(form), by=agent.actor, now=now()
            )
    except BellrockError as error:
        return await _page(request, agent, typed=str(form.get("name", ""))[:80], wrong=error)
    return Redirect(f"{LABELS}?done=1", status_code=303)


@post(LABELS + "/{label_id:uuid}", name="labels.save", dependencies=manager, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, label_id: FromPath[UUID]) -> Page:
    """Rename, recolour, retire a label or bring it back."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await conversations.change_label(
                tx,
                house.vault,
                label_id=label_id,
                name=_name(form),
                colour=_colour(form),
                is_retired=form.get("retired") == "1",
                by=agent.actor,
                now=now(),
            )
    except NotFound:
        raise
    except BellrockError as error:
        return await _page(request, agent, wrong=error)
    return Redirect(f"{LABELS}?done=1", status_code=303)


def _name(form: Any) -> str:
    return guard.screen(str(form.get("name", ""))[:200]).text


def _colour(form: Any) -> Colour:
    return cast(Colour, str(form.get("colour", "")))


async def _page(
    request: AnyRequest, agent: Agent, *, typed: str = "", done: str = "", wrong: BellrockError | None = None
) -> Page:
    async with house_of(request).database.transaction() as tx:
        found = await conversations.labels(tx, with_retired=True)
    return page(
        request,
        agent,
        "labels",
        wrong=wrong,
        labels=sorted(found, key=lambda label: label.is_retired),
        colours=[(colour, COLOUR_NAMES[colour]) for colour in conversations.COLOURS],
        typed=typed,
        done=done,
    )


routes: list[Any] = [show_labels, make, save]
