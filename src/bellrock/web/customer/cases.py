"""The page of a case, and the list of a customer's cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import channels, conversations, guard, people, triage
from bellrock.channels import BUILTIN, FILES_PER_MESSAGE_MAX, Envelope
from bellrock.conversations import Conversation, kinds
from bellrock.core import BellrockError, NotFound, Transaction, clock, i18n, new_id
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.customer import standing
from bellrock.web.customer.visitors import SESSION_COOKIE, keep_link, own_link, reader_of, signed_in
from bellrock.web.shared import formats, language_of, render
from bellrock.web.widget import thread
from bellrock.web.widget.queue import queue_of
from bellrock.web.widget.requests import download
from bellrock.web.widget.session import ACCEPT, file_bytes_max, keys_of

REPLY_BYTES_MAX = 110_000_000
_PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@get("/cases", name="customer.cases")
async def list_cases(request: Request[Any, Any, Any]) -> Response[str]:
    """Show a signed-in customer's cases; everybody else, how to come to theirs."""
    house: House = request.app.state.house
    language = language_of(request)
    async with house.database.transaction() as tx:
        customer = await signed_in(tx, house, request)
        cases = await conversations.conversations_of(tx, viewer=customer, customer_id=customer.id) if customer else []
    rows = [(case, _title(case, language), standing.standing(case, None)) for case in cases]
    return render(request, "customer/cases.html", rows=rows, is_signed_in=customer is not None, headers=_PRIVATE)


@get("/cases/{reference:str}", name="customer.case")
async def show_case(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any]:
    """Show a case to its customer, or to who holds its link; a link's secret moves from the address into a cookie."""
    house: House = request.app.state.house
    if secret := request.query_params.get("key"):
        async with house.database.transaction() as tx:
            found = await channels.customer_of_link(tx, reference=reference, secret=secret[:256], now=clock.now())
        if found is None:
            return _lost(request)
        response: Response[Any] = Redirect(f"/cases/{reference.upper()}")
        keep_link(response, house, reference=reference.upper(), secret=secret)
        return response
    try:
        async with house.database.transaction() as tx:
            customer, conversation_id = await reader_of(tx, house, request, reference=reference)
            return await _page(tx, house, request, customer, conversation_id)
    except NotFound:
        return _lost(request)


@post("/cases/{reference:str}/messages", name="customer.reply", request_max_body_size=REPLY_BYTES_MAX)
async def reply(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any]:
    """Add to a case, once per form."""
    house: House = request.app.state.house
    form = await request.form()
    text = str(form.get("text", "")).replace("\r\n", "\n")
    key = str(form.get("client_key", "")) or str(new_id())
    files = [file for file in form.getall("files", []) if isinstance(file, UploadFile) and file.filename]
    contents = [(file.filename or "", await _content(house, file)) for file in files[:FILES_PER_MESSAGE_MAX]]
    try:
        async with house.database.transaction() as tx:
            customer, conversation_id = await reader_of(tx, house, request, reference=reference)
            house.rates.take("customer", customer.id, "message")
            await _accept(tx, house, customer, conversation_id, key=key, text=text, contents=contents)
    except BellrockError as error:
        if error.status not in (403, 409, 413, 422):
            raise
        async with house.database.transaction() as tx:
            customer, conversation_id = await reader_of(tx, house, request, reference=reference)
            wrong = i18n.translate(language_of(request), error.text, **error.values)
            return await _page(
                tx, house, request, customer, conversation_id, wrong=wrong, text=text, status=error.status
            )
    return Redirect(f"/cases/{reference}#end", status_code=303)


@post("/cases/{reference:str}/person", name="customer.person")
async def ask_for_person(request: Request[Any, Any, Any], reference: FromPath[str]) -> Response[Any]:
    """Put a case before a person; asking again changes nothing."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer, conversation_id = await reader_of(tx, house, request, reference=reference)
        house.rates.take("customer", customer.id, "message")
        await people.refuse_blocked(tx, customer=customer, now=clock.now())
        await triage.ask_for_person(
            tx, house.vault, customer=customer, conversation_id=conversation_id, now=clock.now()
        )
    return Redirect(f"/cases/{reference}", status_code=303)


@get("/cases/{reference:str}/files/{file_id:uuid}", name="customer.file")
async def read_file(
    request: Request[Any, Any, Any], reference: FromPath[str], file_id: FromPath[UUID]
) -> Response[bytes]:
    """Return a file of this case as a download."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer, conversation_id = await reader_of(tx, house, request, reference=reference)
        entries = await conversations.timeline(tx, house.vault, viewer=customer, conversation_id=conversation_id)
        # Of this case, also where it was merged or split since.
        if not any(str(file_id) in entry.data.get("files", ()) for entry in entries):
            raise NotFound
        attachment, content = await channels.open_attachment(
            tx, house.vault, house.files, viewer=customer, file_id=file_id
        )
    return download(attachment, content)


