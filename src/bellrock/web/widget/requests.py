"""What a widget asks for: its thread, to send, to be seen, a person, files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from bellrock import channels, conversations, people
from bellrock.channels import BUILTIN, Envelope
from bellrock.conversations import Conversation, kinds
from bellrock.core import Invalid, NotFound, Transaction, clock
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.shared.branding import brand_of
from bellrock.web.widget import thread
from bellrock.web.widget.handover import give_to_person, note_feedback
from bellrock.web.widget.orders import own_orders
from bellrock.web.widget.queue import queue_of
from bellrock.web.widget.session import Opening, bearer_of, begin, file_bytes_max, language_of, require, threads

MESSAGE_BYTES_MAX = 48_000
UPLOAD_BYTES_MAX = 60_000_000
_CHANNEL = BUILTIN["widget"]
TAKEN = "bellrock.limit_taken"  # whose limit the short way has charged for this request
FAILED = "bellrock.failed"  # why the short way has refused it
_NO_STORE = {"Cache-Control": "no-store"}


class Helped(msgspec.Struct):
    """Whether an answer helped."""

    message_id: UUID
    helped: bool


@post("/widget/session", name="widget.session", status_code=HTTP_201_CREATED)
async def open_session(request: Request[Any, Any, Any], data: JSONBody[Opening]) -> Response[dict[str, Any]]:
    """Begin a session from a token of the exchange, a visitor's secret, or as a new visitor."""
    house: House = request.app.state.house
    return Response(await begin(house, request, data), headers=_NO_STORE)


@get("/widget/thread", name="widget.thread")
async def read_thread(
    request: Request[Any, Any, Any], cursor: FromQuery[str | None] = None
) -> Response[dict[str, Any]]:
    """Return what the customer has not been told yet, in order, and where the thread stands."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        page = await thread.read(tx, house, customer=customer, cursor=cursor, language=_language(request, customer))
    return Response(page, headers=_NO_STORE)


@post("/widget/messages", name="widget.messages", status_code=HTTP_201_CREATED, request_max_body_size=MESSAGE_BYTES_MAX)
async def send_message(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Accept one message, once per `client_key`, and return it as it was kept: the long way, behind `DirectMessages`."""
    house: House = request.app.state.house
    body = await request.body()
    now = clock.now()
    token = bearer_of(request)
    if failure := request.scope["state"].get(FAILED):
        raise failure
    orders = await own_orders(house, request, body)
    async with house.database.pipeline() as tx:
        customer = (await require(tx, request)).customer
        if request.scope["state"].get(TAKEN) != customer.id:
            house.rates.take("customer", customer.id, "message")
        accepted = await channels.accept(
            tx,
            house.vault,
            channel=_CHANNEL,
            envelope=Envelope(body=body, customer=customer),
            language=_language(request, customer),
            brand_id=brand_of(request).id,
            known_order_ids=orders,
            now=now,
        )
        if accepted.is_duplicate:
            message = await _kept(tx, house, customer, accepted)
        else:
            files = await channels.attachments(tx, house.vault, ids=accepted.file_ids) if accepted.file_ids else {}
            message = _accepted(customer, accepted, files, at=clock.rfc3339(now))
    threads.keep(token, customer, accepted.conversation_id)
    return Response({"type": "message", "message": message}, headers=_NO_STORE)


@post("/widget/typing", name="widget.typing", status_code=HTTP_204_NO_CONTENT)
async def type_on(request: Request[Any, Any, Any]) -> None:
    """Say to colleagues, for a moment, that the customer writes."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        house.rates.take("customer", customer.id, "whisper")
        conversation = await _running(tx, customer)
    if conversation is not None and conversation.holder != "first_line":
        await house.hub.whisper(
            conversation_id=conversation.id,
            customer_id=customer.id,
            data={"type": "typing", "who": "customer", "author": {"kind": "customer"}},
        )


@post("/widget/seen", name="widget.seen", status_code=HTTP_204_NO_CONTENT)
async def see(request: Request[Any, Any, Any]) -> None:
    """Note that the newest answer is before the customer's eyes."""
    house: House = request.app.state.house
    now = clock.now()
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        conversation = await _running(tx, customer)
        if conversation is None:
            return
        is_news = await conversations.mark_seen(tx, customer=customer, conversation_id=conversation.id, now=now)
        if is_news:
            await channels.delivered(tx, conversation_id=conversation.id, now=now)
    if is_news:
        await house.hub.whisper(
            conversation_id=conversation.id,
            customer_id=customer.id,
            data={"type": "seen", "who": "customer", "at": clock.rfc3339(now)},
        )


