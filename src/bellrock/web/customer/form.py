"""The form: topic, its fields, evidence, and how urgent it is to the customer. Works without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import channels, people, triage
from bellrock.channels import BUILTIN, FILES_PER_MESSAGE_MAX, Envelope
from bellrock.core import N_, BellrockError, NotFound, Transaction, clock, i18n, new_id
from bellrock.house import House
from bellrock.people import Customer
from bellrock.web.customer.fields import fields_of, offered_topics
from bellrock.web.customer.visitors import keep_link, signed_in
from bellrock.web.shared import language_of, render
from bellrock.web.shared.addresses import address_of
from bellrock.web.shared.branding import brand_of
from bellrock.web.shared.languages import LANGUAGES
from bellrock.web.widget.hours import people_again
from bellrock.web.widget.session import ACCEPT, file_bytes_max

FORM_BYTES_MAX = 110_000_000
_TEXT_MIN = 3
_EMAIL = re.compile(r"[^\s@<>\"',;:]{1,64}@[^\s@<>\"',;:]{1,180}\.[^\s@<>\"',;:]{2,60}")
_NAME_MAX = 120
_FORM_LOCK = 0x666F726D


@dataclass(slots=True)
class Entered:
    """What came with the form, as typed, and what is wrong with it."""

    topic: triage.Topic
    key: str
    text: str = ""
    name: str = ""
    email: str = ""
    is_urgent: bool = False
    values: dict[str, str] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


@get("/contact", name="customer.contact")
async def go_to_form(request: Request[Any, Any, Any]) -> Redirect:
    """Send to the form in the reader's language, with whatever the link says already."""
    query = request.url.query
    return Redirect(f"/help/{language_of(request)}/contact" + (f"?{query}" if query else ""))


@get("/help/{lang:str}/contact", name="customer.form")
async def show_form(request: Request[Any, Any, Any], lang: FromPath[str]) -> Response[Any]:
    """Show the topics to choose from; with `?topic=`, what this topic asks. Other parameters fill fields in."""
    _require_language(lang)
    if (wish := request.query_params.get("lang")) in LANGUAGES and wish != lang:
        query = "&".join(part for part in request.url.query.split("&") if not part.startswith("lang="))
        return Redirect(f"/help/{wish}/contact" + (f"?{query}" if query else ""))
    house: House = request.app.state.house
    topic = _topic(request.query_params.get("topic", ""))
    async with house.database.transaction() as tx:
        customer = await signed_in(tx, house, request)
        opens_at = await people_again(tx, now=clock.now(), brand_id=brand_of(request).id)
    entered = None
    if topic is not None:
        given = {each.name: request.query_params.get(each.name, "")[: each.length_max] for each in fields_of(topic)}
        entered = Entered(topic=topic, key=str(new_id()), values=given)
    return _page(request, lang, entered=entered, customer=customer, opens_at=opens_at)


@post("/help/{lang:str}/contact", name="customer.form_sent", request_max_body_size=FORM_BYTES_MAX)
async def take_form(request: Request[Any, Any, Any], lang: FromPath[str]) -> Response[Any]:
    """Open a case from the form, once however often it is sent, and go to its page."""
    _require_language(lang)
    house: House = request.app.state.house
    form = await request.form()
    topic = _topic(str(form.get("topic", "")))
    if topic is None:
        return Redirect(f"/help/{lang}/contact", status_code=303)
    async with house.database.transaction() as tx:
        customer = await signed_in(tx, house, request)
    entered = _read(form, topic, lang, is_visitor=customer is None)
    if customer is not None:
        house.rates.take("customer", customer.id, "message")
    else:
        house.rates.take_address(address_of(request), "form")
    try:
        if entered.wrong:
            return _page(request, lang, entered=entered, customer=customer, status=422)
        reference, secret = await _open(house, entered, customer=customer, language=lang, brand_id=brand_of(request).id)
    except BellrockError as error:
        if error.status not in (403, 409, 413, 422):
            raise
        place = "files" if error.code.startswith(("file", "picture")) else "text"
        entered.wrong[place] = i18n.translate(lang, error.text, **error.values)
        return _page(request, lang, entered=entered, customer=customer, status=error.status)
    response: Response[Any] = Redirect(f"/cases/{reference}?lang={lang}", status_code=303)
    if secret is not None:
        keep_link(response, house, reference=reference, secret=secret)
    return response


