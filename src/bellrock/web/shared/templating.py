"""Rendering: one Jinja environment, each page in its own language, escaped by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.template.base import csrf_token
from markupsafe import Markup

from bellrock import core
from bellrock.web.shared import formats
from bellrock.web.shared.assets import asset, icons, pictures
from bellrock.web.shared.branding import brand_of, logo_address, style_address
from bellrock.web.shared.compiling import MADE, PageCode, PageContext, words_of
from bellrock.web.shared.languages import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    direction,
    known,
    language_name,
    language_of,
)
from bellrock.web.shared.links import desk_links, site_links
from bellrock.web.shared.menu import settings_menu, settings_place

_WEB = Path(__file__).resolve().parent.parent
_YEAR_SECONDS = 365 * 24 * 3600
_THEMES = {"light", "dark"}
_SITE = {"shared/base.html", "shared/public.html", "shared/ui.html"}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment; a template `agent/inbox.html` lies in `web/agent/templates/inbox.html`."""
    folders = {path.parent.name: FileSystemLoader(path) for path in sorted(_WEB.glob("*/templates"))}
    env = Environment(
        loader=PrefixLoader(folders),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.code_generator_class = PageCode
    env.context_class = PageContext
    env.filters["by_day"] = _by_day
    env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        asset=asset,
        bdi=formats.bdi,
        initials=formats.initials,
        language_name=language_name,
        direction=direction,
        icons={name: Markup(drawing) for name, drawing in icons().items()},  # noqa: S704 - our own drawings
        pictures={name: Markup(drawing) for name, drawing in pictures().items()},  # noqa: S704 - our own as well
        draw=_draw,
        still=_still,
    )
    return env


def prepare() -> None:
    """Read the texts of all languages and what the help centre is drawn with, before its first reader waits for it."""
    for language in LANGUAGES:
        words_of(language)
    for name in environment().list_templates():
        if name.startswith("helpcentre/") or name in _SITE:
            environment().get_template(name)


def render(
    request: Request[Any, Any, Any],
    name: str,
    *,
    status: int = 200,
    lang: str | None = None,
    agent: Any = None,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response[str]:
    """Render a template as the answer to a request.

    `lang` is decided by the page where its address or its agent names one, else by the request. A `?lang=` is kept in a
    cookie. `agent` fills the desk's rail.
    """
    language = lang or language_of(request)
    content = render_text(request, name, lang=language, agent=agent, **values)
    response = Response(content, status_code=status, media_type=MediaType.HTML, headers=headers)
    if asked := known(str(request.query_params.get("lang", ""))):
        response.set_cookie(
            Cookie(key=LANGUAGE_COOKIE, value=asked, max_age=_YEAR_SECONDS, samesite="lax", httponly=True)
        )
    return response


def render_text(request: Request[Any, Any, Any], name: str, *, lang: str, agent: Any = None, **values: Any) -> str:
    """Render a template, or a fragment of a page, to text."""
    now = values.get("now") or core.clock.now()
    brand = brand_of(request)
    theme = request.cookies.get("theme", "")
    context: dict[str, Any] = {
        "request": request,
        "path": request.url.path,
        "lang": lang,
        "_": words_of(lang),
        "dir": direction(lang),
        "theme": theme if theme in _THEMES else "",
        "brand": brand.name,
        "help_name": brand.help_name or brand.name,
        "brand_style": "" if agent else style_address(brand),
        "brand_logo": "" if agent else logo_address(brand),
        "home": f"/help/{lang}",
        "csrf_token": csrf_token({"request": request}),
        "languages": _language_links(request),
        "site_links": site_links(lang),
        "desk_links": desk_links(agent),
        "settings_menu": settings_menu(agent),
        "settings_place": settings_place(request.url.path),
        "agent": agent,
        **formats.formats(lang, formats.zone_of(request.cookies.get(formats.ZONE_COOKIE)), now),
        **values,
        "now": now,
    }
    made: list[PageContext] = []
    try:
        return environment().get_template(name).render({MADE: made, **context})
    finally:
        for each in made:
            each.vars.clear()
            each.parent.clear()


def _language_links(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """Return each language with the address of this page in it."""
    kept = urlencode([(key, value) for key, value in request.query_params.multi_items() if key != "lang"])
    here = f"{request.url.path}?{kept}&lang=" if kept else f"{request.url.path}?lang="
    return [(code, here + code) for code in LANGUAGES]


@lru_cache(maxsize=512)
def _draw(name: str, flip: bool = False) -> Markup:
    """Return an icon; `flip`: mirrored where lines run from right to left."""
    looks = "i flip" if flip else "i"
    return Markup(f'<svg class="{looks}" viewBox="0 0 16 16" aria-hidden="true">{icons()[name]}</svg>')  # noqa: S704


def _by_day(lines: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return lines by their `day_key`, the first day first."""
    days: dict[str, list[Any]] = {}
    for line in lines:
        days.setdefault(line.day_key, []).append(line)
    return sorted(days.items())


@pass_context
def _still(context: Context, name: str, **values: Any) -> Markup:
    """Return a part that is the same for everybody who reads a language, but for a few plain values."""
    return _made(name, context["lang"], tuple(values.items()))


@lru_cache(maxsize=256)
def _made(name: str, language: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    context = {"lang": language, "dir": direction(language), "_": words_of(language), **dict(values)}
    return Markup(environment().get_template(name).render(context))  # noqa: S704 - our own template


@pass_context
def _gettext(context: Context, message: str) -> str:
    return core.i18n.translations(context["lang"]).gettext(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return core.i18n.translations(context["lang"]).ngettext(one, many, count)
