"""A notice when an answer came and nobody looks: that there is one, never what it says, once per unread burst."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from bellrock import brands, conversations, people
from bellrock import vault as vaults
from bellrock.channels.links import case_link
from bellrock.core import N_, SYSTEM, Database, Settings, Transaction, clock, i18n, new_id
from bellrock.core.mail import Letter, Mail

AWAY_NOTICE = "channels.away_notice"
NOTICE_AFTER = timedelta(seconds=60)
_SUBJECT = N_("%(brand)s support has answered you")
_BODY = N_(
    "There is an answer to your case %(reference)s. For your safety it is not in this e-mail.\n\n"
    "Open it here: %(url)s\n\n"
    "We never ask for your password, codes or recovery words, and this e-mail never asks you to sign in through a link: "
    "if in doubt, open support from the app or type our address yourself."
)


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice to send: to whom, in which language, about which case."""

    id: UUID
    conversation_id: UUID
    reference: str
    email: str = field(repr=False)
    language: str
    is_visitor: bool
    brand_id: UUID | None = None


async def due_notice(tx: Transaction, vault: vaults.Vault, *, conversation_id: UUID, now: datetime) -> DueNotice | None:
    """Return the notice to send for unseen answers of a conversation, or None: seen since, noticed before, or no address.

    A notice that was begun and not sent is returned again, so that a job that died is made good.
    """
    cursor = await tx.execute(
        "SELECT c.id, c.unseen_by_customer, c.customer_seen_at, n.id AS notice_id, n.sent_at FROM conversations c"
        " LEFT JOIN LATERAL (SELECT id, sent_at FROM away_notices WHERE conversation_id = c.id"
        "   AND (c.customer_seen_at IS NULL OR created_at > c.customer_seen_at) ORDER BY created_at DESC LIMIT 1) n ON TRUE"
        " WHERE c.id = %s FOR UPDATE OF c",
        (conversation_id,),
    )
    row = await cursor.fetchone()
    if row is None or row["unseen_by_customer"] == 0 or row["sent_at"] is not None:
        return None
    conversation = await conversations.get(tx, viewer=SYSTEM, conversation_id=conversation_id)
    profile = await people.profile(tx, vault, customer_id=conversation.customer_id)
    if not profile.email:
        return None
    notice_id: UUID | None = row["notice_id"]
    if notice_id is None:
        notice_id = new_id()
        await tx.execute(
            "INSERT INTO away_notices (id, conversation_id, created_at) VALUES (%s, %s, %s)",
            (notice_id, conversation_id, now),
        )
    customer = await people.customer(tx, customer_id=conversation.customer_id)
    return DueNotice(
        notice_id,
        conversation_id,
        conversation.reference,
        profile.email,
        conversation.language,
        is_visitor=customer.kind == "visitor",
        brand_id=conversation.brand_id,
    )


async def note_sent(tx: Transaction, *, notice_id: UUID, now: datetime) -> None:
    """Note that a notice went out."""
    await tx.execute("UPDATE away_notices SET sent_at = %s WHERE id = %s AND sent_at IS NULL", (now, notice_id))


def notice_text(notice: DueNotice, *, brand: str, url: str) -> tuple[str, str]:
    """Return subject and body of a notice in the customer's language."""
    subject = i18n.translate(notice.language, _SUBJECT, brand=brand)
    body = i18n.translate(notice.language, _BODY, reference=notice.reference, url=url)
    return subject, body


class House(Protocol):
    """The parts of the process that a notice needs."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> vaults.Vault: ...
    @property
    def mail(self) -> Mail: ...


def jobs(house: House) -> dict[str, Callable[..., Awaitable[None]]]:
    """Return this room's jobs by name, bound to a house."""

    async def away_notice(conversation_id: str) -> None:
        await send_notice(house, conversation_id=UUID(conversation_id))

    return {AWAY_NOTICE: away_notice}


async def send_notice(house: House, *, conversation_id: UUID) -> bool:
    """Send the notice that is due for a conversation; return whether one was. Raises MailUnavailable: the job comes back.

    A customer signs in to read; a visitor, who cannot, gets a link that opens this one case.
    """
    async with house.database.transaction() as tx:
        notice = await due_notice(tx, house.vault, conversation_id=conversation_id, now=clock.now())
        if notice is None:
            return False
        brand = (await brands.brands(tx, settings=house.settings)).of_id(notice.brand_id)
        url = f"{brand.base_url(house.settings)}/cases/{notice.reference}"
        if notice.is_visitor:
            url += f"?key={await case_link(tx, conversation_id=conversation_id, now=clock.now())}"
    subject, body = notice_text(notice, brand=brand.name, url=url)
    letter = Letter(
        to=notice.email,
        subject=subject,
        text=body,
        key=f"away-{notice.id}",
        language=notice.language,
        sender=brand.sender,
        reply_to=brand.reply_to or None,
    )
    await house.mail.send(letter)
    async with house.database.transaction() as tx:
        await note_sent(tx, notice_id=notice.id, now=clock.now())
    return True
