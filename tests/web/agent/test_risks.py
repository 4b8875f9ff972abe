"""What the right pane says about danger in a case: what it takes from where, and who reads it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bellrock import conversations, people
from bellrock.conversations import Conversation, Entry, kinds
from bellrock.core import FIRST_LINE, Actor, new_id
from bellrock.triage import topic_name
from bellrock.triage.playbooks.diagnosis import Diagnosis, Source
from bellrock.triage.playbooks.telling import to_record
from bellrock.web.agent.entries import lines_of
from bellrock.web.agent.lines import Telling
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.risks import Risk, risks_of
from tests.triage.playbooks.things import NOW
from tests.web.agent import scene as scenes
from tests.web.agent.conftest import OUTSIDER, OWNER, Play

PERSON = people.Agent(new_id(), "Mara", frozenset(), frozenset(), ("en",), frozenset())
READER = Reader(PERSON, "en", ZoneInfo("UTC"), NOW, {PERSON.id: "Mara"}, {})
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def case(topic: str | None = None, **known: Any) -> Conversation:
    empty: dict[str, Any] = dict.fromkeys(field.name for field in dataclasses.fields(Conversation))
    return Conversation(**{**empty, "id": new_id(), "topic": topic, **known})


def entry(kind: str, *, minute: int = 0, by: Actor = FIRST_LINE, words: Any = (), **data: Any) -> Entry:
    known = None if words is None else dict(words)
    return Entry(new_id(), minute, kind, NOW + timedelta(minutes=minute), by, "internal", data, known)


def found(*entries: Entry, of: Conversation | None = None, proof: int = 2, **more: Any) -> list[Risk]:
    lines = lines_of(list(entries), Telling(READER, "Elif", "widget", "en", {}, None))
    return risks_of(READER, of or case(), entries, lines, proof=proof, **more)


def state(**values: int) -> dict[str, Any]:
    kept = {"logins": 4, "unusual": 0, "sessions": 1, "holds": 0, **values}
    return {"diagnosis": to_record(Diagnosis("account_state", kept, (Source("account", "", NOW),), settles=False))}


HANDED = {"team": None, "reason": "money_at_risk"}
CALM = [
    entry(kinds.OPENED, channel="widget", language="en"),
    entry(kinds.RECEIVED, words={"text": "Hello"}),
    entry(kinds.DECIDED, topic="trading_fee", cues=["anger", "haste"], reasons=["sure"]),
    entry(kinds.HANDED_OVER, words={"facts": {"tone": "deadline, anger"}}, team=None, reason="not_sure"),
    entry(kinds.HANDED_OVER, words=state(), team=None, reason="topic_needs_person"),
    entry(kinds.PROTECTED, step="lock", result="asked"),
]


def test_nothing_is_made_of_an_ordinary_case() -> None:
    assert found(*CALM, of=case("trading.trading_fee"), proof=0) == []


def test_the_agent_of_a_case_reads_which_danger_was_heard_who_knows_it_and_what_protects() -> None:
    team = new_id()
    reader = dataclasses.replace(READER, teams={team: "Security"})
    warned = entry(
        kinds.DECIDED, decision="warn", warns="money_at_risk", team=str(team), offers=["lock", "withdrawals", "new"]
    )
    (line,) = lines_of([warned], Telling(reader, "Elif", "widget", "en", {}, None))
    assert line.sentence == "First line heard danger in the customer's message: Money or the account may be at risk"
    assert line.facts == (
        ("Team for this", "\u2068Security\u2069"),
        ("Protective steps", "Lock my account, Stop withdrawals"),
    )
    (line,) = lines_of(
        [entry(kinds.DECIDED, decision="warn", warns="distress")], Telling(reader, "E", "web", "en", {}, None)
    )
    assert (line.sentence.rpartition(": ")[2], line.facts) == ("in distress", ())


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (entry(kinds.HANDED_OVER, **HANDED), "Money or the account may be at risk"),
        (entry(kinds.HANDED_OVER, team=None, reason="legal", words={"facts": {"tone": "distress, anger"}}), "In distress"),
        (entry(kinds.DECIDED, topic="earn_risk", cues=["money_at_risk"]), "Money or the account may be at risk"),
        (entry(kinds.DECIDED, topic=None, decision="warn", warns="distress"), "In distress"),
        (entry(kinds.DECIDED, topic=None, decision="warn", warns="money_at_risk"), "Money or the account may be at risk"),
        (entry(kinds.RECEIVED, words={"text": "⟦seed⟧"}, masked=["seed", "key"]), "[recovery phrase removed], [private key removed]"),
        (entry(kinds.NOTED, by=PERSON.actor, words={"text": "⟦api⟧"}, masked=["api"]), "[API secret removed]"),
        (entry(kinds.RECEIVED, words=None), "This message was erased."),
        (entry(kinds.PROTECTED, step="withdrawals", result="refused"), "Stop withdrawals, refused by the exchange"),
        (entry(people.BLOCKED, by=PERSON.actor, until=None), "blocked the customer"),
        (entry(kinds.HANDED_OVER, words=state(holds=2), team=None, reason="not_sure"), "Holds: "),
        (entry(kinds.REPLIED, words={"text": "…", **state(unusual=1)}), "of them unusual: "),
    ],
)  # fmt: skip
def test_each_thing_is_told_with_its_time_and_its_line(told: Entry, text: str) -> None:
    (risk,) = found(*CALM, told)
    assert text in risk.text
    assert (risk.at, risk.url, risk.reference) == (told.at, f"#e-{told.id}", "")


def test_the_newest_of_a_kind_stands_for_all_and_the_newest_comes_first() -> None:
    first, erased, again = (
        entry(kinds.DECIDED, minute=1, cues=["money_at_risk"]),
        entry(kinds.RECEIVED, minute=2, words=None),
        entry(kinds.HANDED_OVER, minute=3, **HANDED),
    )
    assert [risk.at for risk in found(first, erased, again)] == [again.at, erased.at]
    assert [risk.url for risk in found(first)] == [""], "that decision has no line of its own to lead to"


@pytest.mark.parametrize(
    ("topic", "proof", "texts"),
    [
        ("account_security.phishing_victim", 1, [topic_name("phishing_victim", "en")]),
        ("account_security.two_factor_lost", 1, ["This topic asks for more proof of identity: Step-up"]),
        ("account_security.two_factor_lost", 2, []),
        ("funding.deposit_not_credited", 0, ["This topic asks for more proof of identity: Signed in"]),
        ("made.up", 0, []),
    ],
)
def test_the_topic_counts_by_its_danger_and_the_proof_it_asks_for(topic: str, proof: int, texts: list[str]) -> None:
    earlier, set_by = (
        entry(kinds.DECIDED, topic="earn_risk"),
        entry(kinds.TOPIC_SET, minute=1, topic=topic, language="en"),
    )
    risks = found(earlier, set_by, of=case(topic), proof=proof)
    assert len(risks) == len(texts)
    for risk, text in zip(risks, texts, strict=True):
        assert (risk.text, risk.at, risk.url) == (text, set_by.at, f"#e-{set_by.id}")
    assert all(risk.at is None and not risk.url for risk in found(of=case(topic), proof=proof))


def test_a_block_of_another_case_is_told_once_and_one_of_this_case_by_its_line() -> None:
    block = people.Block(new_id(), new_id(), people.BlockReason.SCAM, PERSON.id, NOW, None)
    assert found(block=block) == [Risk("Blocked", NOW)]
    here = entry(people.BLOCKED, by=PERSON.actor, until=None)
    assert [risk.url for risk in found(here, block=block)] == [f"#e-{here.id}"]


def test_dangerous_past_cases_are_named_once_a_topic_and_spam_is_none() -> None:
    now = case("funding.trading_fee")
    hacked = "account_security.account_hacked"
    newest, older, spam = (
        case(hacked, reference="BR-2", created_at=NOW),
        case(hacked, reference="BR-1", created_at=NOW - timedelta(days=9)),
        case("phishing_report", reference="BR-3", created_at=NOW, spam_at=NOW),
    )
    calm = case("trading.trading_fee", reference="BR-4", created_at=NOW)
    (risk,) = found(of=now, theirs=[now, spam, calm, newest, older], view_key="all")
    assert (risk.reference, risk.at, risk.url) == ("BR-2", NOW, f"/desk/conversations/{newest.id}?view=all")


async def test_the_pane_says_it_with_a_link_to_the_line_and_an_outsider_reads_none_of_it(play: Play) -> None:
    page = (await play(OWNER).get(play.url())).text
    assert "This topic asks for more proof of identity: Signed in" in page
    async with play.house.database.transaction() as tx:
        conversation = await conversations.get(tx, viewer=FIRST_LINE, conversation_id=play.case)
        await tx.execute("UPDATE conversations SET topic = NULL WHERE id = %s", (play.case,))
    calm = (await play(OWNER).get(play.url())).text
    assert "Nothing known. Looked at:" in calm
    await scenes.say(play.house, play.scene, play.case, f"My phrase is {PHRASE}", scenes.core.clock.now())
    async with play.house.database.transaction() as tx:
        said = (await conversations.get(tx, viewer=FIRST_LINE, conversation_id=play.case)).last_customer_message_id
    assert said != conversation.last_customer_message_id
    risky = (await play(OWNER).get(play.url())).text
    assert "Nothing known. Looked at:" not in risky
    assert f'<li>[recovery phrase removed] <span class="quiet"><a href="#e-{said}" data-do="line">' in risky
    assert f'id="e-{said}"' in risky
    assert "sausage" not in risky
    hidden = await play(OUTSIDER).get(play.url())
    assert hidden.status_code == 404
    assert "[recovery phrase removed]" not in hidden.text and str(said) not in hidden.text
