"""From a customer's message through the exchange's port to the answer, the question, or the case of a specialist."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bellrock import conversations, people, triage
from bellrock.exchange import (
    Anomaly,
    ApiCall,
    ApiFault,
    Bracket,
    Brackets,
    EarnKind,
    EarnProduct,
    EarnState,
    Exchange,
    ExchangeUnavailable,
    Identity,
    IdentityReason,
    IdentityState,
    Login,
    LoginOutcome,
    OrderState,
    OrderType,
    PathPoint,
    RateRule,
    RateTier,
    Reward,
    SecurityState,
    Subscription,
)
from bellrock.triage.cases import Case
from bellrock.triage.decisions import Why
from bellrock.triage.diagnosing import Diagnosing
from bellrock.triage.handing_over import History, guarded_again
from bellrock.triage.patience import REST
from bellrock.triage.playbooks.telling import from_record, tell
from tests.triage.conftest import Chat
from tests.triage.playbooks.conftest import OpenCase
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_futures import BRACKETS, liquidation
from tests.triage.playbooks.things import NOW, SIGNING, SPOT, D, book, order, trade

OPEN = {"type": OrderType.LIMIT, "state": OrderState.OPEN, "price": D(100), "filled": D(0), "average_price": None}


def orders(**changes: Any) -> Exchange:
    one = order(**{**OPEN, "ended_at": None, **changes})
    return exchange(
        trading={"orders": (one,), "order": one, "trades": ()},
        market={"markets": (SPOT,), "book": book([("101", "1")], [("99", "1")])},
    )


async def sealed(chat: Chat, kind: str) -> dict[str, Any]:
    return (await chat.entries(kind))[-1].words["diagnosis"]  # type: ignore[index]


@pytest.mark.parametrize(("zone", "is_sure"), [("Asia/Shanghai", True), (None, False)])
async def test_the_day_in_the_words_is_that_of_the_customers_own_zone(
    open_case: OpenCase, zone: str | None, is_sure: bool
) -> None:
    """At 17 in Shanghai: 22 hours ago was yesterday there, 2 hours ago was not; somewhere it may have been."""
    known = {
        ago: order(**{**OPEN, "ended_at": None, "id": f"7001998{ago}", "created_at": NOW - timedelta(hours=ago)})
        for ago in (2, 22)
    }

    async def one(_account: str, *, order_id: str) -> Any:
        return next(each for each in known.values() if each.id == order_id)

    asked = exchange(
        trading={"orders": tuple(known.values()), "order": one, "trades": ()},
        market={"markets": (SPOT,), "book": book([("101", "1")], [("99", "1")])},
    )
    chat = await open_case("trading.order_not_filled", asked, language="zh-Hans")
    await people.note_zone(chat.tx, customer_id=chat.customer.id, zone=zone)
    decision = await chat.say("昨天的订单为什么还没有成交？")
    assert isinstance(decision, triage.Answer if is_sure else triage.Ask)
    text = (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert ("700199822" in text) is is_sure
    if is_sure:
        steps = (await sealed(chat, "conversations.replied"))["steps"]
        assert steps[0]["code"] == "day_said"


async def test_an_open_order_is_explained_and_how_it_was_reached_is_sealed(open_case: OpenCase) -> None:
    chat = await open_case("trading.order_not_filled", orders())
    decision = await chat.say("why is it not filled")
    assert isinstance(decision, triage.Answer)
    assert triage.Why.DIAGNOSED in decision.reasons
    reply = await chat.last_reply()
    assert "Your order 7001 is in the book" in reply.words["text"]  # type: ignore[index]
    assert reply.data["extras"] == {
        "topic": "order_not_filled",
        "ask": "helped",
        "quick_replies": ["helped", "person"],
        "diagnosis": "order_open",
        "language": "en",
    }
    found = from_record(await sealed(chat, "conversations.replied"))
    assert found is not None
    assert {source.kind for source in found.sources} == {"order", "book"}
    assert found.as_of == NOW - timedelta(hours=1)
    (decided,) = await chat.entries("triage.decided")
    assert (decided.data["diagnosis"], decided.data["settles"], decided.words) == ("order_open", True, {})
    assert "7001" not in str(decided.data)


async def test_the_same_diagnosis_is_not_told_twice(open_case: OpenCase) -> None:
    chat = await open_case("trading.order_not_filled", orders())
    await chat.say("why is it not filled")
    again = await chat.say("my order 7001 is still open, why was the limit order not filled")
    assert isinstance(again, triage.HandOver)


@pytest.mark.parametrize(
    ("more", "is_answered"), [(Why.GATE_ASSIST, True), (Why.NO_ARTICLE, True), (Why.REPEATED, False)]
)
async def test_a_hand_over_for_another_reason_stays_one_whatever_is_found(
    open_case: OpenCase, more: Why, is_answered: bool
) -> None:
    chat = await open_case("trading.order_not_filled", orders())
    decision = triage.HandOver("not_helped", "order_not_filled", "trading", "normal", (Why.SURE, more))
    diagnosing = Diagnosing(chat.vault, orders())
    question = await diagnosing.prepare(
        chat.tx, await chat.state(), Case(), decision, History(("is 7001 filled",)), now=NOW
    )
    outcome = await diagnosing.find_out(question, now=NOW)
    assert outcome.diagnosis is not None
    assert isinstance(outcome.decision, triage.Answer) is is_answered
    assert bool(outcome.words("en")) is is_answered


async def test_asks_once_for_the_order_and_takes_a_bare_number(open_case: OpenCase) -> None:
    one = order(**OPEN, ended_at=None)
    asked = exchange(
        trading={"orders": (one, replace(one, id="7002")), "order": one, "trades": ()},
        market={"markets": (SPOT,), "book": book([("101", "1")], [("99", "1")])},
    )
    chat = await open_case("trading.order_not_filled", asked)
    question = await chat.say("why is it not filled")
    assert isinstance(question, triage.Ask)
    assert (question.fact, question.topic) == ("order", "order_not_filled")
    assert "Which order is it?" in (await chat.last_reply()).words["text"]  # type: ignore[index]
    answer = await chat.say("7001")
    assert isinstance(answer, triage.Answer)
    assert ("order", ("nw-1",), {"order_id": "7001"}) in asked.trading.asked  # type: ignore[attr-defined]


async def test_asks_a_second_time_in_other_words_and_no_third(open_case: OpenCase) -> None:
    one = order(**OPEN, ended_at=None)
    asked = exchange(trading={"orders": (one, replace(one, id="7002")), "trades": ()}, market={})
    chat = await open_case("trading.order_not_filled", asked)
    assert isinstance(await chat.say("why is it not filled"), triage.Ask)
    again = await chat.say("where do I find it?")
    assert isinstance(again, triage.Ask)
    assert (again.fact, again.topic) == ("order_otherwise", "order_not_filled")
    assert (await chat.last_reply()).data["extras"]["picture"] == "order"
    assert isinstance(await chat.say("no idea"), triage.HandOver)


async def test_a_wrong_price_goes_to_a_person_with_the_evidence(open_case: OpenCase) -> None:
    one = order()
    asked = exchange(
        trading={"orders": (one,), "order": one, "trades": (trade("104", "2"),)},
        market={"markets": (SPOT,), "book": book([("100", "1"), ("101", "1")])},
    )
    chat = await open_case("trading.price_dispute", asked)
    decision = await chat.say("the price is wrong")
    assert isinstance(decision, triage.HandOver)
    assert decision.queue == "trading"
    found = from_record(await sealed(chat, "conversations.handed_over"))
    assert found is not None
    told = tell(found, "en")
    assert (told.code, told.settles) == ("price_wrong", False)
    assert "correct the difference" in told.next_step
    assert [name.split()[0] for name, _ in told.sources] == ["Order", "Trades", "Order"]
    assert "a specialist checks it" in (await chat.last_reply()).words["text"]  # type: ignore[index]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
async def test_a_liquidation_is_explained_with_its_path(open_case: OpenCase, language: str) -> None:
    path = tuple(
        PathPoint(NOW - timedelta(minutes=9 - place), D(1456 - place * 33), D(1), D(1456), D(1), D(1), D("1153.26"))
        for place in range(10)
    )
    asked = exchange(derivatives={"liquidations": (liquidation(),), "path": path}, contracts={"brackets": BRACKETS})
    chat = await open_case("futures.liquidation_explained", asked, language=language)
    decision = await chat.say("ETHUSDT?")
    assert isinstance(decision, triage.Answer)
    words = (await chat.last_reply()).words
    assert words is not None
    assert "1,153.26" in words["text"]
    assert len(words["chart"]["points"]) == 10
    assert "chart" not in words["diagnosis"]
    customers = await conversations.timeline(
        chat.tx,
        chat.vault,
        viewer=chat.customer,
        conversation_id=chat.conversation_id,  # type: ignore[arg-type]
    )
    theirs = customers[-1].words
    assert theirs is not None
    assert "chart" in theirs
    assert "diagnosis" not in theirs


async def test_a_disputed_liquidation_is_never_answered_but_its_case_is_complete(open_case: OpenCase) -> None:
    wrong = Brackets(BRACKETS.symbol, (Bracket(D(0), None, 5, D("0.05"), D(0)),), NOW, NOW)
    asked = exchange(derivatives={"liquidations": (liquidation(),), "path": ()}, contracts={"brackets": wrong})
    chat = await open_case("futures.liquidation_dispute", asked)
    assert isinstance(await chat.say("give it back"), triage.HandOver)
    assert (await sealed(chat, "conversations.handed_over"))["code"] == "liquidation_differs"
    assert "liquidated" not in (await chat.last_reply()).words["text"]  # type: ignore[index]


async def test_a_visitor_is_told_nothing_of_an_account_and_nothing_is_looked_up(open_case: OpenCase) -> None:
    asked = orders()
    chat = await open_case("trading.order_not_filled", asked, is_visitor=True)
    assert await chat.say("order 7001 is not filled") == proof_of("order_not_filled")
    assert (await chat.last_reply()).data["extras"]["proof"] == 1
    assert isinstance(await chat.say("order 7001 is not filled"), triage.HandOver), "asked once, not again"
    assert asked.trading.asked == []  # type: ignore[attr-defined]


def proof_of(topic: str) -> triage.Ask:
    return triage.Ask((), (Why.CHOSEN, Why.GATE_ASSIST, Why.PROOF_MISSING), fact="proof", topic=topic)


@pytest.mark.parametrize(("minutes", "is_told"), [(None, False), (16, False), (14, True)])
async def test_level_two_is_told_to_whoever_has_just_proven_it_alone(
    open_case: OpenCase, minutes: int | None, is_told: bool
) -> None:
    locked = SecurityState((), False, False, None, None, None, None, None, NOW + timedelta(hours=1), NOW)
    asked = exchange(account={"security": locked, "holds": (), "logins": (), "sessions": ()})
    chat = await open_case("account_security.account_frozen", asked)
    assert await chat.say("give me my account back") == proof_of("account_frozen")
    assert (await chat.last_reply()).data["extras"]["proof"] == 2
    assert asked.account.asked == []  # type: ignore[attr-defined]
    at = None if minutes is None else NOW - timedelta(minutes=minutes)
    await people.start_widget_session(chat.tx, customer=chat.customer, now=NOW, vouched_at=NOW, proved_at=at)
    decision = await chat.say("Confirmed: it is me.")
    said = (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert isinstance(decision, triage.Answer) is is_told
    assert ("too many wrong passwords" in said) is is_told
    assert (await chat.entries("triage.decided"))[-1].data.get("proof") == (2 if is_told else 1)
    assert (len(asked.account.asked) > 0) is is_told  # type: ignore[attr-defined]


async def test_how_an_account_stands_is_for_colleagues_even_when_it_is_proven(open_case: OpenCase) -> None:
    seen = Login("s1", NOW, LoginOutcome.OK, "Pixel", "RO", None, None, (Anomaly.NEW_DEVICE,))
    free = SecurityState((), False, False, None, None, None, None, None, None, NOW)
    asked = exchange(account={"security": free, "logins": (seen,), "sessions": (), "holds": ()})
    chat = await open_case("account_security.account_frozen", asked)
    await people.start_widget_session(chat.tx, customer=chat.customer, now=NOW, vouched_at=NOW, proved_at=NOW)
    assert isinstance(await chat.say("give me my account back"), triage.HandOver)
    kept = await sealed(chat, "conversations.handed_over")
    assert (kept["code"], kept["next"]) == ("account_state", "protect")
    assert "sign-in" not in (await chat.last_reply()).words["text"].lower()  # type: ignore[index]


async def test_money_at_risk_stays_protected_whatever_is_found(open_case: OpenCase) -> None:
    asked = exchange(account={"logins": (), "sessions": (), "holds": ()})
    chat = await open_case("account_security.account_hacked", asked)
    decision = await chat.say("somebody withdrew all my coins")
    assert isinstance(decision, triage.HandOver)
    assert (decision.is_protective, decision.priority) == (True, "urgent")
    assert (await sealed(chat, "conversations.handed_over"))["code"] == "account_state"
    reply = await chat.last_reply()
    assert "Lock your account" in reply.words["text"]  # type: ignore[index]
    assert reply.data["extras"]["offers"] == ["lock", "sessions", "keys", "withdrawals"]


@pytest.mark.parametrize("is_late", [False, True])
async def test_an_exchange_that_fails_or_is_late_leaves_the_case_to_a_person(
    open_case: OpenCase, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    async def late(*_: Any, **__: Any) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr("bellrock.triage.diagnosing.SECONDS_MAX", 0.01)
    asked = exchange(trading={"orders": late if is_late else ExchangeUnavailable()}, market={})
    chat = await open_case("trading.order_not_filled", asked)
    assert isinstance(await chat.say("why is it not filled"), triage.HandOver)
    assert "diagnosis" not in (await chat.entries("conversations.handed_over"))[-1].words  # type: ignore[operator]


async def test_an_exchange_that_failed_is_left_alone_for_a_while(open_case: OpenCase) -> None:
    asked = exchange(trading={"orders": ExchangeUnavailable()}, market={})
    chat = await open_case("trading.order_not_filled", asked)
    other = await open_case("trading.order_not_filled", asked)
    other.first_line = chat.first_line
    later = await open_case("trading.order_not_filled", asked)
    later.first_line, later.now = chat.first_line, NOW + REST
    for one, questions in ((chat, 1), (other, 1), (later, 2)):
        await one.say("why is it not filled")
        assert len(asked.trading.asked) == questions  # type: ignore[attr-defined]


async def test_a_signature_is_explained_without_an_account(open_case: OpenCase) -> None:
    asked = exchange(api={"signing": SIGNING, "limits": ()})
    chat = await open_case("api.api_error", asked, is_visitor=True)
    question = await chat.say("the call fails")
    assert isinstance(question, triage.Ask)
    decision = await chat.say("POST /api/v3/order?symbol=BTCUSDT&side=BUY&signature=AA&timestamp=1795338000000")
    assert isinstance(decision, triage.Answer)
    assert "the signature must be the last parameter" in (await chat.last_reply()).words["text"]  # type: ignore[index]


async def test_a_clock_that_is_wrong_is_named_with_its_distance(open_case: OpenCase) -> None:
    sent = NOW - timedelta(seconds=42)
    call = ApiCall("c1", None, "POST", "/order", 400, ApiFault.TIMESTAMP, "-1021", None, NOW, sent, None, 1, 1)
    rule = RateRule("requests", "address", 1200, 60, 120)
    asked = exchange(api={"signing": SIGNING, "limits": (rule,), "calls": (call,)})
    chat = await open_case("api.api_error", asked)
    assert isinstance(await chat.say("error -1021"), triage.Answer)
    text = (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert "42,000 ms away" in text
    assert "5,000 ms are allowed" in text


async def test_a_rejected_identification_is_told_unless_its_reason_never_is(open_case: OpenCase) -> None:
    rejected = Identity(
        account="nw-1",
        level=0,
        wanted_level=1,
        state=IdentityState.REJECTED,
        reasons=(IdentityReason.BLURRED, IdentityReason.DOCUMENT_EXPIRED),
        missing=(),
        country="DE",
        submitted_at=NOW,
        decided_at=NOW,
        due_at=None,
        attempts_left=2,
        as_of=NOW,
    )
    chat = await open_case("identity.kyc_rejected", exchange(identity={"identity": rejected}))
    assert isinstance(await chat.say("why"), triage.Answer)
    assert "the document has expired" in (await chat.last_reply()).words["text"]  # type: ignore[index]
    silent = replace(rejected, reasons=(IdentityReason.BLURRED, IdentityReason.REFUSED))
    chat = await open_case("identity.kyc_rejected", exchange(identity={"identity": silent}))
    assert isinstance(await chat.say("why"), triage.HandOver)
    double = replace(rejected, reasons=(IdentityReason.BLURRED, IdentityReason.DUPLICATE))
    chat = await open_case("identity.kyc_rejected", exchange(identity={"identity": double}))
    assert isinstance(await chat.say("why"), triage.HandOver)
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.words["diagnosis"]["code"] == "kyc_duplicate"  # type: ignore[index]
    # Whose papers they are, whoever hands them in must not learn.
    assert "another account" not in str((await chat.last_reply()).words)
    assert "duplicate" not in str((await chat.last_reply()).words)


async def test_rewards_are_computed_and_a_missing_day_goes_to_a_person(open_case: OpenCase) -> None:
    product = EarnProduct(
        "e1", "USDT Flexible", "USDT", EarnKind.FLEXIBLE, (RateTier(D(0), D("0.05")),), None, 0, 24, D(1), None, True
    )
    own = Subscription(
        "s1",
        "e1",
        "USDT",
        D(1000),
        EarnState.EARNING,
        NOW - timedelta(days=9),
        (NOW - timedelta(days=8)).replace(hour=0, minute=0),
        None,
        False,
        D(1),
    )
    a_day = D(1000) * D("0.05") / 365
    days = [(NOW - timedelta(days=back)).date() for back in range(2, 9)]
    rewards = tuple(Reward(str(day), "s1", day, "USDT", D(1000), D("0.05"), round(a_day, 8), NOW) for day in days)
    earn = {"products": (product,), "subscriptions": (own,), "rewards": rewards}
    chat = await open_case("earn.earn_yield", exchange(earn=earn))
    assert isinstance(await chat.say("how much do I get"), triage.Answer)
    said = (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert "that I checked (7)" in said
    assert "Not paid yet: the reward of 21 Nov 2026" in said, "yesterday's may still come"
    chat = await open_case("earn.earn_yield", exchange(earn={**earn, "rewards": rewards[1:]}))
    assert isinstance(await chat.say("how much do I get"), triage.HandOver)
    assert (await sealed(chat, "conversations.handed_over"))["code"] == "yield_wrong"


async def test_the_state_of_a_case_is_told_by_its_number(open_case: OpenCase) -> None:
    first = await open_case("trading.order_not_filled", exchange())
    await first.say("why is it not filled")
    chat = await open_case("general.case_status", exchange())
    decision = await chat.say("what became of my case")
    assert isinstance(decision, triage.Answer)
    reference = (await first.state()).reference
    text = (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert reference in text
    assert "number 1 in the queue" in text


def test_a_number_that_was_left_in_the_words_stays_and_no_other() -> None:
    own, other = "4111111111111111", "5555555555554444"
    assert guarded_again(f"{own} {other}", [f"my {own}"]).text == f"{own} ⟦card⟧"
