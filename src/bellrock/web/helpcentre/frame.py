"""What every page of the help centre has in common: its language, its address in other languages, its caching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from bellrock import incidents, knowledge
from bellrock.core import NotFound, Transaction, clock
from bellrock.house import House
from bellrock.web.shared import language_of, render
from bellrock.web.shared.branding import brand_of
from bellrock.web.shared.formats import formats
from bellrock.web.shared.languages import LANGUAGE_COOKIE, LANGUAGES, known

Page = Response[Any]
CACHE = "public, max-age=60, stale-while-revalidate=300"
NO_CACHE = "private, no-store"
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page of the help centre: in which language, and which languages there are."""

    request: Request[Any, Any, Any]
    tx: Transaction
    language: str
    offered: tuple[str, ...]


def house_of(request: Request[Any, Any, Any]) -> House:
    """Return the house that a handler stands on."""
    house: House = request.app.state.house
    return house


async def offered_languages(tx: Transaction) -> tuple[str, ...]:
    """Return the languages in which pages can be shown: our texts and at least one article; English always."""
    published = await knowledge.languages(tx)
    return tuple(code for code in LANGUAGES if code in published or code == "en")


async def open_visit(request: Request[Any, Any, Any], tx: Transaction, language: str) -> Visit | Redirect:
    """Return the visit of a page, or where the reader goes instead.

    `?lang=` keeps the choice in a cookie and goes to that language. A tag that means one of ours (`zh-CN`) goes there.
    Raises NotFound for a language that is not offered.
    """
    if not (brand := brand_of(request)).is_default:
        await knowledge.speak_for(tx, brand=brand.name)
    offered = await offered_languages(tx)
    wish = known(str(request.query_params.get("lang", "")))
    if wish in offered:
        return choose(request, wish, _in_language(request, language, wish))
    if language in offered:
        return Visit(request, tx, language, offered)
    ours = known(language)
    if ours in offered:
        return Redirect(quote(_in_language(request, language, ours)), status_code=301)
    raise NotFound


async def show(
    visit: Visit,
    name: str,
    *,
    addresses: Mapping[str, str] | None = None,
    status: int = 200,
    cache: str = CACHE,
    notices: Sequence[incidents.Notice] | None = None,
    **values: Any,
) -> Page:
    """Render a page, the same for every reader, with its address in each language (`addresses`, without the host).

    `notices` are the incidents to tell of, for who has read them already.

    Answers 304 to a browser that has this very page. The page carries no token and no cookie, so that any cache may keep it.
    """
    request, language = visit.request, visit.language
    base = house_of(request).settings.base_url
    addresses = dict(addresses or {})
    response = render(
        request,
        f"helpcentre/{name}.html",
        status=status,
        lang=language,
        theme="",
        csrf_token="",
        languages=[(code, f"{addresses.get(code, f'/help/{code}')}?lang={code}") for code in visit.offered],
        alternates={code: base + quote(path) for code, path in addresses.items()},
        canonical=base + quote(addresses[language]) if language in addresses else "",
        base_url=base,
        notices=await incidents.current(visit.tx, language=language) if notices is None else notices,
        state_names=incidents.STATE_NAMES,
        contact=f"/contact?lang={language}",
        **{**formats(language, UTC, clock.now()), **values},
    )
    tag = f'"{sha256(response.content.encode()).hexdigest()[:32]}"'
    if status == 200 and tag in request.headers.get("if-none-match", ""):
        response = Response("", status_code=304, media_type=MediaType.HTML)
    response.headers.update({"etag": tag, "cache-control": cache, "content-language": language})
    return response


async def show_missing(request: Request[Any, Any, Any], tx: Transaction, *, language: str, words: str) -> Page:
    """Say that there is nothing at this address, and offer what may have been meant."""
    offered = await offered_languages(tx)
    if language not in offered:
        language = language_of(request)
    visit = Visit(request, tx, language, offered)
    return await show(
        visit,
        "missing",
        status=404,
        cache=NO_CACHE,
        guesses=[hit.card for hit in await knowledge.search(tx, text=words, language=language, limit=3)],
        categories=await knowledge.categories(tx, language=language),
    )


def choose(request: Request[Any, Any, Any], wish: str, target: str) -> Redirect:
    """Keep a chosen language in a cookie and go to a page in it; the rest of the query goes along."""
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    query = f"?{urlencode(kept)}" if kept else ""
    response = Redirect(quote(target) + query, status_code=302, headers={"cache-control": NO_CACHE})
    response.set_cookie(Cookie(key=LANGUAGE_COOKIE, value=wish, max_age=_YEAR_SECONDS, samesite="lax", httponly=True))
    return response


def _in_language(request: Request[Any, Any, Any], language: str, wish: str) -> str:
    return request.url.path.replace(f"/help/{language}", f"/help/{wish}", 1)
