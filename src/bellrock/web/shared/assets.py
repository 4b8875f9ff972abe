"""Styles and scripts: built names from the manifest, served with a year of cache since each name holds its hash."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

_WEB = Path(__file__).resolve().parent.parent
DIST = _WEB / "dist"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class AssetsNotBuilt(RuntimeError):
    """The manifest is missing or lacks a name: run the build."""


def asset(name: str) -> str:
    """Return the address of a built file such as `shared.css`. Raises AssetsNotBuilt when the build lacks it."""
    try:
        return f"/assets/{manifest()[name]}"
    except KeyError:
        raise AssetsNotBuilt(f"{name} is not among the built assets: run `./run assets`") from None


@lru_cache(maxsize=1)
def manifest() -> dict[str, str]:
    """Return built file name by plain name."""
    path = DIST / "manifest.json"
    if not path.is_file():
        raise AssetsNotBuilt("the assets are not built yet: run `./run assets`")
    return msgspec.json.decode(path.read_bytes(), type=dict[str, str])


@lru_cache(maxsize=1)
def icons() -> dict[str, str]:
    """Return the inner drawing of each icon of the sprite, by name."""
    from xml.etree import ElementTree

    sprite = ElementTree.parse(Path(__file__).parent / "icons.svg").getroot()  # noqa: S314 - our own file
    namespace = "{http://www.w3.org/2000/svg}"
    drawings: dict[str, str] = {}
    for symbol in sprite.iter(f"{namespace}symbol"):
        parts = "".join(ElementTree.tostring(shape, encoding="unicode").strip() for shape in symbol)
        drawings[symbol.attrib["id"]] = parts.replace("ns0:", "").replace(' xmlns:ns0="http://www.w3.org/2000/svg"', "")
    return drawings


@lru_cache(maxsize=1)
def pictures() -> dict[str, str]:
    """Return the drawings of where customers find something, by name. They hold no words and take the colours around them."""
    folder = Path(__file__).parent / "pictures"
    return {path.stem: path.read_text(encoding="utf-8").strip() for path in sorted(folder.glob("*.svg"))}


@lru_cache(maxsize=64)
def _read(name: str) -> bytes | None:
    if name not in manifest().values() and name not in {f"{built}.map" for built in manifest().values()}:
        return None
    path = DIST / name
    return path.read_bytes() if path.is_file() else None


@get("/assets/{name:str}", include_in_schema=False, opt={"public": True})
async def serve_asset(name: FromPath[str]) -> Response[bytes]:
    """Serve one built file; only names of the manifest exist."""
    content = _read(name)
    if content is None:
        raise NotFoundException
    return Response(
        content,
        media_type=_TYPES.get(Path(name).suffix, "application/octet-stream"),
        headers={"Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": "*"},
    )


@get("/favicon.svg", include_in_schema=False, opt={"public": True})
async def serve_icon() -> Response[str]:
    """Serve the lighthouse as icon of the tab."""
    drawing = icons()["mark"].replace('class="glow"', 'fill="#d9a441"')
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="#2f6f8f">{drawing}</svg>'
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


asset_routes = [serve_asset, serve_icon]
