"""What the first line misses: how each topic's answers fare, topics that lost their gate, and gaps in the help centre."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import knowledge, triage
from bellrock.core import Transaction
from bellrock.people import Agent, Permission
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, manager, now, page
from bellrock.web.people.guards import language_for

GAPS = "/desk/gaps"


@get(GAPS, name="gaps", dependencies=manager)
async def show_gaps(request: AnyRequest, agent: AgentHere) -> Page:
    """Show this week's suggestions and how the answers of the last 28 days fared."""
    async with house_of(request).database.transaction() as tx:
        gaps = await triage.open_gaps(tx)
        standings = await triage.standings(tx, now=now())
        articles = await _articles(tx, agent)
    return page(
        request,
        agent,
        "gaps",
        gaps=gaps,
        standings=standings,
        articles=articles,
        called=_namer(request, agent),
        examples=None,
    )


@get(GAPS + "/{gap_id:uuid}", name="gaps.examples", dependencies=manager)
async def show_examples(request: AnyRequest, agent: AgentHere, gap_id: FromPath[UUID]) -> Page:
    """Show the examples of a suggestion that this colleague may see. Raises GapUnknown."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        examples = await triage.examples_of(tx, house.vault, gap_id=gap_id, reader=agent, now=now())
        gap = next((each for each in await triage.open_gaps(tx) if each.id == gap_id), None)
        articles = await _articles(tx, agent)
    if gap is None:
        raise triage.GapUnknown
    return page(
        request,
        agent,
        "gaps",
        gaps=[gap],
        standings=[],
        articles=articles,
        called=_namer(request, agent),
        examples=examples,
    )


@post(GAPS + "/{gap_id:uuid}/closing", name="gaps.close", dependencies=manager)
async def close(request: AnyRequest, agent: AgentHere, gap_id: FromPath[UUID]) -> Page:
    """Put a suggestion away. Raises GapUnknown."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await triage.close_gap(tx, house.vault, gap_id=gap_id, by=agent, now=now())
    return Redirect(GAPS, status_code=303)


@post(GAPS + "/gates/{topic:str}", name="gaps.give_back", dependencies=manager)
async def give_back(request: AnyRequest, agent: AgentHere, topic: FromPath[str]) -> Page:
    """Let the first line answer a topic again. Raises GateNotLost."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await triage.give_back(tx, house.vault, topic=topic, by=agent, now=now())
    return Redirect(GAPS, status_code=303)


async def _articles(tx: Transaction, agent: Agent) -> dict[str, knowledge.DeskArticle] | None:
    """Return the article of each topic that has one, None for who may not edit any."""
    if not agent.may(Permission.ARTICLES_EDIT):
        return None
    return {article.topic: article for article in await knowledge.desk_list(tx) if article.topic}


def _namer(request: AnyRequest, agent: Agent) -> Any:
    language = language_for(request, agent)
    return lambda topic: triage.topic_name(topic, language)


routes: list[Any] = [show_gaps, show_examples, close, give_back]
