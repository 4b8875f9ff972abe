"""Protective steps that a customer takes with a tap: offered by the first line, carried out by the exchange, kept in the record.

A step is taken for a customer alone for whom the exchange has vouched a moment ago, on their own account, where the first line
has offered it. Between `begin_step` and `finish_step` the exchange is asked, in no transaction; there the same tap is the
same step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import structlog

from bellrock import conversations, guard, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, Entry, Viewer, kinds
from bellrock.core import FIRST_LINE, N_, BellrockError, NotFound, Refused, Transaction, figures, i18n
from bellrock.exchange import Ability, Approver, ApproverKind, Exchange, ExchangeMixedUp, Measure, MeasureState
from bellrock.people import CustomerKind, SignInStale, WidgetSession
from bellrock.triage import handing_over
from bellrock.triage.decisions import HandOver, Why
from bellrock.triage.playbooks.book import protective_offers

SECONDS_MAX = 8.0
_AT_RISK = "account_hacked"
_MEASURES = {
    "lock": Measure.LOCK_LOGIN,
    "sessions": Measure.END_SESSIONS,
    "keys": Measure.DISABLE_API_KEYS,
    "withdrawals": Measure.FREEZE_WITHDRAWALS,
}
# Whoever is thrown out at the exchange reads on in no chat, either.
_ENDS_SESSIONS = frozenset({"lock", "sessions"})
STEP_NAMES = {
    "lock": N_("Lock my account"),
    "sessions": N_("Sign out all devices"),
    "keys": N_("Turn off all API keys"),
    "withdrawals": N_("Stop withdrawals"),
}
_log = structlog.get_logger(__name__)


class StepResult(StrEnum):
    """What became of a step: asked for; done; done before; refused by the exchange; nobody knows."""

    ASKED = "asked"
    TAKEN = "taken"
    BEFORE = "taken_before"
    REFUSED = "refused"
    UNKNOWN = "unknown"


_SAID = {
    StepResult.TAKEN: N_("Done on %(at)s: %(step)s. Only our staff can undo this, after checking that it is you."),
    StepResult.BEFORE: N_("This was done already: %(step)s."),
    StepResult.REFUSED: N_(
        "The exchange refused this: %(step)s. A person of our security team sees it now and helps you."
    ),
    StepResult.UNKNOWN: N_(
        "The exchange does not answer, so I cannot say whether this was done: %(step)s. A person of our security team sees "
        "it now. You can try again, or do it yourself in the app."
    ),
}


@dataclass(frozen=True, slots=True)
class StepBegun:
    """A step that is to be carried out, asked for in a session. `key` is the same for the same tap, however often it arrives."""

    conversation: Conversation
    message_id: UUID
    account: str
    step: str
    reason: str
    proof: int
    session_id: UUID

    @property
    def key(self) -> str:
        """The idempotency key at the exchange."""
        return f"step-{self.message_id.hex}-{self.step}"

    def record(self, result: StepResult) -> dict[str, object]:
        """Return what the record keeps of it: codes only."""
        return {
            "step": self.step,
            "measure": _MEASURES[self.step].value,
            "result": result.value,
            "message": str(self.message_id),
            "proof": self.proof,
        }


def buttons(
    exchange: Exchange, conversation: Conversation, customer: people.Customer, codes: Iterable[str], language: str
) -> list[dict[str, str]]:
    """Return the steps of these codes that this customer can take here, as value and label; none for a visitor."""
    if (
        customer.kind is not CustomerKind.CUSTOMER
        or conversation.channel != "widget"
        or Ability.PROTECTION not in exchange.can
    ):
        return []
    possible = [code for code in codes if _MEASURES.get(code) in exchange.protection.measures]
    return [{"value": code, "label": i18n.translate(language, STEP_NAMES[code])} for code in possible]


async def begin_step(
    tx: Transaction, vault: vaults.Vault, *, session: WidgetSession, message_id: UUID, step: str, now: datetime
) -> StepBegun | None:
    """Write down that a customer asks for a step that a message of their own thread offers; None where it is done already.

    Raises Refused for a visitor, SignInStale where the exchange has not vouched for the customer lately, NotFound for a step
    or message that is not theirs to take.
    """
    customer = session.customer
    if customer.kind is not CustomerKind.CUSTOMER:
        raise Refused
    if not session.is_fresh(now=now):
        raise SignInStale
    account = (await people.profile(tx, vault, customer_id=customer.id)).external_id
    running = await conversations.current_of(tx, customer=customer, channel="widget")
    if running is None or account is None or step not in _MEASURES:
        raise NotFound
    conversation = await conversations.lock(tx, viewer=customer, conversation_id=running.id)
    facts = await conversations.timeline(
        tx, vault, viewer=FIRST_LINE, conversation_id=conversation.id, limit=handing_over.TIMELINE_MAX
    )
    if not any(fact.id == message_id and _offers(fact, step) for fact in facts):
        raise NotFound
    begun = StepBegun(
        conversation=conversation,
        message_id=message_id,
        account=account,
        step=step,
        reason=f"Asked for by the customer in support, case {conversation.reference}, proof {session.proof(now=now)}",
        proof=session.proof(now=now),
        session_id=session.id,
    )
    if any(_is_done(fact, begun) for fact in facts):
        return None
    await _record(tx, vault, begun, StepResult.ASKED, by=customer, now=now)
    return begun


async def carry_out_step(exchange: Exchange, begun: StepBegun) -> StepResult:
    """Ask the exchange for the step, for 8 seconds at most, and say what became of it. Nothing is raised for its failures."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            taken = await exchange.protection.take(
                begun.account,
                _MEASURES[begun.step],
                key=begun.key,
                reason=begun.reason,
                approver=Approver(ApproverKind.CUSTOMER, begun.account),
            )
    except TimeoutError:
        _log.warning("triage.step_late", step=begun.step)
        return StepResult.UNKNOWN
    except BellrockError as error:
        _log.warning("triage.step_failed", step=begun.step, code=error.code)
        return StepResult.UNKNOWN if error.retryable or isinstance(error, ExchangeMixedUp) else StepResult.REFUSED
    if taken.state is MeasureState.LIFTED:  # by staff, since: only they take it up again
        return StepResult.REFUSED
    return StepResult.TAKEN if taken.is_new else StepResult.BEFORE


