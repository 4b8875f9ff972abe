"""What became of answers that the first line gave alone, topic by topic; a topic that fails too often loses its gate by itself.

An answer is settled once the customer confirmed it, or 72 hours passed, and nothing went wrong in those: the case was not opened
again for more than thanks, the customer did not say that it did not help, and did not ask for a person. A shorter silence
counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations import kinds
from bellrock.core import N_, SYSTEM, NotFound, Numbered, Transaction, i18n
from bellrock.core.mail import Letter
from bellrock.house import House
from bellrock.people import AgentStatus, Permission
from bellrock.triage.topics import topic_name, topics

SETTLES_AFTER = timedelta(hours=72)
COUNTED = timedelta(days=28)
JUDGED_MIN = 20
"""A topic is judged by so many answers at least; chance alone decides over fewer."""
FAILED_MAX = 0.25
"""The share of failed answers that a topic without a target may have; with one, what the target leaves."""
GATE_LOST, GATE_GIVEN_BACK = "triage.gate_lost", "triage.gate_given_back"
KINDS = frozenset({kinds.DECIDED, kinds.RESOLVED, kinds.REOPENED, kinds.HANDED_OVER})
"""The facts that `note` reads."""
_FAILS = {"not_helped": "not_helped", "asked_for_person": "asked_for_person", "third_turn": "person"}
_PLEASANTRIES = frozenset({"greeting_or_thanks"})
_Z = 1.645  # one side of 95 %
_SUBJECT = N_("The first line no longer answers: %(topic)s")
_BODY = N_(
    "%(failed)s of %(judged)s answers on “%(topic)s” did not settle the case, so these go to people now.\n\n"
    "Look at the cases and at the article, and give the topic back when it is better: %(url)s"
)


class GateNotLost(NotFound):
    """This topic is not among those that lost their gate."""

    code = "gate_not_lost"
    text = N_("The first line answers this topic already.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A topic's answers of the last 28 days, or since it was given back. `judged` = settled + failed; others are too young."""

    topic: str
    answered: int
    confirmed: int
    settled: int
    failed: int
    lost_at: datetime | None = None

    @property
    def judged(self) -> int:
        return self.settled + self.failed

    @property
    def is_failing(self) -> bool:
        """Whether even by a lucky reading more fail than this topic may have."""
        return self.judged >= JUDGED_MIN and at_least(self.failed, self.judged) > failed_max(self.topic)


def failed_max(topic: str) -> float:
    """Return the share of failed answers that a topic may have, 0 to 1."""
    target = topics()[topic].target if topic in topics() else None
    return FAILED_MAX if target is None else 1 - target


def at_least(count: int, of: int) -> float:
    """Return the least share that `count` of `of` speak for, at 95 % (Wilson, 1927); 0 of nothing is 0."""
    if not of or not count:
        return 0.0
    share, spread = count / of, _Z * _Z / of
    middle = share + spread / 2
    return max(0.0, (middle - _Z * sqrt(share * (1 - share) / of + spread / (4 * of))) / (1 + spread))


async def note(tx: Transaction, facts: Sequence[Numbered]) -> None:
    """Keep what facts of KINDS say about answers; reading a fact twice changes nothing."""
    for fact in facts:
        if fact.kind == kinds.DECIDED:
            await _answered(tx, fact)
            await _thanked(tx, fact)
        elif fact.kind == kinds.RESOLVED:
            is_confirmed = fact.actor.kind in ("customer", "visitor")
            await tx.execute(
                "UPDATE first_answers SET resolved_at = coalesce(resolved_at, %(at)s),"
                " confirmed_at = CASE WHEN %(confirmed)s THEN coalesce(confirmed_at, %(at)s) ELSE confirmed_at END"
                " WHERE conversation_id = %(case)s AND answered_at <= %(at)s AND failed_at IS NULL",
                {"at": fact.at, "case": fact.conversation_id, "confirmed": is_confirmed},
            )
        elif because := "reopened" if fact.kind == kinds.REOPENED else _FAILS.get(str(fact.data.get("reason"))):
            await tx.execute(
                "UPDATE first_answers SET failed_at = %(at)s, failed_because = %(because)s"
                " WHERE conversation_id = %(case)s AND failed_at IS NULL AND answered_at <= %(at)s"
                " AND coalesce(resolved_at, answered_at) > %(at)s - %(within)s",
                {"at": fact.at, "case": fact.conversation_id, "because": because, "within": SETTLES_AFTER},
            )


async def _answered(tx: Transaction, fact: Numbered) -> None:
    topic = fact.data.get("topic")
    is_ours = fact.data.get("decision") == "answer" and topic in topics() and topic not in _PLEASANTRIES
    # What an incident explains says nothing about the topic's own answer.
    if is_ours and "incident_explains" not in fact.data.get("reasons", ()):
        await tx.execute(
            "INSERT INTO first_answers (conversation_id, topic, language, answered_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (fact.conversation_id, topic, str(fact.data.get("language") or "en"), fact.at),
        )


