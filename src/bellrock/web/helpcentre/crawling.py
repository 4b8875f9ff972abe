"""For search engines: which pages there are, and which are not for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import MediaType, Request, Response, get

from bellrock import knowledge
from bellrock.web.helpcentre.frame import house_of, offered_languages
from bellrock.web.shared import environment

_CLOSED = ("/desk", "/widget", "/demo", "/contact", "/api")
_HOUR = {"cache-control": "public, max-age=3600"}
_open: dict[str, Any] = {"exclude_from_csrf": True}


@get("/robots.txt", name="robots", opt=_open, media_type=MediaType.TEXT)
async def robots(request: Request[Any, Any, Any]) -> Response[str]:
    """Say what may be read by crawlers, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), "Disallow: /help/*/search"]
    lines += ["", f"Sitemap: {house_of(request).settings.base_url}/sitemap.xml", ""]
    return Response("\n".join(lines), media_type=MediaType.TEXT, headers=_HOUR)


@get("/sitemap.xml", name="sitemap", opt=_open)
async def sitemap(request: Request[Any, Any, Any]) -> Response[str]:
    """List every public page with its address in the other languages."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        offered = await offered_languages(tx)
        rows = [row for row in await knowledge.published_addresses(tx) if row["language"] in offered]
        categories = await knowledge.categories(tx, language="en")
    base = house.settings.base_url
    groups: list[tuple[dict[str, str], datetime | None]] = [
        ({code: f"{base}/help/{code}" for code in offered}, None),
        *(({code: f"{base}/help/{code}/c/{category.slug}" for code in offered}, None) for category in categories),
    ]
    articles: dict[UUID, dict[str, str]] = {}
    changed: dict[UUID, datetime] = {}
    for row in rows:
        address = base + quote(f"/help/{row['language']}/a/{row['slug']}")
        articles.setdefault(row["article_id"], {})[row["language"]] = address
        changed[row["article_id"]] = max(row["published_at"], changed.get(row["article_id"], row["published_at"]))
    groups += [(addresses, changed[article_id]) for article_id, addresses in articles.items()]
    text = environment().get_template("helpcentre/sitemap.xml").render(groups=groups)
    return Response(text, media_type="application/xml", headers=_HOUR)


routes: list[Any] = [robots, sitemap]