async def _open(
    house: House, entered: Entered, *, customer: Customer | None, language: str, brand_id: UUID | None
) -> tuple[str, str | None]:
    """Return the reference of the case and, for a visitor, the secret of its link."""
    key = sha256(entered.key.encode()).digest()
    contents = [(file.filename or "", await _content(house, file)) for file in entered.files]
    now = clock.now()
    async with house.database.transaction() as tx:
        await tx.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_FORM_LOCK, entered.key))
        known = await channels.form_sent(tx, key=key)
        if known is not None:
            return known.reference, await _secret(tx, customer, known.id)
        writer = customer or await _visitor(tx, house, entered, language=language)
        files = [
            await channels.attach_file(
                tx,
                house.vault,
                house.files,
                by=writer,
                customer_id=writer.id,
                client_key=f"{entered.key}:{place}",
                name=name,
                data=data,
                now=now,
            )
            for place, (name, data) in enumerate(contents)
        ]
        body = msgspec.json.encode(
            {
                "client_key": entered.key,
                "text": entered.text,
                "topic": entered.topic.name,
                "fields": entered.values,
                "files": [file.id for file in files],
                "urgent": entered.is_urgent,
            }
        )
        _, conversation = await channels.accept_ticket(
            tx,
            house.vault,
            channel=BUILTIN["web"],
            envelope=Envelope(body=body, customer=writer),
            language=language,
            brand_id=brand_id,
            now=now,
        )
        await channels.note_form(tx, key=key, conversation_id=conversation.id, now=now)
        return conversation.reference, await _secret(tx, customer, conversation.id)


async def _secret(tx: Transaction, customer: Customer | None, conversation_id: UUID) -> str | None:
    if customer is not None:
        return None
    return await channels.case_link(tx, conversation_id=conversation_id, now=clock.now())


async def _visitor(tx: Transaction, house: House, entered: Entered, *, language: str) -> Customer:
    now = clock.now()
    visitor, _ = await people.start_visitor(tx, house.vault, locale=language, now=now)
    if entered.name or entered.email:
        await people.give_contact(
            tx, house.vault, visitor=visitor, name=entered.name or None, email=entered.email or None, now=now
        )
    return visitor


async def _content(house: House, file: UploadFile) -> bytes:
    limit = file_bytes_max(house)
    content = await file.read(limit + 1)
    if len(content) > limit:
        raise channels.FileTooLarge(megabytes=limit // 1_000_000)
    return content


def _read(form: FormMultiDict, topic: triage.Topic, lang: str, *, is_visitor: bool) -> Entered:
    entered = Entered(
        topic=topic,
        key=str(form.get("client_key", "")),
        text=str(form.get("text", "")).replace("\r\n", "\n"),
        is_urgent=form.get("urgent") == "1",
        values={each.name: str(form.get(each.name, "")).strip() for each in fields_of(topic)},
        files=[file for file in form.getall("files", []) if isinstance(file, UploadFile) and file.filename],
    )
    if is_visitor:
        entered.name = " ".join(str(form.get("name", "")).split())
        entered.email = str(form.get("email", "")).strip()

    def say(place: str, text: str, **values: Any) -> None:
        entered.wrong[place] = i18n.translate(lang, text, **values)

    if not re.fullmatch(r"[0-9a-f-]{36}", entered.key):
        entered.key = str(new_id())
    if len(entered.text.strip()) < _TEXT_MIN:
        say("text", N_("Please say in a sentence what has happened."))
    elif len(entered.text) > channels.TEXT_MAX:
        say(
            "text",
            N_("Please keep it below %(count)s characters; you can add the rest as a file."),
            count=channels.TEXT_MAX,
        )
    for each in fields_of(topic):
        if len(entered.values[each.name]) > each.length_max:
            say(each.name, N_("Please keep it below %(count)s characters."), count=each.length_max)
    if entered.email and not _EMAIL.fullmatch(entered.email):
        say("email", N_("This does not look like an e-mail address."))
    if len(entered.name) > _NAME_MAX:
        say("name", N_("Please keep it below %(count)s characters."), count=_NAME_MAX)
    if len(entered.files) > FILES_PER_MESSAGE_MAX:
        say("files", N_("Please add %(count)s files at most."), count=FILES_PER_MESSAGE_MAX)
    return entered


def _page(
    request: Request[Any, Any, Any],
    lang: str,
    *,
    entered: Entered | None,
    customer: Customer | None,
    status: int = 200,
    opens_at: datetime | None = None,
) -> Response[str]:
    house: House = request.app.state.house
    return render(
        request,
        "customer/form.html",
        status=status,
        lang=lang,
        entered=entered,
        topic_name=triage.topic_name(entered.topic.name, lang) if entered else "",
        fields=fields_of(entered.topic) if entered else (),
        groups=offered_topics(lang),
        is_visitor=customer is None,
        opens_at=opens_at,
        accept=ACCEPT,
        megabytes=file_bytes_max(house) // 1_000_000,
        files_max=FILES_PER_MESSAGE_MAX,
        headers={"Cache-Control": "no-store"},
    )


def _topic(name: str) -> triage.Topic | None:
    try:
        return triage.topic(name) if name else None
    except triage.TopicUnknown:
        return None


def _require_language(lang: str) -> None:
    if lang not in LANGUAGES:
        raise NotFound


form_routes: list[Any] = [go_to_form, show_form, take_form]