@post("/widget/person", name="widget.person", status_code=HTTP_200_OK)
async def ask_for_person(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """Hand the thread to a person; asking again changes nothing."""
    house: House = request.app.state.house
    now = clock.now()
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        house.rates.take("customer", customer.id, "message")
        await people.refuse_blocked(tx, customer=customer, now=now)
        language = _language(request, customer)
        conversation = await give_to_person(
            tx, house, customer=customer, language=language, brand_id=brand_of(request).id, now=now
        )
        queue = await queue_of(tx, conversation, language=language)
    return Response({"queue": queue}, headers=_NO_STORE)


@post("/widget/feedback", name="widget.feedback", status_code=HTTP_204_NO_CONTENT)
async def tell_whether_it_helped(request: Request[Any, Any, Any], data: JSONBody[Helped]) -> None:
    """Keep whether an answer helped."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        house.rates.take("customer", customer.id, "whisper")
        await note_feedback(
            tx, house, customer=customer, message_id=data.message_id, helped=data.helped, now=clock.now()
        )


class Upload(msgspec.Struct):
    """A file on its way, with the key that makes it one file however often it arrives."""

    client_key: str
    file: UploadFile


@post("/widget/files", name="widget.files", status_code=HTTP_201_CREATED, request_max_body_size=UPLOAD_BYTES_MAX)
async def add_file(
    request: Request[Any, Any, Any],
    data: MultipartBody[Upload],
) -> Response[dict[str, Any]]:
    """Keep a file for the message that the customer is writing."""
    house: House = request.app.state.house
    if not 8 <= len(data.client_key) <= 64:
        raise Invalid
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        house.rates.take("customer", customer.id, "file")
        await people.refuse_blocked(tx, customer=customer, now=clock.now())
    content = await data.file.read(file_bytes_max(house) + 1)
    if len(content) > file_bytes_max(house):
        raise channels.FileTooLarge(megabytes=file_bytes_max(house) // 1_000_000)
    async with house.database.transaction() as tx:
        attachment = await channels.attach_file(
            tx,
            house.vault,
            house.files,
            by=customer,
            customer_id=customer.id,
            client_key=data.client_key,
            name=data.file.filename or "",
            data=content,
            now=clock.now(),
        )
    return Response({"file": thread.file_of(attachment)}, headers=_NO_STORE)


@get("/widget/files/{file_id:uuid}", name="widget.file")
async def read_file(request: Request[Any, Any, Any], file_id: FromPath[UUID]) -> Response[bytes]:
    """Return a file of the customer's own thread, always as a download."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        customer = (await require(tx, request)).customer
        attachment, content = await channels.open_attachment(
            tx, house.vault, house.files, viewer=customer, file_id=file_id
        )
    return download(attachment, content)


def download(attachment: channels.Attachment, content: bytes) -> Response[bytes]:
    """Return a file that a browser saves and never runs."""
    return Response(
        content,
        media_type=attachment.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
            **_NO_STORE,
        },
    )


def _language(request: Request[Any, Any, Any], customer: Customer) -> str:
    return language_of(request.headers.get("accept-language", ""), customer)


async def _running(tx: Transaction, customer: Customer) -> Conversation | None:
    return await conversations.current_of(tx, customer=customer, channel=_CHANNEL.name)


async def send_first(
    house: House, body: bytes, token: str, customer: Customer, *, language: str, brand_id: UUID | None, now: datetime
) -> dict[str, Any] | None:
    """Accept a message with which a customer's first thread begins; None when somebody must look."""
    async with house.database.pipeline() as tx:
        accepted = await channels.accept_first(
            tx,
            house.vault,
            channel=_CHANNEL,
            envelope=Envelope(body=body, customer=customer),
            language=language,
            brand_id=brand_id,
            proof=people.has_widget_session(customer=customer, token=token, now=now),
            now=now,
        )
    if accepted is None:
        return None
    threads.keep(token, customer, accepted.conversation_id)
    return _accepted(customer, accepted, {}, at=clock.rfc3339(now))


async def send_on(
    house: House, body: bytes, token: str, customer: Customer, conversation_id: UUID, now: datetime
) -> dict[str, Any] | None:
    """Accept a message where the thread that this session wrote in last simply goes on; None when somebody must look."""
    async with house.database.autocommit() as connection:
        accepted = await channels.accept_running(
            connection,
            house.vault,
            channel=_CHANNEL,
            envelope=Envelope(body=body, customer=customer),
            conversation_id=conversation_id,
            proof=people.has_widget_session(customer=customer, token=token, now=now),
            now=now,
        )
    return _accepted(customer, accepted, {}, at=clock.rfc3339(now)) if accepted else None


def _accepted(
    customer: Customer, accepted: channels.Accepted, files: Mapping[UUID, channels.Attachment], *, at: str
) -> dict[str, Any]:
    """Return a message that was just accepted, without reading it again."""
    masked = accepted.text.kinds if accepted.text else ()
    return {
        "id": str(accepted.message_id),
        "author": {"kind": str(customer.kind), "name": None},
        "text": accepted.text.text if accepted.text else "",
        "at": at,
        "client_key": accepted.client_key,
        "files": [thread.file_of(files[id]) for id in accepted.file_ids if id in files],
        "extras": {"notice": str(masked[0])} if masked else {},
    }


async def _kept(tx: Transaction, house: House, customer: Customer, accepted: channels.Accepted) -> dict[str, Any]:
    """Return a message that had been accepted before."""
    entries = await conversations.timeline(
        tx, house.vault, viewer=customer, conversation_id=accepted.conversation_id, limit=thread.PAGE
    )
    entry = [entry for entry in entries if entry.id == accepted.message_id and entry.kind == kinds.RECEIVED]
    if not entry:
        raise NotFound
    return (await thread.messages(tx, house, entry, language=language_of("", customer)))[0]


request_routes: list[Any] = [
    open_session,
    read_thread,
    send_message,
    type_on,
    see,
    ask_for_person,
    tell_whether_it_helped,
    add_file,
    read_file,
]
