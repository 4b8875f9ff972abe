"""The history of an article: every saved text, what changed in it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import knowledge, people
from bellrock.knowledge import Version
from bellrock.web.admin.articles import ARTICLES
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, editor, house_of, now, page
from bellrock.web.admin.forms import number as number_of
from bellrock.web.admin.forms import tongue

SHOWN_MAX = 30
_LINES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a comparison: kept, added or removed."""

    kind: str
    text: str


@get(ARTICLES + "/{article_id:uuid}/{language:str}/history", name="articles.history", dependencies=editor)
async def show_history(
    request: AnyRequest, agent: AgentHere, article_id: FromPath[UUID], language: FromPath[str]
) -> Page:
    """Show the versions of a translation, newest first, each with what it changed."""
    async with house_of(request).database.transaction() as tx:
        article = await knowledge.desk_article(tx, article_id=article_id)
        versions = await knowledge.history(tx, article_id=article_id, language=tongue(language))
        names = {seat.agent.id: seat.agent.name for seat in await people.roster(tx, now=now())}
    before = [*versions[1:], None]
    return page(
        request,
        agent,
        "history",
        article=article,
        language=language,
        translation=article.translations.get(language),
        entries=[
            (version, names.get(version.written_by) if version.written_by else None, changes(older, version))
            for version, older in list(zip(versions, before, strict=True))[:SHOWN_MAX]
        ],
    )


@post(
    ARTICLES + "/{article_id:uuid}/{language:str}/publication",
    name="articles.publish",
    dependencies=editor,
    status_code=303,
)
async def publish(request: AnyRequest, agent: AgentHere, article_id: FromPath[UUID], language: FromPath[str]) -> Page:
    """Publish one saved version."""
    house = house_of(request)
    number = number_of((await request.form()).get("number"))
    async with house.database.transaction() as tx:
        await knowledge.publish(
            tx,
            house.vault,
            article_id=article_id,
            language=tongue(language),
            number=number,
            by=agent.actor,
            now=now(),
        )
    return Redirect(f"{ARTICLES}/{article_id}/{language}?done=published", status_code=303)


def changes(older: Version | None, newer: Version) -> list[Change]:
    """Return the lines that differ between two versions, with a line of context around them."""
    before, after = (_lines(older) if older else []), _lines(newer)
    found: list[Change] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(1):
        if found:
            found.append(Change("gap", "…"))
        for kind, start, end, new_start, new_end in group:
            if kind == "equal":
                found += [Change("kept", line) for line in after[new_start:new_end]]
                continue
            found += [Change("removed", line) for line in before[start:end]]
            found += [Change("added", line) for line in after[new_start:new_end]]
    return found


def _lines(version: Version) -> list[str]:
    return [version.title, version.answer, *(line for line in version.body.splitlines() if line.strip())][:_LINES_MAX]


routes: list[Any] = [show_history, publish]