async def _thanked(tx: Transaction, fact: Numbered) -> None:
    """Take back that an answer failed where the case was opened again by no more than thanks."""
    if fact.data.get("decision") != "answer" or fact.data.get("topic") not in _PLEASANTRIES:
        return
    await tx.execute(
        "UPDATE first_answers f SET failed_at = NULL, failed_because = NULL"
        " WHERE f.conversation_id = %(case)s AND f.failed_because = 'reopened' AND f.failed_at <= %(at)s"
        " AND NOT EXISTS (SELECT FROM journal j WHERE j.conversation_id = f.conversation_id AND j.kind = %(decided)s"
        "  AND j.at >= f.failed_at AND j.number < %(number)s)",
        {"case": fact.conversation_id, "at": fact.at, "decided": kinds.DECIDED, "number": fact.number},
    )


async def standings(tx: Transaction, *, now: datetime) -> list[Standing]:
    """Return how the answers of each topic fared, those that lost their gate first, then by how many fail."""
    cursor = await tx.execute(
        "WITH lost AS (SELECT topic, max(lost_at) FILTER (WHERE given_back_at IS NULL) AS lost_at, max(given_back_at) AS back_at"
        "   FROM lost_gates GROUP BY topic),"
        " counted AS (SELECT f.topic, count(*) AS answered,"
        "   count(f.confirmed_at) FILTER (WHERE f.failed_at IS NULL) AS confirmed,"
        "   count(*) FILTER (WHERE f.failed_at IS NULL AND (f.confirmed_at IS NOT NULL OR f.answered_at <= %(ripe)s)) AS settled,"
        "   count(f.failed_at) AS failed"
        "  FROM first_answers f LEFT JOIN lost l ON l.topic = f.topic"
        "  WHERE f.answered_at > %(since)s AND (l.back_at IS NULL OR f.answered_at > l.back_at) GROUP BY f.topic)"
        " SELECT coalesce(c.topic, l.topic) AS topic, coalesce(c.answered, 0) AS answered, coalesce(c.confirmed, 0) AS confirmed,"
        "  coalesce(c.settled, 0) AS settled, coalesce(c.failed, 0) AS failed, l.lost_at"
        " FROM counted c FULL JOIN lost l ON l.topic = c.topic WHERE c.topic IS NOT NULL OR l.lost_at IS NOT NULL"
        " ORDER BY l.lost_at IS NULL, 5 DESC, 1",
        {"ripe": now - SETTLES_AFTER, "since": now - COUNTED},
    )
    return [Standing(**row) for row in await cursor.fetchall()]


async def lost_gates(tx: Transaction) -> frozenset[str]:
    """Return the topics that the first line does not answer alone until a lead gives them back."""
    cursor = await tx.execute("SELECT topic FROM lost_gates WHERE given_back_at IS NULL")
    return frozenset(row["topic"] for row in await cursor.fetchall())


async def judge(tx: Transaction, vault: vaults.Vault, *, now: datetime) -> list[Standing]:
    """Take the gate from every topic whose answers fail too often; return those that lost it now."""
    taken = []
    for standing in await standings(tx, now=now):
        if standing.lost_at is not None or not standing.is_failing:
            continue
        cursor = await tx.execute(
            "INSERT INTO lost_gates (topic, lost_at, judged, failed) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1",
            (standing.topic, now, standing.judged, standing.failed),
        )
        if await cursor.fetchone() is None:
            continue  # another worker was quicker
        data = {"topic": standing.topic, "judged": standing.judged, "failed": standing.failed}
        await vaults.record(tx, vault, kind=GATE_LOST, at=now, actor=SYSTEM, data=data)
        taken.append(standing)
    return taken


async def give_back(tx: Transaction, vault: vaults.Vault, *, topic: str, by: people.Agent, now: datetime) -> None:
    """Let the first line answer a topic again; what it answered before counts no more. Raises GateNotLost."""
    cursor = await tx.execute(
        "UPDATE lost_gates SET given_back_at = %s, given_back_by = %s WHERE topic = %s AND given_back_at IS NULL RETURNING 1",
        (now, by.id, topic),
    )
    if await cursor.fetchone() is None:
        raise GateNotLost
    await vaults.record(tx, vault, kind=GATE_GIVEN_BACK, at=now, actor=by.actor, data={"topic": topic})


async def watch(house: House, *, now: datetime) -> int:
    """Judge all topics, and write to the leads about each that lost its gate; return how many did."""
    async with house.database.transaction() as tx:
        taken = await judge(tx, house.vault, now=now)
        rows = await people.directory(tx, house.vault, now=now) if taken else []
    leads = [row for row in rows if row.status is AgentStatus.ACTIVE and row.agent.may(Permission.DESK_MANAGE)]
    for standing in taken:
        for lead in leads:
            await house.mail.send(_letter(house, standing, lead, now=now))
    return len(taken)


def _letter(house: House, standing: Standing, lead: people.AgentRow, *, now: datetime) -> Letter:
    language = lead.agent.locale
    values = {
        "topic": topic_name(standing.topic, language),
        "failed": standing.failed,
        "judged": standing.judged,
        "url": f"{house.settings.base_url}/desk/gaps",
    }
    return Letter(
        to=lead.email,
        subject=i18n.translate(language, _SUBJECT, **values),
        text=i18n.translate(language, _BODY, **values),
        key=f"gate-{standing.topic}-{lead.agent.id}-{now:%Y%m%d}",
        language=language,
    )
