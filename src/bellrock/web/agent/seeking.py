"""The search: messages, notes, references and customers, in the list's place, with what was asked for marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.params import FromQuery

from bellrock import access, core, guard
from bellrock.core import N_
from bellrock.web.agent.desk import Desk, full_page, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.names import topic_name
from bellrock.web.agent.rows import customer_names, wait_of
from bellrock.web.shared.problems import wants_fragment

_WHY = {"reference": N_("This reference"), "customer": N_("This customer")}


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that was found, in the reader's words. `parts` of the text around, each with whether it was asked."""

    id: UUID
    url: str
    reference: str
    name: str
    why: str
    by: str
    lang: str
    parts: list[tuple[str, bool]] | None
    at: datetime
    state: str
    topic: str


@dataclass(frozen=True, slots=True)
class Results:
    """What the search's page shows. `within_url` keeps to the open view, `everywhere_url` lets go of it."""

    asked: str
    hits: list[Hit]
    next_page: str | None
    is_cut: bool
    is_within: bool
    within_url: str
    everywhere_url: str


@get("/desk/search", name="desk.search")
async def search(
    request: AnyRequest,
    house: HouseHere,
    agent: AgentHere,
    q: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
    within: FromQuery[bool] = False,
) -> Response[Any]:
    """Search what this agent may see; the results alone to a script."""
    async with house.database.pipeline() as tx:
        desk = await open_desk(tx, request, house, agent)
        results = await _results(tx, desk, q.strip()[: access.QUERY_MAX], before=before, is_within=within)
        if not wants_fragment(request):
            return await full_page(tx, desk, found=results)
    return desk.render("agent/found_fragment.html", found=results, case=None)


async def _results(tx: core.Transaction, desk: Desk, asked: str, *, before: UUID | None, is_within: bool) -> Results:
    page = await access.search(
        tx,
        desk.house.vault,
        agent=desk.agent,
        text=asked,
        now=desk.reader.now,
        within=desk.view.selection if is_within else None,
        before=before,
    )
    names = await customer_names(tx, desk.house, desk.reader, [item.conversation.customer_id for item in page.found])
    here = "/desk/search?" + urlencode({"q": asked, "view": desk.view.key})
    this = f"{here}&within=true" if is_within else here
    return Results(
        asked=asked,
        hits=[_hit(desk, item, names[item.conversation.customer_id]) for item in page.found],
        next_page=f"{this}&before={page.mark}" if page.mark else None,
        is_cut=page.is_cut,
        is_within=is_within,
        within_url=f"{here}&within=true",
        everywhere_url=here,
    )


def _hit(desk: Desk, found: access.Found, name: str) -> Hit:
    _ = desk.reader.gettext
    case = found.conversation
    by = {"agent": _("Us"), "first_line": _("First line"), "system": _("Bellrock")}
    kind = found.author.kind if found.author else ""
    parts = [(guard.render(text, _), is_hit) for text, is_hit in found.snippet] if found.snippet is not None else None
    return Hit(
        id=case.id,
        url=f"/desk/conversations/{case.id}?view={desk.view.key}",
        reference=case.reference,
        name=name,
        why=_(_WHY[found.why]) if found.why in _WHY else "",
        by=by.get(kind, ""),
        lang=case.language if kind in ("customer", "visitor") else "",
        parts=parts,
        at=found.at,
        state=_("Spam") if case.spam_at else wait_of(case, desk.reader)[0],
        topic=topic_name(case.topic, desk.reader.language),
    )


routes = [search]
