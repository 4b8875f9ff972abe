"""Times in words: understood whole or not at all, in the zone that is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale, dates
from hypothesis import given
from hypothesis import strategies as st

from bellrock import workbench
from bellrock.conversations import SnoozeInPast
from bellrock.core import BellrockError

SUNDAY = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")]


def read(words: str, *, language: str = "en", zone: ZoneInfo = BERLIN, theirs: ZoneInfo | None = TOKYO) -> str:
    moment = workbench.read_time(words, now=SUNDAY, zone=zone, customer_zone=theirs, language=language)
    return moment.at.astimezone(moment.zone).strftime("%a %d %H:%M %Z")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("tomorrow nine, customer's time", "Mon 23 09:00 JST"),
        ("tomorrow at nine pm, their time", "Mon 23 21:00 JST"),
        ("in 3 hours", "Sun 22 11:30 CET"),
        ("In an hour!", "Sun 22 09:30 CET"),
        ("half an hour", "Sun 22 09:00 CET"),
        ("90 min", "Sun 22 10:00 CET"),
        ("2d", "Tue 24 08:30 CET"),
        ("in three days", "Wed 25 08:30 CET"),
        ("Monday", "Mon 23 09:00 CET"),
        ("next monday at 14:00", "Mon 23 14:00 CET"),
        ("Fri afternoon", "Fri 27 14:00 CET"),
        ("sunday", "Sun 29 09:00 CET"),
        ("9", "Sun 22 09:00 CET"),
        ("8", "Mon 23 08:00 CET"),
        ("9:30 pm", "Sun 22 21:30 CET"),
        ("nine pm", "Sun 22 21:00 CET"),
        ("tomorrow evening 7", "Mon 23 19:00 CET"),
        ("tomorrow in the afternoon 3 o'clock", "Mon 23 15:00 CET"),
        ("tonight", "Sun 22 20:00 CET"),
        ("noon", "Sun 22 12:00 CET"),
        ("day after tomorrow", "Tue 24 09:00 CET"),
        ("next week", "Sun 29 09:00 CET"),
        ("2026-12-01 8:15", "Tue 01 08:15 CET"),
    ],
)
def test_english_is_understood(words: str, meant: str) -> None:
    assert read(words) == meant


@pytest.mark.parametrize(
    ("language", "words", "meant"),
    [
        ("de", "in 3 Stunden", "Sun 22 11:30 CET"),
        ("de", "Montag 14 Uhr", "Mon 23 14:00 CET"),
        ("zh-Hans", "3小时后", "Sun 22 11:30 CET"),
        ("ja", "金曜日 9時", "Fri 27 09:00 CET"),
        ("ar", "خلال ساعتين", "Sun 22 10:30 CET"),
        ("ru", "через 3 часа", "Sun 22 11:30 CET"),
        ("ko", "월요일", "Mon 23 09:00 CET"),
        # Weekdays with their prepositions and in the case these ask for.
        ("ru", "в понедельник", "Mon 23 09:00 CET"),
        ("ru", "в среду в 15:00", "Wed 25 15:00 CET"),
        ("ru", "во вторник утром", "Tue 24 09:00 CET"),
        ("uk", "у понеділок", "Mon 23 09:00 CET"),
        ("uk", "в середу о 10", "Wed 25 10:00 CET"),
        ("uk", "п’ятниця", "Fri 27 09:00 CET"),
        ("uk", "у п\u02bcятницю", "Fri 27 09:00 CET"),
        ("pl", "we wtorek", "Tue 24 09:00 CET"),
        ("pl", "w środę o 14:00", "Wed 25 14:00 CET"),
        ("de", "am Montag", "Mon 23 09:00 CET"),
        ("de", "nächsten Freitag um 8 Uhr", "Fri 27 08:00 CET"),
        ("fr", "lundi prochain à 14h", "Mon 23 14:00 CET"),
        ("es", "el lunes a las 9", "Mon 23 09:00 CET"),
        ("it", "lunedi alle 15", "Mon 23 15:00 CET"),
        ("pt", "na segunda", "Mon 23 09:00 CET"),
        ("pt", "na sexta às 16h", "Fri 27 16:00 CET"),
        ("nl", "op maandag om 9 uur", "Mon 23 09:00 CET"),
        ("tr", "pazartesi günü saat 10'da", "Mon 23 10:00 CET"),
        ("id", "hari Senin jam 9", "Mon 23 09:00 CET"),
        ("vi", "thứ 2 lúc 9 giờ", "Mon 23 09:00 CET"),
        ("ko", "월요일에 오후 3시", "Mon 23 15:00 CET"),
        ("ja", "あさっての午後3時", "Tue 24 15:00 CET"),
        # A span of one, of a half, and with the number in words.
        ("ru", "через час", "Sun 22 09:30 CET"),
        ("ru", "через полчаса", "Sun 22 09:00 CET"),
        ("ru", "через два часа", "Sun 22 10:30 CET"),
        ("uk", "за годину", "Sun 22 09:30 CET"),
        ("uk", "через годину", "Sun 22 09:30 CET"),
        ("uk", "за 3 години", "Sun 22 11:30 CET"),
        ("pl", "za godzinę", "Sun 22 09:30 CET"),
        ("de", "morgen 12 am", "Mon 23 00:00 CET"),
        ("de", "in einer Stunde", "Sun 22 09:30 CET"),
        ("de", "in einer halben Stunde", "Sun 22 09:00 CET"),
        ("fr", "dans une heure", "Sun 22 09:30 CET"),
        ("es", "en una hora", "Sun 22 09:30 CET"),
        ("es", "en media hora", "Sun 22 09:00 CET"),
        ("it", "tra un’ora", "Sun 22 09:30 CET"),
        ("pt", "daqui a uma hora", "Sun 22 09:30 CET"),
        ("nl", "over een uur", "Sun 22 09:30 CET"),
        ("tr", "bir saat sonra", "Sun 22 09:30 CET"),
        ("id", "sejam lagi", "Sun 22 09:30 CET"),
        ("vi", "3 tiếng nữa", "Sun 22 11:30 CET"),
        ("ar", "بعد ساعة", "Sun 22 09:30 CET"),
        ("ar", "بعد 3 ساعات", "Sun 22 11:30 CET"),
        ("ar", "بعد ساعتين", "Sun 22 10:30 CET"),
        ("ar", "الساعة 9", "Sun 22 09:00 CET"),
        ("ar", "غدًا الساعة 9 مساءً", "Mon 23 21:00 CET"),
        ("zh-Hans", "3 小时后", "Sun 22 11:30 CET"),
        ("zh-Hans", "两个小时后", "Sun 22 10:30 CET"),
        ("zh-Hans", "后天下午3点", "Tue 24 15:00 CET"),
        ("zh-Hans", "后天下午三点", "Tue 24 15:00 CET"),
        ("zh-Hans", "下周二", "Tue 24 09:00 CET"),
        ("zh-Hant", "3小時後", "Sun 22 11:30 CET"),
        ("zh-Hant", "週五早上10點", "Fri 27 10:00 CET"),
    ],
)
def test_so_is_the_agents_own_language(language: str, words: str, meant: str) -> None:
    assert read(words, language=language) == meant


@pytest.mark.parametrize(
    "words", ["", "banana", "yesterday", "tomorrow banana", "25:00", "in 0 hours", "2026-13-40", "9 9"]
)
def test_what_is_not_understood_whole_is_refused(words: str) -> None:
    with pytest.raises(workbench.WordsNotUnderstood):
        read(words)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "через банан"), ("de", "am"), ("zh-Hans", "周一香蕉"), ("ar", "بعد موز"), ("fr", "lundi peut-être")],
)
def test_nor_is_another_language_guessed_at(language: str, words: str) -> None:
    with pytest.raises(workbench.WordsNotUnderstood):
        read(words, language=language)


def test_what_is_over_or_far_off_is_refused() -> None:
    with pytest.raises(SnoozeInPast):
        read("today 8:00")
    with pytest.raises(BellrockError):
        read("in 400 days")


def test_the_customers_time_is_not_guessed() -> None:
    with pytest.raises(workbench.ZoneUnknown):
        read("tomorrow nine, customer's time", theirs=None)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    days=st.integers(1, 300),
)
def test_a_date_and_a_time_are_what_the_clock_on_the_wall_shows_then(
    now: datetime, zone: ZoneInfo, hour: int, minute: int, days: int
) -> None:
    day = (now.astimezone(zone) + timedelta(days=days)).date()
    moment = workbench.read_time(f"{day.isoformat()} {hour:02}:{minute:02}", now=now, zone=zone)
    wall = moment.at.astimezone(zone)
    expected = datetime.combine(day, time(hour, minute), tzinfo=zone)
    exists = expected.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == expected.replace(tzinfo=None)
    assert (wall.date(), wall.hour, wall.minute) == (day, hour, minute) or not exists
    assert moment.at > now


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC)),
    zone=st.sampled_from(ZONES),
    language=st.sampled_from(["en", "de", "fr", "es", "pt", "it", "nl", "pl", "ru", "uk", "tr", "id", "vi"]),
    weekday=st.integers(0, 6),
    count=st.integers(1, 40),
)
def test_every_language_reads_its_weekdays_and_spans(
    now: datetime, zone: ZoneInfo, language: str, weekday: int, count: int
) -> None:
    locale = Locale.parse(language)
    name = locale.days["format"]["wide"][weekday]
    wall = workbench.read_time(name, now=now, zone=zone, language=language).at.astimezone(zone)
    assert (wall.weekday(), wall.hour) == (weekday, 9)
    assert 0 < (wall.date() - now.astimezone(zone).date()).days <= 7
    said = dates.format_timedelta(
        timedelta(hours=count), granularity="hour", add_direction=True, threshold=1_000, locale=locale
    )
    assert workbench.read_time(said, now=now, zone=zone, language=language).at == now + timedelta(hours=count)


@given(st.text(max_size=60))
def test_any_text_is_a_time_ahead_or_refused(words: str) -> None:
    try:
        moment = workbench.read_time(words, now=SUNDAY, zone=BERLIN, customer_zone=TOKYO)
    except BellrockError:
        return
    assert SUNDAY < moment.at <= SUNDAY + timedelta(days=366)
    assert isinstance(moment.at.date(), date)