async def finish_step(
    tx: Transaction, vault: vaults.Vault, *, exchange: Exchange, begun: StepBegun, result: StepResult, now: datetime
) -> None:
    """Record what became of a step, say it in the thread, and put the case before a person where nobody has it yet.

    Where it throws everybody out of the account, the customer's other chats end, too: only the one that asked goes on.
    """
    conversation = await conversations.lock(tx, viewer=FIRST_LINE, conversation_id=begun.conversation.id)
    language = conversation.language
    await _record(tx, vault, begun, result, by=FIRST_LINE, now=now)
    step = i18n.translate(language, STEP_NAMES[begun.step])
    text = i18n.translate(language, _SAID[result], step=step, at=figures.moment(language, now))
    is_done = result in (StepResult.TAKEN, StepResult.BEFORE)
    if is_done and begun.step in _ENDS_SESSIONS:
        await people.end_widget_sessions(tx, customer_id=conversation.customer_id, now=now, but=begun.session_id)
    await conversations.announce(
        tx,
        vault,
        conversation_id=conversation.id,
        text=guard.screen(text),
        now=now,
        extras={"taken": begun.step} if is_done else {},
    )
    if conversation.holder != "first_line":
        return
    if not conversation.is_open:
        await conversations.reopen(tx, vault, by=FIRST_LINE, conversation_id=conversation.id, now=now)
    topic = conversation.topic.rpartition(".")[2] if conversation.topic else _AT_RISK
    decision = HandOver("money_at_risk", topic, "security", "urgent", (Why.GATE_PROTECT,), is_protective=True)
    customer = await people.customer(tx, conversation.customer_id)
    await handing_over.to_person(
        tx,
        vault,
        conversation=conversation,
        decision=decision,
        said=await handing_over.history(tx, vault, conversation_id=conversation.id),
        language=language,
        now=now,
        steps=buttons(exchange, conversation, customer, protective_offers(topic), language),
    )


def _offers(fact: Entry, step: str) -> bool:
    """Say whether a fact is a message of the first line that offers a step as a button."""
    if fact.kind != kinds.REPLIED or fact.actor.kind != FIRST_LINE.kind:
        return False
    return any(one.get("value") == step for one in (fact.data.get("extras") or {}).get("steps", ()))


def _is_done(fact: Entry, begun: StepBegun) -> bool:
    return (
        fact.kind == kinds.PROTECTED
        and (fact.data["message"], fact.data["step"]) == (str(begun.message_id), begun.step)
        and fact.data["result"] in (StepResult.TAKEN, StepResult.BEFORE)
    )


async def _record(
    tx: Transaction, vault: vaults.Vault, begun: StepBegun, result: StepResult, *, by: Viewer, now: datetime
) -> None:
    await conversations.record_protection(
        tx, vault, conversation_id=begun.conversation.id, data=begun.record(result), now=now, by=by
    )