@post("/widget/enter", name="customer.enter")
async def enter(request: Request[Any, Any, Any]) -> Response[Any]:
    """Sign a customer in to these pages with a token of the exchange (form fields `token` and `next`)."""
    house: House = request.app.state.house
    form = await request.form()
    now = clock.now()
    async with house.database.transaction() as tx:
        customer = await people.customer_from_token(
            tx, house.vault, token=str(form.get("token", "")), keys=keys_of(house), now=now
        )
        session, bearer = await people.start_widget_session(tx, customer=customer, now=now)
    wish = str(form.get("next", ""))
    is_ours = wish.startswith(("/cases", "/help/")) and "\\" not in wish and "//" not in wish
    response: Response[Any] = Redirect(wish if is_ours else "/cases", status_code=303)
    response.set_cookie(
        Cookie(
            key=SESSION_COOKIE,
            value=bearer,
            max_age=int((session.expires_at - now).total_seconds()),
            httponly=True,
            secure=house.settings.is_https,
            samesite="lax",
        )
    )
    return response


def _lost(request: Request[Any, Any, Any]) -> Response[str]:
    """Say the same to everybody who may not read a case, whether it exists or not: how its owner comes to it."""
    return render(request, "customer/lost.html", status=404, headers=_PRIVATE)


async def _page(
    tx: Transaction,
    house: House,
    request: Request[Any, Any, Any],
    customer: Customer,
    conversation_id: UUID,
    *,
    wrong: str = "",
    text: str = "",
    status: int = 200,
) -> Response[str]:
    now = clock.now()
    language = language_of(request)
    conversation = await conversations.get(tx, viewer=customer, conversation_id=conversation_id)
    entries = await conversations.timeline(tx, house.vault, viewer=customer, conversation_id=conversation_id)
    messages = await thread.messages(tx, house, entries, language=language)
    queue = await queue_of(tx, conversation, language=language)
    profile = await people.profile(tx, house.vault, customer_id=customer.id)
    if await conversations.mark_seen(tx, customer=customer, conversation_id=conversation_id, now=now):
        await channels.delivered(tx, conversation_id=conversation_id, now=now)
    at = {str(entry.id): entry.at for entry in entries}
    opened = next((entry for entry in entries if entry.kind == kinds.OPENED), None)
    return render(
        request,
        "customer/case.html",
        status=status,
        headers=_PRIVATE,
        case=conversation,
        title=_title(conversation, language),
        stands=standing.standing(conversation, queue),
        following=standing.next_step(conversation),
        when=standing.when(
            conversation, queue, has_mail=bool(profile.email), moment=_moments(request, language, now)["day_and_time"]
        ),
        steps=standing.steps(entries),
        messages=[{**message, "at": at[message["id"]]} for message in messages],
        pieces=guard.pieces,
        asked=_asked(opened, language),
        entries=len(entries),
        last_at=entries[-1].at if entries else conversation.created_at,
        link=own_link(house, request, reference=conversation.reference),
        client_key=str(new_id()),
        accept=ACCEPT,
        files_max=FILES_PER_MESSAGE_MAX,
        megabytes=file_bytes_max(house) // 1_000_000,
        wrong=wrong,
        text=text,
    )


def _moments(request: Request[Any, Any, Any], language: str, now: datetime) -> dict[str, Callable[..., str]]:
    return formats.formats(language, formats.zone_of(request.cookies.get(formats.ZONE_COOKIE)), now)


async def _accept(
    tx: Transaction,
    house: House,
    customer: Customer,
    conversation_id: UUID,
    *,
    key: str,
    text: str,
    contents: list[tuple[str, bytes]],
) -> None:
    now = clock.now()
    files = [
        await channels.attach_file(
            tx,
            house.vault,
            house.files,
            by=customer,
            customer_id=customer.id,
            client_key=f"{key[:58]}:{place}",
            name=name,
            data=data,
            now=now,
        )
        for place, (name, data) in enumerate(contents)
    ]
    body = msgspec.json.encode({"client_key": key, "text": text, "files": [file.id for file in files]})
    await channels.accept(
        tx,
        house.vault,
        channel=BUILTIN["web"],
        envelope=Envelope(body=body, customer=customer),
        language=customer.locale,
        conversation_id=conversation_id,
        now=now,
    )


async def _content(house: House, file: UploadFile) -> bytes:
    limit = file_bytes_max(house)
    content = await file.read(limit + 1)
    if len(content) > limit:
        raise channels.FileTooLarge(megabytes=limit // 1_000_000)
    return content


def _title(conversation: Conversation, language: str) -> str:
    name = (conversation.topic or "").rpartition(".")[2]
    return triage.topic_name(name, language) if name in triage.topics() else ""


def _asked(opened: conversations.Entry | None, language: str) -> list[tuple[str, str]]:
    """Return what the form asked and the customer entered, as (label, value)."""
    from bellrock.web.customer.fields import FIELDS

    given = (opened.words or {}).get("fields", {}) if opened is not None else {}
    return [(i18n.translate(language, FIELDS[name].label), value) for name, value in given.items() if name in FIELDS]


case_routes: list[Any] = [list_cases, show_case, reply, ask_for_person, read_file, enter]
