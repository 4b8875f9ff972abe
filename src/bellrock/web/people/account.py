"""My account: my sessions, my password, my recovery codes, whether I take cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import Provide
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import people
from bellrock.core import BellrockError, Invalid, i18n
from bellrock.people import Presence, Session, SignInFailed
from bellrock.web.people.guards import SessionHere, house_of, language_for, now, require_session
from bellrock.web.shared import render

Page = Response[Any]
ACCOUNT = "/desk/account"
_signed_in = {"session": Provide(require_session)}


@get(ACCOUNT, name="people.account", dependencies=_signed_in)
async def show_account(request: Request[Any, Any, Any], session: SessionHere) -> Page:
    """List my sessions, and what keeps my account safe."""
    return await _account_page(request, session)


@post(ACCOUNT + "/sessions/{session_id:uuid}/end", name="people.account.end", dependencies=_signed_in, status_code=303)
async def end_session(request: Request[Any, Any, Any], session: SessionHere, session_id: FromPath[UUID]) -> Page:
    """End one of my sessions; another's id does not exist here."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await people.end_session(
            tx,
            house.vault,
            agent_id=session.agent.id,
            session_id=session_id,
            by=session.agent.actor,
            now=now(),
        )
    return Redirect(ACCOUNT, status_code=303)


@post(ACCOUNT + "/sessions/end", name="people.account.end_others", dependencies=_signed_in, status_code=303)
async def end_other_sessions(request: Request[Any, Any, Any], session: SessionHere) -> Page:
    """End every session of mine but this one."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await people.end_sessions(
            tx,
            house.vault,
            agent_id=session.agent.id,
            by=session.agent.actor,
            now=now(),
            except_id=session.id,
        )
    return Redirect(ACCOUNT, status_code=303)


@post(ACCOUNT + "/recovery-codes", name="people.account.codes", dependencies=_signed_in, status_code=200)
async def renew_recovery_codes(request: Request[Any, Any, Any], session: SessionHere) -> Page:
    """Replace my recovery codes, after my password, and show the new ones once."""
    house = house_of(request)
    try:
        await _confirm_password(request, session)
    except BellrockError as error:
        return await _account_page(request, session, codes_wrong=error)
    async with house.database.transaction() as tx:
        codes = await people.renew_recovery_codes(tx, house.vault, agent_id=session.agent.id, now=now())
    lang = language_for(request, session.agent)
    return render(request, "people/recovery_codes.html", lang=lang, codes=codes, onward=ACCOUNT)


@post(ACCOUNT + "/password", name="people.account.password", dependencies=_signed_in, status_code=200)
async def change_password(request: Request[Any, Any, Any], session: SessionHere) -> Page:
    """Change my password, after the old one; my other sessions end."""
    house, form = house_of(request), await request.form()
    new = str(form.get("new", ""))
    try:
        await _confirm_password(request, session)
        people.check_strength(new, name=session.agent.name)
    except BellrockError as error:
        return await _account_page(request, session, password_wrong=error)
    hashed = await people.hash_password(new)
    async with house.database.transaction() as tx:
        await people.change_password(
            tx,
            house.vault,
            agent_id=session.agent.id,
            password_hash=hashed,
            keep_session=session.id,
            now=now(),
        )
    return Redirect(ACCOUNT, status_code=303)


@post("/desk/presence", name="people.presence", dependencies=_signed_in, status_code=303)
async def set_presence(request: Request[Any, Any, Any], session: SessionHere) -> Page:
    """Say whether I take cases now. Raises Invalid for a word that is no presence."""
    house, form = house_of(request), await request.form()
    try:
        presence = Presence(str(form.get("presence", "")))
    except ValueError as error:
        raise Invalid from error
    async with house.database.transaction() as tx:
        await people.set_presence(tx, agent_id=session.agent.id, presence=presence, now=now())
    return Redirect(ACCOUNT, status_code=303)


async def _confirm_password(request: Request[Any, Any, Any], session: Session) -> None:
    """Raise SignInFailed unless the form holds this agent's password; failures count as at sign-in."""
    house, form = house_of(request), await request.form()
    async with house.database.transaction() as tx:
        row = (await people.directory(tx, house.vault, now=now(), agent_id=session.agent.id))[0]
        # Whoever sits here is in already: their failures count for this session alone.
        here = f"session:{session.id}"
        asked = await people.challenge(tx, house.vault, email=row.email, network=here, now=now())
    if await people.password_matches(asked, str(form.get("password", ""))):
        return
    async with house.database.transaction() as tx:
        await people.note_failure(tx, asked=asked, now=now())
    raise SignInFailed


async def _account_page(
    request: Request[Any, Any, Any],
    session: Session,
    *,
    password_wrong: BellrockError | None = None,
    codes_wrong: BellrockError | None = None,
) -> Page:
    house, moment = house_of(request), now()
    async with house.database.transaction() as tx:
        sessions = await people.my_sessions(tx, agent_id=session.agent.id, now=moment)
        row = (await people.directory(tx, house.vault, now=moment, agent_id=session.agent.id))[0]
        left = await people.recovery_codes_left(tx, agent_id=session.agent.id)
        teams = [team.name for team in await people.teams(tx) if team.id in session.agent.team_ids]
        role_names = await people.role_names(tx)
    lang = language_for(request, session.agent)
    error = password_wrong or codes_wrong
    return render(
        request,
        "people/account.html",
        status=error.status if error else 200,
        lang=lang,
        agent=session.agent,
        row=row,
        sessions=sessions,
        current=session.id,
        codes_left=left,
        teams=teams,
        role_names=role_names,
        password_wrong=i18n.translate(lang, password_wrong.text, **password_wrong.values) if password_wrong else "",
        codes_wrong=i18n.translate(lang, codes_wrong.text, **codes_wrong.values) if codes_wrong else "",
        now=moment,
    )


routes: list[Any] = [
    show_account,
    end_session,
    end_other_sessions,
    renew_recovery_codes,
    change_password,
    set_presence,
]
