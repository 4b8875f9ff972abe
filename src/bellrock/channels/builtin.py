"""The channels that need nobody else: the chat widget and the form on the site. Answers wait where the customer looks."""

from __future__ import annotations

import re
from typing import TypeVar
from uuid import UUID

import msgspec

from bellrock.channels.errors import MessageUnreadable, NotOurs, TextTooLong
from bellrock.channels.models import FIELDS_MAX, TEXT_MAX, Ability, Envelope, Incoming, Outgoing
from bellrock.channels.port import Channel, Delivery

_KEY = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_CODE = re.compile(r"[a-z0-9_.:-]{1,64}")
_FIELD_MAX = 1_000
T = TypeVar("T")


class _WidgetMessage(msgspec.Struct, forbid_unknown_fields=True):
    client_key: str
    text: str = ""
    files: list[UUID] = []
    choice: str | None = None


class WidgetChannel:
    """Messages of the chat widget: JSON over a session that says who writes."""

    name = "widget"
    can = frozenset({Ability.LIVE, Ability.TYPING, Ability.FILES, Ability.NOTICES})

    def verify(self, envelope: Envelope) -> None:
        _require_customer(envelope)

    def parse(self, envelope: Envelope) -> Incoming:
        message = _decode(envelope.body, _WidgetMessage)
        return Incoming(
            client_key=_key(message.client_key),
            text=_text(message.text),
            file_ids=tuple(dict.fromkeys(message.files)),
            choice=_code(message.choice),
        )

    async def deliver(self, _outgoing: Outgoing, /) -> Delivery:
        return "waiting"


class _Ticket(msgspec.Struct, forbid_unknown_fields=True):
    client_key: str
    text: str
    topic: str | None = None
    fields: dict[str, str] = {}
    files: list[UUID] = []
    urgent: bool = False


class WebChannel:
    """The form on the site, and answers on the page of the case."""

    name = "web"
    can = frozenset({Ability.FILES, Ability.FIELDS, Ability.NOTICES})

    def verify(self, envelope: Envelope) -> None:
        _require_customer(envelope)

    def parse(self, envelope: Envelope) -> Incoming:
        ticket = _decode(envelope.body, _Ticket)
        fields = {name: value.strip() for name, value in ticket.fields.items() if value.strip()}
        if len(fields) > FIELDS_MAX or any(not _CODE.fullmatch(name) for name in fields):
            raise MessageUnreadable
        if any(len(value) > _FIELD_MAX for value in fields.values()):
            raise TextTooLong(length_max=_FIELD_MAX)
        return Incoming(
            client_key=_key(ticket.client_key),
            text=_text(ticket.text),
            file_ids=tuple(dict.fromkeys(ticket.files)),
            topic=_code(ticket.topic),
            fields=fields,
            is_urgent=ticket.urgent,
        )

    async def deliver(self, _outgoing: Outgoing, /) -> Delivery:
        return "waiting"


BUILTIN: dict[str, Channel] = {channel.name: channel for channel in (WidgetChannel(), WebChannel())}


def _require_customer(envelope: Envelope) -> None:
    if envelope.customer is None:
        raise NotOurs


def _decode(body: bytes, type: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageUnreadable from error


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise MessageUnreadable
    return value


def _code(value: str | None) -> str | None:
    if value is not None and not _CODE.fullmatch(value):
        raise MessageUnreadable
    return value


def _text(value: str) -> str:
    if len(value) > TEXT_MAX:
        raise TextTooLong(length_max=TEXT_MAX)
    return value
