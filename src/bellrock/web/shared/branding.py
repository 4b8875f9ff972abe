"""The brand of a request: found by its host name, kept for some seconds in each process, drawn as one small style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from bellrock import brands
from bellrock.brands import Brand, Brands
from bellrock.core import clock
from bellrock.house import House

KEPT_SECONDS = 10.0
_KEY = "brands"
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Kept:
    brands: Brands
    at: float


async def refresh(house: House) -> Brands:
    """Return the brands in use, read anew when what this process knows is older than some seconds."""
    kept = house.extras.get(_KEY)
    if kept is None or clock.monotonic() - kept.at > KEPT_SECONDS:
        async with house.database.transaction() as tx:
            found = await brands.brands(tx, settings=house.settings)
        kept = house.extras[_KEY] = _Kept(found, clock.monotonic())
    result: Brands = kept.brands
    return result


async def refresh_for(request: Request[Any, Any, Any]) -> None:
    """Let a request find the brands at hand; a `before_request` hook of the app. Nothing is read for files and health."""
    if request.method == "GET" and not request.url.path.startswith(
        ("/assets/", "/health/", "/metrics", "/desk/events")
    ):
        await refresh(request.app.state.house)


def name_for(house: House, brand_id: UUID | None = None) -> str:
    """Return the name of a conversation's brand, or of the default one, as this process knows it."""
    kept = house.extras.get(_KEY)
    return str(kept.brands.of_id(brand_id).name) if kept else house.settings.brand


def forget(house: House) -> None:
    """Read the brands anew at the next request: one was changed here."""
    house.extras.pop(_KEY, None)


def brand_of(request: Request[Any, Any, Any]) -> Brand:
    """Return the brand under whose host name a request came; that of the settings before any was read."""
    house: House | None = getattr(request.app.state, "house", None)
    if house is None:
        return Brand(id=None, slug="default", name="Bellrock", is_default=True)
    return brand_at(house, request.headers.get("host", ""))


def brand_at(house: House, host: str) -> Brand:
    """Return the brand of a host name, as this process knows it; that of the settings before any was read."""
    kept = house.extras.get(_KEY)
    if kept is None:
        return Brand(id=None, slug="default", name=house.settings.brand, is_default=True)
    found: Brand = kept.brands.of_host(host)
    return found


def style_of(brand: Brand) -> str:
    """Return the rules of a brand's colours, nothing where it keeps ours. They override the tokens `--sea…`."""
    rules = ";".join(f"{name}:{value}" for name, value in colours_of(brand).items())
    return f":root,:host{{{rules}}}" if rules else ""


def colours_of(brand: Brand) -> dict[str, str]:
    """Return the tokens that a brand's colour takes the place of, with what they become; nothing where it keeps ours."""
    if not brand.colour:
        return {}
    made = brands.palette(brand.colour, brand.colour_dark)
    pairs = {"sea": made.sea, "sea-press": made.press, "on-sea": made.on, "sea-wash": made.wash, "sea-mid": made.middle}
    return {f"--{name}": f"light-dark({light},{dark})" for name, (light, dark) in pairs.items()}


def style_address(brand: Brand) -> str:
    """Return the address of a brand's style sheet, new with each change; nothing where it keeps our colours."""
    style = style_of(brand)
    return f"/brand/{sha256(style.encode()).hexdigest()[:16]}.css" if style else ""


def logo_address(brand: Brand) -> str:
    """Return the address of a brand's logo, nothing where it has none."""
    return f"/brand/{brand.logo_hash}.png" if brand.logo_hash else ""


@get("/brand/{name:str}", name="brand.file", include_in_schema=False, opt={"public": True})
async def serve_brand(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """Serve the style sheet or the logo of a brand by the hash of what is in it."""
    house: House = request.app.state.house
    known = await refresh(house)
    every = [*known.all, known.default]
    headers = {"Cache-Control": _YEAR, "Access-Control-Allow-Origin": "*"}
    for brand in every:
        if f"/brand/{name}" == style_address(brand):
            return Response(style_of(brand), media_type="text/css; charset=utf-8", headers=headers)
        if f"/brand/{name}" == logo_address(brand) and brand.logo_hash:
            async with house.database.transaction() as tx:
                content = await brands.logo(tx, logo_hash=brand.logo_hash)
            return Response(content, media_type="image/png", headers=headers)
    raise NotFoundException


brand_routes = [serve_brand]
