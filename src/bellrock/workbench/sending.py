"""Sending: a reply goes out at once, or is held for some seconds in which its author can take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import channels, conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Afterwards, Held
from bellrock.core import BellrockError, Database, Refused, Transaction
from bellrock.guard import GuardedText, screen
from bellrock.people import Permission
from bellrock.workbench.errors import VariablesMissing
from bellrock.workbench.variables import unfilled

HOLD_CHOICES = (0, 5, 10, 20, 30)
HOLD_DEFAULT = 5
GRACE = timedelta(seconds=3)
"""So much later the worker sends what the author's own page did not: their tab is closed, or asleep."""


async def send(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    text: GuardedText,
    client_key: str,
    last_seen_message_id: UUID | None,
    now: datetime,
    file_ids: Sequence[UUID] = (),
    afterwards: Afterwards = "",
    snooze_until: datetime | None = None,
) -> UUID:
    """Answer the customer now; whoever answers a case that nobody holds takes it. Then resolve or snooze it.

    Raises VariablesMissing, Refused for who may not reply, and what a reply raises.
    """
    if not by.may(Permission.CONVERSATIONS_REPLY):
        raise Refused
    if unfilled(text.text):
        raise VariablesMissing
    case = await conversations.get(tx, viewer=by, conversation_id=conversation_id)
    if case.assignee_id is None and case.is_open:
        # Nobody else is sent to it, and the customer keeps one face.
        await conversations.assign(tx, vault, by=by, conversation_id=conversation_id, agent_id=by.id, now=now)
    if file_ids:
        await channels.send_files(tx, by=by, conversation_id=conversation_id, file_ids=list(file_ids), now=now)
    message_id = await conversations.reply(
        tx,
        vault,
        by=by,
        conversation_id=conversation_id,
        text=text,
        now=now,
        client_key=client_key,
        last_seen_message_id=last_seen_message_id,
        file_ids=file_ids,
    )
    await conversations.mark_read(tx, agent=by, conversation_id=conversation_id, now=now)
    if afterwards == "resolve":
        await conversations.resolve(tx, vault, by=by, conversation_id=conversation_id, now=now)
    elif afterwards == "snooze" and snooze_until is not None and snooze_until > now:
        await conversations.snooze(tx, vault, by=by, conversation_id=conversation_id, until=snooze_until, now=now)
    return message_id


async def send_held(
    tx: Transaction, vault: vaults.Vault, *, held_id: UUID, now: datetime, by: people.Agent | None = None
) -> Held:
    """Send a held reply, once: whoever else wants to finds it gone. `by` limits it to that author's own.

    What the author may do is asked anew. Raises HeldGone, and what `send` raises; then the caller calls `keep_back`.
    """
    held = await conversations.take_held(tx, vault, held_id=held_id, by=by)
    author = by or await people.agent(tx, agent_id=held.agent_id)
    await send(
        tx,
        vault,
        by=author,
        conversation_id=held.conversation_id,
        text=screen(held.text),
        client_key=held.client_key,
        last_seen_message_id=held.seen_message_id,
        now=now,
        file_ids=held.file_ids,
        afterwards=held.afterwards,
        snooze_until=held.snooze_until,
    )
    return held


async def take_back(
    tx: Transaction, vault: vaults.Vault, *, by: people.Agent, held_id: UUID, now: datetime
) -> tuple[Held, str]:
    """Undo: return the held reply and the draft that it is again. Raises HeldGone once it went out."""
    held = await conversations.take_held(tx, vault, held_id=held_id, by=by)
    return held, await conversations.give_back(tx, vault, held=held, by=by, now=now)


async def keep_back(
    tx: Transaction, vault: vaults.Vault, *, held_id: UUID, refused: BellrockError, now: datetime
) -> None:
    """A held reply could not go out: give its text back as a draft, and keep the reason until the author has read it."""
    mine = await conversations.mark_refused(tx, vault, held_id=held_id, code=refused.code)
    if mine is None:
        return
    author = await people.agent(tx, agent_id=mine.agent_id)
    try:
        async with tx.transaction():
            await conversations.give_back(tx, vault, held=mine, by=author, now=now)
    except conversations.ConversationUnknown:
        return  # it is another team's by now; the reason and the text stay with the author


async def send_due(database: Database, vault: vaults.Vault, *, now: datetime) -> int:
    """Send what its author's page has not sent itself; return how many went out. Any number of workers may do so."""
    async with database.transaction() as tx:
        due = await conversations.held_due(tx, now=now - GRACE)
    sent = 0
    for held_id in due:
        try:
            async with database.transaction() as tx:
                await send_held(tx, vault, held_id=held_id, now=now)
            sent += 1
        except conversations.HeldGone:
            continue
        except BellrockError as error:
            if error.retryable:
                raise
            async with database.transaction() as tx:
                await keep_back(tx, vault, held_id=held_id, refused=error, now=now)
    return sent
