"""Days that people say in words: what they mean by them, in every language, and which order or transfer is meant by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.exchange import Exchange, ExchangeNotFound, Withdrawal, WithdrawalState
from bellrock.language.languages import LANGUAGES
from bellrock.triage.days import SaidDay, said_days
from bellrock.triage.entities import entities
from bellrock.triage.playbooks.asking import Asked, Missing, symbols_in
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import Found, look
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_looking_trading import LIVE
from tests.triage.playbooks.test_transfers import WITHDRAWAL
from tests.triage.playbooks.things import FEES, SCHEDULE, SPOT, D, book, order

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
YESTERDAY, MONDAY, BEFORE = date(2026, 11, 21), date(2026, 11, 16), date(2026, 11, 20)
# Of yesterday, of Monday, of the day before yesterday, and of a day that is still to come.
SAID = {
    "en": ("Where is yesterday’s withdrawal", "the order from Monday", "I sent it the day before yesterday", "I need it by Friday"),
    "zh-Hans": ("昨天的提现还没到", "周一的订单为什么没成交", "前天提的币", "下周一之前能到吗"),
    "zh-Hant": ("昨天的提領還沒到", "禮拜一嘅單", "前天提的", "下週一之前"),
    "ja": ("昨日の出金が届きません", "月曜日の注文", "おとといの出金", "来週の月曜まで"),
    "ko": ("어제 출금한 게 아직", "월요일 주문", "그저께 출금", "다음 주 월요일까지"),
    "es": ("el retiro de ayer no llega", "la orden del lunes", "lo envié anteayer", "lo necesito antes del lunes"),
    "fr": ("mon retrait d’hier", "l’ordre de lundi", "avant-hier", "d'ici lundi"),
    "ru": ("Вчерашний вывод не пришёл", "ордер с понедельника", "позавчера вывел", "нужно до понедельника"),
    "de": ("Wo ist die Auszahlung von gestern", "die Order vom Montag", "vorgestern abgeschickt", "ich brauche es bis Montag"),
    "tr": ("dünkü çekimim gelmedi", "pazartesi verdiğim emir", "evvelsi gün çektim", "pazartesiye kadar lazım"),
    "vi": ("lệnh rút hôm qua", "lệnh thứ hai", "rút hôm kia", "trước thứ hai"),
    "pt": ("o saque de ontem", "a ordem de segunda-feira", "anteontem", "preciso até segunda"),
    "it": ("il prelievo di ieri", "l’ordine di lunedì", "l'altro ieri", "entro lunedì"),
    "pl": ("wczorajsza wypłata", "zlecenie z poniedziałku", "przedwczoraj", "potrzebuję do poniedziałku"),
    "id": ("penarikan kemarin", "order hari Senin", "kemarin lusa", "sebelum Senin"),
    "nl": ("de opname van gisteren", "de order van maandag", "eergisteren", "voor maandag"),
    "ar": ("سحب أمس لم يصل", "طلب يوم الاثنين", "أول أمس", "الاثنين القادم"),
    "uk": ("вчорашнє виведення", "ордер з понеділка", "позавчора", "потрібно до понеділка"),
}  # fmt: skip


def days(text: str, language: str = "en", *, zone: str | None = None, now: datetime = SUNDAY) -> tuple[SaidDay, ...]:
    return said_days(text, language=language, zone=ZoneInfo(zone) if zone else None, now=now)


@pytest.mark.parametrize("language", SAID)
def test_what_was_is_understood_in_every_language_and_what_is_to_come_is_not(language: str) -> None:
    yesterday, monday, before, ahead = SAID[language]
    assert [one.day for one in days(yesterday, language)] == [YESTERDAY]
    assert [one.day for one in days(monday, language)] == [MONDAY]
    assert [one.day for one in days(before, language)] == [BEFORE]
    assert days(ahead, language) == ()


def test_every_language_of_the_house_has_its_days() -> None:
    assert set(SAID) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "language", "ago"),
    [
        ("3 days ago", "en", 3),
        ("قبل ٣ أيام", "ar", 3),
        ("两天前", "zh-Hans", 2),
        ("vor 12 Tagen", "de", 12),
        ("today's order", "en", 0),
    ],
)
def test_days_are_counted_in_any_figures(text: str, language: str, ago: int) -> None:
    assert [one.day for one in days(text, language)] == [SUNDAY.date() - timedelta(days=ago)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("please help me today", "en"),  # no word of when it was placed
        ("hier steht nichts", "de"),  # "here", and yesterday in French
        ("400 days ago", "en"),
        ("dua minggu", "id"),
        ("yesterday", "tlh"),
    ],
)
def test_other_words_are_no_days(text: str, language: str) -> None:
    assert days(text, language) == ()


def test_a_day_is_that_of_the_customers_zone_and_without_one_as_long_as_anywhere() -> None:
    (there,) = days("yesterday", zone="Pacific/Auckland")
    assert (there.begins, there.ends) == (SUNDAY.replace(day=20, hour=11), SUNDAY.replace(day=21, hour=11))
    (anywhere,) = days("yesterday")
    assert anywhere.begins <= there.begins
    assert there.ends <= anywhere.ends
    assert anywhere.ends - anywhere.begins == timedelta(hours=50)


def test_on_a_monday_monday_is_today_or_a_week_ago() -> None:
    monday = SUNDAY + timedelta(days=1)
    assert {one.day for one in days("the order from Monday", zone="UTC", now=monday)} == {MONDAY, monday.date()}
    # Sunday evening in London, and Monday morning in Tokyo: nobody knows where they are.
    assert {MONDAY, monday.date()} <= {one.day for one in days("Monday", now=SUNDAY.replace(hour=23))}


@given(text=st.text(max_size=60), language=st.sampled_from(sorted(SAID)), hours=st.integers(0, 200))
def test_whatever_is_written_a_day_is_never_to_come(text: str, language: str, hours: int) -> None:
    now = SUNDAY + timedelta(hours=hours)
    for one in days(f"{text} {SAID[language][0]}", language, now=now):
        assert one.begins < one.ends
        assert one.day <= (now + timedelta(hours=14)).date()


async def asked_of(name: str, there: Exchange, text: str, *, zone: str | None = "Europe/London") -> Found:
    said = days(text, zone=zone)
    return await look(name, Asked(there, {}, "nw-1", text, entities(text), SUNDAY, symbols_in(text), days=said))


def open_order(id: str, ago: timedelta) -> Any:
    return replace(order(price=D(100), **LIVE), id=id, created_at=SUNDAY - ago)


def trading(*orders: Any) -> Exchange:
    async def one(_account: str, *, order_id: str) -> Any:
        if found := [each for each in orders if each.id == order_id]:
            return found[0]
        raise ExchangeNotFound

    return exchange(
        trading={"orders": orders, "order": one, "trades": (), "fees": FEES},
        market={"markets": (SPOT,), "fee_schedule": SCHEDULE, "book": book([("101", "1")], [("99", "1")])},
    )


HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("why is yesterday's order not filled", "70029981"),
        ("my order from Monday is still open", "70039981"),
        ("order 70039981 from yesterday is not filled", "70039981"),  # a number says more
        ("why is my order not filled", "70019981"),  # the newest, as ever
        ("my order from three days ago", "70019981"),  # no day that is understood
    ],
)
async def test_the_day_in_the_words_tells_which_order_is_meant_and_it_is_said(text: str, id: str) -> None:
    rows = [
        open_order("70019981", 2 * HOURS),
        open_order("70029981", 20 * HOURS),
        open_order("70039981", 6 * DAYS),
    ]
    if id == "70019981":
        rows[1:] = [open_order("70029981", 2 * DAYS), rows[2]]
    told = await asked_of("order", trading(*rows), text)
    assert isinstance(told, Diagnosis)
    assert any(source.name == id for source in told.sources)
    is_by_day = id != "70019981" and "70039981 from" not in text
    assert ("I went by the day in your words" in answer(told, "en")) is is_by_day


@pytest.mark.parametrize("text", ["yesterday's order is not filled", "the order from Wednesday"])
async def test_none_or_several_of_a_day_are_asked_for(text: str) -> None:
    rows = [open_order("70019981", 6 * DAYS), open_order("70029981", 9 * DAYS)]  # none: the newest would be a guess
    assert await asked_of("order", trading(*rows), text) == Missing("order")
    near = [open_order("70019981", 2 * HOURS), open_order("70029981", 20 * HOURS)]
    assert await asked_of("order", trading(*near), text, zone=None) == Missing("order")  # past midnight in California
    rows = [
        open_order("70019981", 22 * HOURS),
        open_order("70029981", 30 * HOURS),
        open_order("70039981", 4 * DAYS + 2 * HOURS),
    ]
    rows.append(replace(rows[2], id="70049981"))
    assert await asked_of("order", trading(*rows), text) == Missing("order")


async def test_the_only_order_is_meant_whatever_day_is_said() -> None:
    told = await asked_of("order", trading(open_order("70019981", 6 * DAYS)), "since yesterday my order is not filled")
    assert isinstance(told, Diagnosis)
    assert "by the day" not in answer(told, "en")


def sent(id: str, ago: timedelta, amount: str) -> Withdrawal:
    return replace(WITHDRAWAL, id=id, amount=D(amount), created_at=SUNDAY - ago, state=WithdrawalState.CANCELLED)


async def test_the_day_tells_which_withdrawal_is_meant_and_a_guess_is_said_to_be_one() -> None:
    rows = (sent("w1", 3 * HOURS, "1"), sent("w2", 20 * HOURS, "2"), sent("w3", 6 * DAYS, "3"))
    there = exchange(funds={"withdrawals": rows}, networks={"rules": ()})
    for text, id, said in (
        ("where is yesterday's withdrawal", "w2", "by the day in your words"),
        ("the withdrawal from Monday", "w3", "by the day in your words"),
        ("the withdrawal from Wednesday", "w1", "this is the newest one"),
    ):
        told = await asked_of("withdrawal", there, text)
        assert isinstance(told, Diagnosis)
        assert told.sources[0].name == id
        assert said in answer(told, "en")
