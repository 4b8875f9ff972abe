"""Pages and scripts of the widget: the loader, its texts, the page for apps, the demo exchange."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock.core import NotFound, clock
from bellrock.house import House
from bellrock.web.shared import asset, language_of, render
from bellrock.web.shared.assets import DIST, manifest, pictures
from bellrock.web.widget.demo import CUSTOMERS, DEMO_COOKIE, demo_token
from bellrock.web.widget.texts import bundle

_COINS = (
    ("Bitcoin", "0.0412 BTC", "+0.8 %", (13, 10, 10, 11, 8, 4, 6, 9, 8, 8, 12, 13, 10, 9, 10, 8)),
    ("Ether", "1.3050 ETH", "−1.2 %", (11, 10, 10, 6, 4, 9, 10, 9, 13, 15, 12, 11, 12, 10, 6, 8)),
    ("Tether", "1,904.22 USDT", "0.0 %", (11, 10, 11, 10, 11, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 10)),
    ("Solana", "9.40 SOL", "+2.1 %", (13, 15, 13, 14, 12, 11, 12, 9, 10, 8, 9, 7, 8, 6, 5, 4)),
    ("XRP", "610.00 XRP", "−0.4 %", (9, 8, 10, 9, 11, 10, 11, 12, 11, 10, 12, 11, 13, 12, 11, 12)),
)


@get("/widget/bellrock.js", name="widget.loader")
async def serve_loader(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the loader under an address that never changes; it names the app by its hash."""
    script, tag = _loader(asset("widget.js"), asset("widget-app.js"))
    headers = {
        "Cache-Control": "public, max-age=300",
        "ETag": tag,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)


@lru_cache(maxsize=2)
def _loader(_loader_address: str, app_address: str) -> tuple[bytes, str]:
    script = (DIST / manifest()["widget.js"]).read_bytes().replace(b"__APP__", app_address.encode())
    return script, f'"{sha256(script).hexdigest()[:16]}"'


@get("/widget/bellrock.d.ts", name="widget.types")
async def serve_types() -> Response[bytes]:
    """Serve the types of the widget's calls, for pages in TypeScript."""
    types = (Path(__file__).parent / "static" / "bellrock.d.ts").read_bytes()
    return Response(types, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, max-age=300"})


@get("/widget/texts/{name:str}", name="widget.texts")
async def serve_texts(name: FromPath[str]) -> Response[dict[str, Any]]:
    """Serve the widget's texts of a language, or of the nearest one that there is."""
    return Response(bundle(name.removesuffix(".json")[:35]), headers={"Cache-Control": "public, max-age=300"})


@get("/app/chat", name="widget.app_chat")
async def show_app_chat(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the chat alone, for the WebView of an app; the app hands over the token through the bridge."""
    return render(request, "widget/app.html")


@get("/", name="widget.demo")
async def show_demo(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show the demo exchange with the widget in it; without the demo, the help centre."""
    house: House = request.app.state.house
    language = language_of(request)
    if not house.settings.demo:
        return Redirect(f"/help/{language}")
    chosen = str(request.query_params.get("as", request.cookies.get(DEMO_COOKIE, "")))
    customer = CUSTOMERS.get(chosen)
    response = render(
        request, "widget/demo.html", lang=language, customer=customer, customers=list(CUSTOMERS.values()), coins=_COINS
    )
    if "as" in request.query_params:
        response.set_cookie(
            Cookie(key=DEMO_COOKIE, value=customer.id if customer else "", samesite="lax", httponly=True)
        )
    return response


@get("/demo/token", name="widget.demo_token", media_type="text/plain")
async def give_demo_token(request: Request[Any, Any, Any]) -> Response[str]:
    """Return a token for the demo customer of this browser, as an exchange's own server would; empty for a visitor.

    With `proof`, they have just confirmed who they are; a visitor signs in by that, as the first of the demo's customers.
    """
    house: House = request.app.state.house
    if not house.settings.demo:
        raise NotFound
    customer = CUSTOMERS.get(request.cookies.get(DEMO_COOKIE, ""))
    is_proven = "proof" in request.query_params
    if customer is None and is_proven:
        customer = next(iter(CUSTOMERS.values()))
    token = demo_token(house, customer, now=clock.now(), is_proven=is_proven) if customer else ""
    response = Response(token, media_type="text/plain", headers={"Cache-Control": "no-store"})
    if customer is not None and is_proven:
        response.set_cookie(Cookie(key=DEMO_COOKIE, value=customer.id, samesite="lax", httponly=True))
    return response


@get("/widget/pictures/{name:str}", name="widget.picture")
async def serve_picture(name: FromPath[str]) -> Response[str]:
    """Serve a drawing of where to find something; its colours are the widget's own."""
    drawing = pictures().get(name.removesuffix(".svg"))
    if drawing is None:
        raise NotFound
    return Response(drawing, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


page_routes: list[Any] = [
    serve_loader,
    serve_types,
    serve_texts,
    serve_picture,
    show_app_chat,
    show_demo,
    give_demo_token,
]
