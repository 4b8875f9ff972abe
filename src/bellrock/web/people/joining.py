"""Links that work once: an invitation is accepted, a password is reset."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import people
from bellrock.core import BellrockError, i18n
from bellrock.people import LinkHolder, LinkRefused
from bellrock.web.people import letters
from bellrock.web.people.guards import SIGN_IN, device_of, house_of, now, session_cookie
from bellrock.web.shared import language_of, render

Page = Response[Any]


@get("/desk/join/{secret:str}", name="people.join")
async def show_join(request: Request[Any, Any, Any], secret: FromPath[str]) -> Page:
    """Greet an invited colleague and ask for a password."""
    return await _password_page(request, secret, "invitation")


@post("/desk/join/{secret:str}", name="people.join.accept", status_code=200)
async def accept(request: Request[Any, Any, Any], secret: FromPath[str]) -> Page:
    """Keep the chosen password and go on to the authenticator."""
    return await _choose_password(request, secret, "invitation")


@get("/desk/reset", name="people.reset")
async def show_reset(request: Request[Any, Any, Any]) -> Page:
    """Ask for the e-mail of the account."""
    return render(request, "people/reset.html", sent=False)


@post("/desk/reset", name="people.reset.ask", status_code=200)
async def ask_reset(request: Request[Any, Any, Any]) -> Page:
    """Say that a link is under way, whoever asked; look up and mail only after the answer has gone."""
    form = await request.form()
    page = render(request, "people/reset.html", sent=True)
    page.background = BackgroundTask(_mail_reset, request, str(form.get("email", ""))[:254])
    return page


@get("/desk/reset/{secret:str}", name="people.reset.page")
async def show_new_password(request: Request[Any, Any, Any], secret: FromPath[str]) -> Page:
    """Ask for the new password."""
    return await _password_page(request, secret, "reset")


@post("/desk/reset/{secret:str}", name="people.reset.confirm", status_code=200)
async def reset(request: Request[Any, Any, Any], secret: FromPath[str]) -> Page:
    """Keep the new password; the authenticator is asked at the next sign-in as before."""
    return await _choose_password(request, secret, "reset")


async def _mail_reset(request: Request[Any, Any, Any], email: str) -> None:
    house = house_of(request)
    async with house.database.transaction() as tx:
        asked = await people.ask_reset(tx, house.vault, email=email, now=now())
    if asked is not None:
        holder, secret = asked
        await letters.send_reset(house, to=holder.email, name=holder.name, language=language_of(request), secret=secret)


async def _password_page(request: Request[Any, Any, Any], secret: str, purpose: str, *, wrong: str = "") -> Page:
    holder = await _holder(request, secret, purpose)
    return render(
        request, "people/password.html", status=422 if wrong else 200, holder=holder, purpose=purpose, wrong=wrong
    )


async def _choose_password(request: Request[Any, Any, Any], secret: str, purpose: str) -> Page:
    house, form = house_of(request), await request.form()
    holder = await _holder(request, secret, purpose)
    password = str(form.get("password", ""))
    try:
        people.check_strength(password, email=holder.email, name=holder.name)
    except BellrockError as error:
        text = i18n.translate(language_of(request), error.text)
        return await _password_page(request, secret, purpose, wrong=text)
    hashed = await people.hash_password(password)
    async with house.database.transaction() as tx:
        await people.set_password(tx, house.vault, secret=secret, password_hash=hashed, now=now())
    # The link alone opens no session of an agent who has an authenticator: password and code are asked as always.
    async with house.database.transaction() as tx:
        asked = await people.challenge(
            tx, house.vault, email=holder.email, network=device_of(request).network, now=now()
        )
        if purpose == "reset" or asked.enrolled:
            return Redirect(SIGN_IN, status_code=303)
        signed_in = await people.settle_password(tx, asked=asked, matched=True, device=device_of(request), now=now())
    assert signed_in is not None
    response = Redirect(f"{SIGN_IN}/authenticator", status_code=303)
    response.set_cookie(session_cookie(house, signed_in.token))
    return response


async def _holder(request: Request[Any, Any, Any], secret: str, purpose: str) -> LinkHolder:
    house = house_of(request)
    if len(secret) > 64:
        raise LinkRefused
    async with house.database.transaction() as tx:
        holder = await people.link_holder(tx, house.vault, secret=secret, now=now())
    if holder.purpose != purpose:
        raise LinkRefused
    return holder


routes: list[Any] = [show_join, accept, show_reset, ask_reset, show_new_password, reset]
