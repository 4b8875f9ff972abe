"""Did this help: one word a visitor and article."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import knowledge
from bellrock.core import Invalid, Refused, clock
from bellrock.web.helpcentre.frame import NO_CACHE, Page, house_of
from bellrock.web.shared.addresses import address_of

COOKIE = "bellrock_reader"
_COOKIE_SECONDS = 180 * 24 * 3600
_SAID = {"yes": True, "no": False}


@post(
    "/help/{language:str}/a/{slug:str}/feedback", name="help.feedback", status_code=303, opt={"exclude_from_csrf": True}
)
async def give_feedback(request: Request[Any, Any, Any], language: FromPath[str], slug: FromPath[str]) -> Page:
    """Keep whether the article helped, and go back to it.

    The form carries no token, so that the article can be cached; instead the browser must say that the form is ours.
    """
    house = house_of(request)
    _require_own_form(request, house.settings.base_url)
    said = str((await request.form()).get("helped", ""))
    if said not in _SAID:
        raise Invalid
    house.rates.take_address(address_of(request), "feedback")
    visitor = request.cookies.get(COOKIE, "")
    is_new = not 16 <= len(visitor) <= 64
    if is_new:
        visitor = secrets.token_urlsafe(24)
    async with house.database.transaction() as tx:
        article = await knowledge.article(tx, slug=slug, language=language)
        await knowledge.give_feedback(
            tx,
            house.vault,
            article_id=article.article_id,
            language=language,
            visitor=visitor,
            helped=_SAID[said],
            now=clock.now(),
        )
    response = Redirect(
        f"{quote(f'/help/{language}/a/{slug}')}?said={said}#helped",
        status_code=303,
        headers={"cache-control": NO_CACHE},
    )
    if is_new:
        response.set_cookie(
            Cookie(
                key=COOKIE,
                value=visitor,
                path="/help",
                max_age=_COOKIE_SECONDS,
                httponly=True,
                samesite="lax",
                secure=house.settings.is_https,
            )
        )
    return response


def _require_own_form(request: Request[Any, Any, Any], base_url: str) -> None:
    """Refuse a form of another site: by Sec-Fetch-Site, else by Origin; whoever sends neither is no browser of today."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise Refused
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc not in (urlsplit(base_url).netloc, request.headers.get("host")):
        raise Refused


routes: list[Any] = [give_feedback]
