"""The pages: start, category, article, search, and a way on where there is nothing."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from litestar import Request, get
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import guard, incidents, knowledge, triage
from bellrock.core import Invalid, NotFound, Transaction, together
from bellrock.web.helpcentre.frame import (
    NO_CACHE,
    Page,
    choose,
    house_of,
    offered_languages,
    open_visit,
    show,
    show_missing,
)
from bellrock.web.helpcentre.pasted import transaction_id
from bellrock.web.helpcentre.reading import note_read
from bellrock.web.shared import language_of
from bellrock.web.shared.languages import known

HOME_ARTICLES_MAX = 4
_open: dict[str, Any] = {"exclude_from_csrf": True}


@get("/help", name="help", opt=_open)
async def choose_language(request: Request[Any, Any, Any]) -> Page:
    """Send the reader to the help centre in their language."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        offered = await offered_languages(tx)
    language = language_of(request)
    return Redirect(
        f"/help/{language if language in offered else 'en'}",
        status_code=302,
        headers={"vary": "Accept-Language, Cookie", "cache-control": NO_CACHE},
    )


@get("/help/{language:str}", name="help.home", opt=_open)
async def show_home(request: Request[Any, Any, Any], language: FromPath[str]) -> Page:
    """Show the search and the categories with their first articles."""
    async with house_of(request).database.transaction() as tx:
        try:
            visit = await open_visit(request, tx, language)
        except NotFound:
            return await show_missing(request, tx, language=language, words="")
        if isinstance(visit, Redirect):
            return visit
        cards = await knowledge.cards_of_category(tx, slug=None, language=language)
        categories = await knowledge.categories(tx, language=language)
        return await show(
            visit,
            "home",
            addresses={code: f"/help/{code}" for code in visit.offered},
            sections=[
                (category, [card for card in cards if card.category_slug == category.slug][:HOME_ARTICLES_MAX])
                for category in categories
            ],
        )


@get("/help/{language:str}/c/{slug:str}", name="help.category", opt=_open)
async def show_category(request: Request[Any, Any, Any], language: FromPath[str], slug: FromPath[str]) -> Page:
    """Show the articles of a category with their answers."""
    async with house_of(request).database.transaction() as tx:
        try:
            visit = await open_visit(request, tx, language)
            if isinstance(visit, Redirect):
                return visit
            category = await knowledge.category(tx, slug=slug, language=language)
        except NotFound:
            return await show_missing(request, tx, language=language, words=slug.replace("-", " "))
        return await show(
            visit,
            "category",
            addresses={code: f"/help/{code}/c/{slug}" for code in visit.offered},
            category=category,
            cards=await knowledge.cards_of_category(tx, slug=slug, language=language),
        )


@get("/help/{language:str}/a/{slug:str}", name="help.article", opt=_open)
async def show_article(
    request: Request[Any, Any, Any], language: FromPath[str], slug: FromPath[str], said: FromQuery[str] = ""
) -> Page:
    """Show a published article. An old address leads on to the new one."""
    house = house_of(request)
    async with house.database.pipeline() as tx:
        try:
            visit, article, notices = await together(
                tx,
                open_visit(request, tx, language),
                _article(tx, slug=slug, language=language),
                incidents.current(tx, language=language),
            )
        except NotFound:
            return await _elsewhere(request, tx, language=language, slug=slug)
        if isinstance(visit, Redirect):
            return await _same_article(tx, request, visit, language, slug)
        if article is None:
            return await _elsewhere(request, tx, language=language, slug=slug)
        shown = await show(
            visit,
            "article",
            addresses={
                code: f"/help/{code}/a/{other}" for code, other in article.addresses.items() if code in visit.offered
            },
            notices=notices,
            article=article,
            picture=triage.shown().get(article.topic or ""),
            said=said if said in ("yes", "no") else "",
        )
    shown.background = BackgroundTask(note_read, house, article.article_id, language)  # no reader waits for it
    return shown


@get("/help/{language:str}/search", name="help.search", opt=_open)
async def show_search(request: Request[Any, Any, Any], language: FromPath[str], q: FromQuery[str] = "") -> Page:
    """Show what fits a question; a pasted transaction hash leads to people, a pasted secret to a warning."""
    words = re.sub(r"\s+", " ", q.replace("\x00", " ")).strip()[: knowledge.QUERY_CHARS_MAX]
    secrets = _secrets(words)
    async with house_of(request).database.transaction() as tx:
        try:
            visit = await open_visit(request, tx, language)
        except NotFound:
            return await show_missing(request, tx, language=language, words="")
        if isinstance(visit, Redirect):
            return visit
        pasted = None if secrets else transaction_id(words)
        hits = (
            []
            if pasted or secrets
            else await knowledge.search(tx, text=words, language=language, meaning=house_of(request).meaning)
        )
        return await show(
            visit,
            "search",
            cache=NO_CACHE,
            q="" if secrets else words,
            advice=guard.advice(secrets[0]) if secrets else "",
            pasted=pasted,
            cards=[hit.card for hit in hits],
            categories=[] if hits else await knowledge.categories(tx, language=language),
        )


@get("/help/{language:str}/{rest:path}", name="help.missing", opt=_open)
async def show_elsewhere(request: Request[Any, Any, Any], language: FromPath[str], rest: FromPath[str]) -> Page:
    """Lead on from an address that does not exist."""
    async with house_of(request).database.transaction() as tx:
        return await _elsewhere(request, tx, language=language, slug=rest.rstrip("/").rpartition("/")[2])


def _secrets(words: str) -> tuple[guard.Kind, ...]:
    try:
        return guard.screen(words).kinds
    except Invalid:
        return ()


async def _elsewhere(request: Request[Any, Any, Any], tx: Any, *, language: str, slug: str) -> Page:
    moved = await knowledge.find_moved(tx, slug=slug, language=language)
    if moved and moved[0] in await offered_languages(tx):
        path = f"/help/{moved[0]}/a/{moved[1]}"
        if path != request.url.path:
            return Redirect(quote(path), status_code=301 if moved[0] == language else 302)
    return await show_missing(request, tx, language=language, words=re.sub(r"[-_]+", " ", slug))


async def _article(tx: Transaction, *, slug: str, language: str) -> knowledge.ArticlePage | None:
    """Return the article at an address, None where there is none: whether its language is offered is asked beside it."""
    try:
        return await knowledge.article(tx, slug=slug, language=language)
    except NotFound:
        return None


async def _same_article(
    tx: Any, request: Request[Any, Any, Any], otherwise: Redirect, language: str, slug: str
) -> Page:
    """Lead a reader who switches the language to the same article in it, whatever its address there."""
    wish = known(str(request.query_params.get("lang", "")))
    moved = await knowledge.find_moved(tx, slug=slug, language=language)
    if wish is None or moved is None:
        return otherwise
    article = await knowledge.article(tx, slug=moved[1], language=moved[0])
    if wish not in article.addresses:
        return otherwise
    return choose(request, wish, f"/help/{wish}/a/{article.addresses[wish]}")


routes: list[Any] = [
    choose_language,
    show_home,
    show_category,
    show_article,
    show_search,
    show_elsewhere,
]
