"""The work list of the help centre: what is missing, stale or unreviewed in which language, the most wanted first."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.params import FromQuery

from bellrock import knowledge
from bellrock.core import N_
from bellrock.knowledge import Work
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, editor, house_of, now, page
from bellrock.web.shared.languages import LANGUAGES

WORK_NAMES = {Work.MISSING: N_("missing"), Work.STALE: N_("stale"), Work.REVIEW: N_("waits for review")}


@get("/desk/articles/work", name="articles.work", dependencies=editor)
async def show_work(
    request: AnyRequest, agent: AgentHere, language: FromQuery[str] = "", kind: FromQuery[str] = ""
) -> Page:
    """List the work; without a language named, in those that this colleague answers in."""
    chosen = [language] if language in LANGUAGES else [code for code in agent.languages if code in LANGUAGES]
    if language == "all":
        chosen = list(LANGUAGES)
    work = Work(kind) if kind in set(Work) else None
    day = now().date()
    async with house_of(request).database.transaction() as tx:
        items = await knowledge.work_list(tx, languages=chosen, day=day, work=work)
        counts = await knowledge.work_counts(tx, languages=list(LANGUAGES))
    return page(
        request,
        agent,
        "work",
        items=items,
        counts={code: sum(found.values()) for code, found in counts.items()},
        totals={kind: sum(counts[code][kind] for code in chosen) for kind in Work},
        chosen=language if language in LANGUAGES or language == "all" else "",
        kind=work or "",
        names=WORK_NAMES,
        most=knowledge.WORK_MAX,
    )


routes: list[Any] = [show_work]
