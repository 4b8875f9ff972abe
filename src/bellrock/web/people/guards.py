"""Who asks: dependencies that give a handler the signed-in agent, or send the reader to sign in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from bellrock import people
from bellrock.core import NotSignedIn, Refused, clock
from bellrock.house import House
from bellrock.people import Agent, Device, Permission, Session
from bellrock.web.shared import language_of
from bellrock.web.shared.addresses import address_of

Connection = ASGIConnection[Any, Any, Any, Any]
AgentHere = NamedDependency[SkipValidation[Agent]]
SessionHere = NamedDependency[SkipValidation[Session]]
SIGN_IN = "/desk/sign-in"
_SESSION = "agent_session"
_DEVICE = "bellrock_device"
DEVICE_SECONDS = 180 * 24 * 3600


class SignInNeeded(NotSignedIn):
    """A page was asked for by nobody known; `location` is where the browser goes instead."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


async def require_session(request: Request[Any, Any, Any]) -> Session:
    """Give a handler the session of the signed-in agent; use as `Provide(require_session)`.

    Raises SignInNeeded for a page (the browser is sent to sign in), NotSignedIn for a fragment or a stream.
    """
    session = await session_of(request)
    if session is None or session.stage != "open":
        if _is_page(request):
            raise SignInNeeded(_sign_in_address(request))
        raise NotSignedIn
    house_of(request).rates.take("agent", session.agent.id, "read" if request.method == "GET" else "write")
    return session


async def require_agent(request: Request[Any, Any, Any]) -> Agent:
    """Give a handler the signed-in agent; use as `Provide(require_agent)`. Raises as `require_session`."""
    return (await require_session(request)).agent


def require_permission(permission: Permission) -> Callable[[Request[Any, Any, Any]], Awaitable[Agent]]:
    """Return a dependency that gives the signed-in agent if they hold a permission, and raises Refused if not."""

    async def require(request: Request[Any, Any, Any]) -> Agent:
        agent = await require_agent(request)
        if not agent.may(permission):
            raise Refused
        return agent

    return require


async def current_agent_session(connection: Connection) -> Session:
    """Return the open session behind a request or a live connection. Raises NotSignedIn."""
    session = await session_of(connection)
    if session is None or session.stage != "open":
        raise NotSignedIn
    return session


async def half_open_session(request: Request[Any, Any, Any], stage: str) -> Session:
    """Return the session of somebody on the way in, at this stage. Raises SignInNeeded."""
    session = await session_of(request)
    if session is None or session.stage != stage:
        raise SignInNeeded(SIGN_IN)
    return session


async def session_of(connection: Connection) -> Session | None:
    """Return the live session of the request's cookie at any stage, looked up once a request."""
    if _SESSION in connection.scope["state"]:
        found: Session | None = connection.scope["state"][_SESSION]
        return found
    house: House = connection.app.state.house
    token = connection.cookies.get(cookie_name(house))
    session = None
    if token and len(token) <= 64:
        async with house.database.autocommit() as tx:
            session = await people.session(tx, token=token, now=clock.now())
    connection.scope["state"][_SESSION] = session
    return session


def cookie_name(house: House) -> str:
    """Return the cookie's name: bound to this host and to https where there is https."""
    return "__Host-bellrock_agent" if house.settings.is_https else "bellrock_agent"


def session_cookie(house: House, token: str) -> Cookie:
    """Return the cookie of a session; it goes when the browser closes, and the session ends by itself before long."""
    return Cookie(
        key=cookie_name(house),
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=house.settings.is_https,
    )


def no_session_cookie(house: House) -> Cookie:
    """Return the cookie that removes the session's."""
    cookie = session_cookie(house, "")
    cookie.max_age = 0
    return cookie


def device_cookie(house: House, value: str) -> Cookie:
    """Return the cookie by which a device is known to have signed in before: no way in, but a count of its own."""
    return Cookie(
        key=_DEVICE,
        value=value,
        path=SIGN_IN,
        max_age=DEVICE_SECONDS,
        httponly=True,
        samesite="strict",
        secure=house.settings.is_https,
    )


def known_device(request: Request[Any, Any, Any]) -> str:
    """Return the cookie of a device that signed in before, or nothing."""
    return request.cookies.get(_DEVICE, "")


def device_of(request: Request[Any, Any, Any]) -> Device:
    """Return from where a request comes, coarsely."""
    return people.device_of(request.headers.get("user-agent", ""), address_of(request))


def language_for(request: Request[Any, Any, Any], agent: Agent) -> str:
    """Return the language chosen in this browser, else the agent's own."""
    if "lang" in request.query_params or "lang" in request.cookies:
        return language_of(request)
    return agent.locale


def house_of(request: Request[Any, Any, Any]) -> House:
    """Return the house that a handler stands on."""
    house: House = request.app.state.house
    return house


def now() -> datetime:
    """Return the moment of this request."""
    return clock.now()


def local_address(wanted: str | None) -> str:
    """Return where to go after signing in: a page of the desk, never another site."""
    if (
        wanted
        and wanted.startswith("/desk")
        and wanted[5:6] in ("", "/", "?")
        and "\\" not in wanted
        and wanted.isprintable()
    ):
        return wanted
    return "/desk"


def _is_page(request: Request[Any, Any, Any]) -> bool:
    wants_piece = "hx-request" in request.headers or request.headers.get("x-requested-with") == "fragment"
    accept = request.headers.get("accept", "")
    return not wants_piece and ("text/html" in accept or accept in ("", "*/*"))


def _sign_in_address(request: Request[Any, Any, Any]) -> str:
    if request.method != "GET" or request.url.path == "/desk":
        return SIGN_IN
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{SIGN_IN}?next={quote(request.url.path + query, safe='/')}"
