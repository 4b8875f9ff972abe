"""The console as an installed app: its manifest, its service worker, its icons, and browsers that may be woken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, delete, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, JSONBody

from bellrock import core, workbench
from bellrock.core import N_, i18n
from bellrock.core.push import PushTarget
from bellrock.web.agent.desk_types import AgentHere, HouseHere
from bellrock.web.shared.assets import DIST, manifest
from bellrock.web.shared.languages import direction, known

_ICONS = Path(__file__).parent / "icons"
_SIZES = {"192": "any", "512": "any", "maskable-512": "maskable"}
_DAY = {"Cache-Control": "public, max-age=86400"}
_WORDS = {
    "title": N_("Something waits for you"),
    "body": N_("Open Bellrock to see it."),
    "offline_title": N_("No connection"),
    "offline": N_("The desk needs the network. What you wrote is kept; try again in a moment."),
    "again": N_("Try again"),
}


class Keys(msgspec.Struct):
    """The keys of a browser's subscription, as browsers give them."""

    p256dh: str
    auth: str


class Subscription(msgspec.Struct):
    """What `PushSubscription.toJSON` gives."""

    endpoint: str
    keys: Keys


class Endpoint(msgspec.Struct):
    """Which browser is not to be woken any more."""

    endpoint: str


@get("/desk/manifest.webmanifest", name="desk.manifest", opt={"public": True})
async def app_manifest(lang: FromQuery[str] = "en") -> Response[bytes]:
    """Describe the app to the browser that installs it; it says nothing of anybody."""
    language = known(lang) or "en"
    described = {
        "id": "/desk",
        "name": "Bellrock",
        "short_name": "Bellrock",
        "description": i18n.translator(language)(N_("The desk of customer support")),
        "lang": language,
        "dir": direction(language),
        "start_url": "/desk",
        "scope": "/desk",
        "display": "standalone",
        "background_color": "#f6f8f9",
        "theme_color": "#1b5a7a",
        "icons": [
            {
                "src": f"/desk/icons/{name}.png",
                "sizes": "192x192" if name == "192" else "512x512",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in _SIZES.items()
        ],
    }
    return Response(msgspec.json.encode(described), media_type="application/manifest+json", headers=_DAY)


@get("/desk/icons/{name:str}", name="desk.icon", opt={"public": True})
async def icon(name: FromPath[str]) -> Response[bytes]:
    """Return an icon of the app."""
    size = name.removesuffix(".png")
    if size not in _SIZES:
        raise NotFoundException
    return Response((_ICONS / f"{size}.png").read_bytes(), media_type="image/png", headers=_DAY)


@get("/desk/worker.js", name="desk.worker", opt={"public": True})
async def worker(lang: FromQuery[str] = "en") -> Response[str]:
    """Return the service worker with its few sentences in a language. It keeps no page and no word of a customer."""
    language = known(lang) or "en"
    say = i18n.translator(language)
    words = {name: say(text) for name, text in _WORDS.items()} | {"lang": language, "dir": direction(language)}
    script = (DIST / manifest()["agent-worker.js"]).read_text(encoding="utf-8")
    return Response(
        f"self.WORDS={msgspec.json.encode(words).decode()};\n{script}",
        media_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": "/desk", "Cache-Control": "no-cache"},
    )


@get("/desk/push", name="desk.push_key")
async def push_key(house: HouseHere, agent: AgentHere) -> dict[str, str]:  # noqa: ARG001 - whoever is signed in
    """Return the key that a browser binds its subscription to."""
    return {"key": house.push.public_key}


@post("/desk/push", name="desk.subscribe", status_code=204)
async def subscribe(house: HouseHere, agent: AgentHere, data: JSONBody[Subscription]) -> Response[None]:
    """Keep this browser, to be woken when something waits. Raises Invalid for an address of no push service."""
    target = PushTarget(data.endpoint, data.keys.p256dh, data.keys.auth)
    async with house.database.transaction() as tx:
        await workbench.subscribe(tx, house.vault, house.push, agent=agent, target=target, now=core.clock.now())
    return Response(None, status_code=204)


@delete("/desk/push", name="desk.unsubscribe", status_code=204)
async def unsubscribe(house: HouseHere, agent: AgentHere, data: JSONBody[Endpoint]) -> None:
    """Wake this browser no more."""
    async with house.database.transaction() as tx:
        await workbench.unsubscribe(tx, house.vault, agent=agent, endpoint=data.endpoint)


routes: list[Any] = [push_key, subscribe, unsubscribe]
public_routes: list[Any] = [app_manifest, icon, worker]
