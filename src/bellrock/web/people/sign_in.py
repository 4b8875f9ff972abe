"""Coming in: password, then the authenticator's code, then the desk."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect
from markupsafe import Markup

from bellrock import people
from bellrock.core import BellrockError, Conflict, NotFound, i18n
from bellrock.people import CodeRefused, SignedIn, SignInFailed
from bellrock.web.people.guards import (
    SIGN_IN,
    device_cookie,
    device_of,
    half_open_session,
    house_of,
    known_device,
    language_for,
    local_address,
    no_session_cookie,
    now,
    session_cookie,
    session_of,
)
from bellrock.web.shared import language_of, render

Page = Response[Any]
_NEXT_OF_STAGE = {"code": f"{SIGN_IN}/code", "enrol": f"{SIGN_IN}/authenticator"}


@get(SIGN_IN, name="people.sign_in")
async def show_sign_in(request: Request[Any, Any, Any]) -> Page:
    """Ask for e-mail and password; whoever is in goes on to the desk."""
    session = await session_of(request)
    if session is not None and session.stage == "open":
        return Redirect(local_address(request.query_params.get("next")), status_code=303)
    return await _sign_in_page(request, wanted=request.query_params.get("next"))


@post(SIGN_IN, name="people.sign_in.try", status_code=200)
async def try_sign_in(request: Request[Any, Any, Any]) -> Page:
    """Check e-mail and password. The answer is the same, and takes as long, for an e-mail that nobody has."""
    house, form = house_of(request), await request.form()
    email, password, wanted = (str(form.get(name, "")) for name in ("email", "password", "next"))
    try:
        async with house.database.transaction() as tx:
            asked = await people.challenge(
                tx,
                house.vault,
                email=email,
                network=device_of(request).network,
                known=known_device(request),
                now=now(),
            )
        matched = await people.password_matches(asked, password)
        async with house.database.transaction() as tx:
            signed_in = await people.settle_password(
                tx, asked=asked, matched=matched, device=device_of(request), now=now()
            )
        if signed_in is None:
            raise SignInFailed
    except BellrockError as error:
        return await _sign_in_page(request, wanted=wanted, email=email, error=error)
    response = Redirect(_with_next(_NEXT_OF_STAGE[signed_in.stage], wanted), status_code=303)
    response.set_cookie(session_cookie(house, signed_in.token))
    return response


@post(f"{SIGN_IN}/demo", name="people.sign_in.demo", status_code=303)
async def sign_in_demo(request: Request[Any, Any, Any]) -> Page:
    """Sign in as a colleague of the demo exchange; there is no such page unless the demo is on."""
    house, form = house_of(request), await request.form()
    if not house.settings.demo:
        raise NotFound
    try:
        agent_id = UUID(str(form.get("agent", "")))
    except ValueError as error:
        raise NotFound from error
    async with house.database.transaction() as tx:
        if agent_id not in {seat.agent.id for seat in await people.roster(tx, now=now())}:
            raise NotFound
        signed_in = await people.open_for(tx, house.vault, agent_id=agent_id, device=device_of(request), now=now())
    return _enter(request, signed_in, str(form.get("next", "")))


@get(f"{SIGN_IN}/code", name="people.code")
async def show_code(request: Request[Any, Any, Any]) -> Page:
    """Ask for the code of the authenticator."""
    await half_open_session(request, "code")
    return render(request, "people/code.html", wanted=local_address(request.query_params.get("next")), wrong="")


@post(f"{SIGN_IN}/code", name="people.code.try", status_code=200)
async def try_code(request: Request[Any, Any, Any]) -> Page:
    """Check a code of the authenticator, or a recovery code."""
    house, form = house_of(request), await request.form()
    half = await half_open_session(request, "code")
    wanted = str(form.get("next", ""))
    try:
        async with house.database.transaction() as tx:
            signed_in = await people.settle_code(
                tx,
                house.vault,
                half=half,
                code=str(form.get("code", ""))[:64],
                device=device_of(request),
                known=known_device(request),
                now=now(),
            )
        if signed_in is None:
            raise CodeRefused
    except BellrockError as error:
        text = i18n.translate(language_of(request), error.text, **error.values)
        return render(request, "people/code.html", status=error.status, wanted=local_address(wanted), wrong=text)
    return _enter(request, signed_in, wanted)


@get(f"{SIGN_IN}/authenticator", name="people.enrol")
async def show_enrolment(request: Request[Any, Any, Any]) -> Page:
    """Show the QR code that sets up the authenticator."""
    half = await half_open_session(request, "enrol")
    return await _enrolment_page(request, half)


@post(f"{SIGN_IN}/authenticator", name="people.enrol.confirm", status_code=200)
async def confirm_enrolment(request: Request[Any, Any, Any]) -> Page:
    """Confirm the authenticator by its first code; sign in and show the recovery codes once."""
    house, form = house_of(request), await request.form()
    half = await half_open_session(request, "enrol")
    try:
        async with house.database.transaction() as tx:
            codes = await people.finish_enrolment(
                tx, house.vault, agent_id=half.agent.id, code=str(form.get("code", ""))[:64], now=now()
            )
            signed_in = await people.sign_in(
                tx, house.vault, half=half, device=device_of(request), known=known_device(request), now=now()
            )
    except CodeRefused as error:
        text = i18n.translate(language_for(request, half.agent), error.text)
        return await _enrolment_page(request, half, wrong=text)
    response = render(
        request, "people/recovery_codes.html", lang=language_for(request, half.agent), codes=codes, onward="/desk"
    )
    response.set_cookie(session_cookie(house, signed_in.token))
    response.set_cookie(device_cookie(house, signed_in.device))
    return response


@post("/desk/sign-out", name="people.sign_out", status_code=303)
async def sign_out(request: Request[Any, Any, Any]) -> Page:
    """End this session."""
    house = house_of(request)
    session = await session_of(request)
    if session is not None:
        async with house.database.transaction() as tx:
            await people.end_session(
                tx,
                house.vault,
                agent_id=session.agent.id,
                session_id=session.id,
                by=session.agent.actor,
                now=now(),
            )
            await people.set_presence(tx, agent_id=session.agent.id, presence=people.Presence.OFFLINE, now=now())
    response = Redirect(SIGN_IN, status_code=303)
    response.set_cookie(no_session_cookie(house))
    return response


async def _sign_in_page(
    request: Request[Any, Any, Any], *, wanted: str | None, email: str = "", error: BellrockError | None = None
) -> Page:
    house = house_of(request)
    colleagues: list[people.Agent] = []
    if house.settings.demo:
        async with house.database.transaction() as tx:
            # The demo's own people came first; whoever was invited since must not push them off the list.
            oldest = sorted((seat.agent for seat in await people.roster(tx, now=now())), key=lambda agent: agent.id)
            colleagues = sorted(oldest[:20], key=lambda agent: agent.name)
    return render(
        request,
        "people/sign_in.html",
        status=error.status if error else 200,
        wanted=local_address(wanted),
        email=email[:254],
        wrong=i18n.translate(language_of(request), error.text, **error.values) if error else "",
        colleagues=colleagues,
        role_names=people.ROLE_NAMES,
    )


async def _enrolment_page(request: Request[Any, Any, Any], half: people.Session, *, wrong: str = "") -> Page:
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            secret = await people.begin_enrolment(tx, house.vault, agent_id=half.agent.id)
            row = (await people.directory(tx, house.vault, now=now(), agent_id=half.agent.id))[0]
    except Conflict:
        return Redirect(SIGN_IN, status_code=303)
    return render(
        request,
        "people/enrol.html",
        status=401 if wrong else 200,
        lang=language_for(request, half.agent),
        qr=_qr(people.enrolment_address(secret, account=row.email)),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        wrong=wrong,
    )


def _qr(address: str) -> Markup:
    import segno

    drawing = segno.make(address, error="m").svg_inline(
        border=3, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawing)  # noqa: S704 - drawn by us from a base32 secret and an escaped address


def _enter(request: Request[Any, Any, Any], signed_in: SignedIn, wanted: str) -> Page:
    response = Redirect(local_address(wanted), status_code=303)
    response.set_cookie(session_cookie(house_of(request), signed_in.token))
    response.set_cookie(device_cookie(house_of(request), signed_in.device))
    return response


def _with_next(address: str, wanted: str) -> str:
    target = local_address(wanted)
    return address if target == "/desk" else f"{address}?next={quote(target, safe='/')}"


routes: list[Any] = [
    show_sign_in,
    try_sign_in,
    sign_in_demo,
    show_code,
    try_code,
    show_enrolment,
    confirm_enrolment,
    sign_out,
]
