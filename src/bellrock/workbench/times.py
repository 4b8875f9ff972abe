"""Times in words: "tomorrow nine, customer's time", "in 3 hours", "Monday" become one instant.

English is always read; the agent's own language is read through its weekdays and spans (Unicode CLDR), a few translated
words, and the forms in times.toml. A text is understood whole or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bellrock import conversations
from bellrock.core import Invalid
from bellrock.workbench.errors import WordsNotUnderstood, ZoneUnknown
from bellrock.workbench.vocabulary import Vocabulary, plain, vocabulary

WORDS_MAX = 100
AHEAD_MAX = timedelta(days=366)
MORNING = time(9, 0)

_CLOCK = re.compile(
    r"(?<![\w:.])(?:at |um |@ ?)?(\d{1,2})(?:[:.h](\d{2}))?\s*(a\.?m\.?|p\.?m\.?|o'clock|uhr|h|点|點|時|시)?(?![\w:])"
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
# A word in a script without spaces, or whose particles are written onto it, stands anywhere.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Moment:
    """What words meant: an instant in UTC, and the zone in which they were meant."""

    at: datetime
    zone: ZoneInfo
    is_theirs: bool


def read_time(
    words: str, *, now: datetime, zone: ZoneInfo, customer_zone: ZoneInfo | None = None, language: str = "en"
) -> Moment:
    """Return the instant that words mean for an agent in `zone`.

    A day without a time is nine in the morning; a time without a day is the next time the clock shows it. Raises
    WordsNotUnderstood, ZoneUnknown when the customer's zone is asked for and unknown, SnoozeInPast for what is over,
    Invalid for more than a year ahead.
    """
    spoken = vocabulary(language)
    text, is_theirs = _whose(_plain(words), spoken)
    if is_theirs and customer_zone is None:
        raise ZoneUnknown
    meant = customer_zone if is_theirs and customer_zone is not None else zone
    at = _span(text, spoken, now, meant) or _day_and_time(text, spoken, now, meant)
    if at is None:
        raise WordsNotUnderstood
    if at <= now:
        raise conversations.SnoozeInPast
    if at > now + AHEAD_MAX:
        raise Invalid
    return Moment(at, meant, is_theirs)


def _plain(words: str) -> str:
    return plain(re.sub(r"[,;!?،、。]", " ", words[:WORDS_MAX]))


def _whose(text: str, spoken: Vocabulary) -> tuple[str, bool]:
    """Take out whose time is meant."""
    for phrases, is_theirs in ((spoken.theirs, True), (spoken.ours, False)):
        rest = _without(text, phrases)
        if rest is not None:
            return rest, is_theirs
    return text, False


def _span(text: str, spoken: Vocabulary, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Read "in 3 hours". Hours run on the stopwatch; days keep the time on the wall."""
    for pattern, unit, fixed in spoken.spans:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        count = fixed or _count(found[1], spoken)
        if count is None or not 0 < count <= 10_000:
            return None
        if unit in ("minutes", "hours"):
            return now + timedelta(**{unit: count})
        local = now.astimezone(zone)
        return datetime.combine(local.date() + timedelta(**{unit: count}), local.time(), tzinfo=zone).astimezone(UTC)
    return None


def _count(text: str, spoken: Vocabulary) -> float | None:
    if text in spoken.numbers:
        return spoken.numbers[text]
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def _day_and_time(text: str, spoken: Vocabulary, now: datetime, zone: ZoneInfo) -> datetime | None:
    local = now.astimezone(zone)
    day, text = _day(text, spoken, local)
    clock, text = _clock(text, spoken)
    if _bare(text, spoken) or (day is None and clock is None):
        return None
    if day is None:
        assert clock is not None
        today = datetime.combine(local.date(), clock, tzinfo=zone).astimezone(UTC)
        if today > now:
            return today
        day = local.date() + timedelta(days=1)
    return datetime.combine(day, clock or MORNING, tzinfo=zone).astimezone(UTC)


def _day(text: str, spoken: Vocabulary, local: datetime) -> tuple[date | None, str]:
    """Take out which day is meant."""
    if found := _ISO.search(text):
        try:
            return date(*(int(part) for part in found.groups())), text[: found.start()] + " " + text[found.end() :]
        except ValueError:
            return None, text
    for phrase, weekday in spoken.next_week:
        if (rest := _without(text, (phrase,))) is not None:
            return local.date() + timedelta(days=7 + weekday - local.weekday()), rest
    for phrase, days in spoken.days:
        if (rest := _without(text, (phrase,))) is not None:
            return local.date() + timedelta(days=days), rest
    for phrase, weekday in spoken.weekdays:
        if (rest := _without(text, (phrase,))) is not None:
            return local.date() + timedelta(days=(weekday - local.weekday() - 1) % 7 + 1), rest
    return None, text


def _clock(text: str, spoken: Vocabulary) -> tuple[time | None, str]:
    """Take out which time of the day is meant: a part of the day, a number on the clock, or both."""
    part: time | None = None
    for phrase, begins in spoken.parts:
        if (rest := _without(text, (phrase,))) is not None:
            part, text = begins, rest
            break
    text = _bare(text, spoken)
    for phrase, number in spoken.numbers.items():
        if number == int(number) and 1 <= number <= 12 and (found := _find(text, phrase)):
            text = f"{text[: found.start()]}{int(number)}{text[found.end() :]}"
            break
    found = _CLOCK.search(text)
    if found is None:
        return part, text
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half == "pm" or (half != "am" and part is not None and part.hour >= 12 and 0 < hour < 12):
        hour = hour % 12 + 12
    elif half == "am":
        hour %= 12
    if hour > 23 or minute > 59:
        return None, text
    return time(hour, minute), f"{text[: found.start()]} {text[found.end() :]}"


def _bare(text: str, spoken: Vocabulary) -> str:
    """Return the text without the words that mean nothing here."""
    for word in spoken.fillers:
        if _UNSPACED.search(word):
            text = text.replace(word, " ")
    kept: list[str] = []
    for word in text.split():
        is_half = word == "am" and kept and kept[-1][-1].isdigit()  # German has an "am" too
        if is_half or word not in spoken.fillers:
            kept.append(word)
    return " ".join(kept)


def _without(text: str, phrases: tuple[str, ...]) -> str | None:
    """Return the text without the first of these phrases that stands in it, or None."""
    for phrase in phrases:
        if found := _find(text, phrase):
            return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    return None


def _find(text: str, phrase: str) -> re.Match[str] | None:
    bounds = ("", "") if _UNSPACED.search(phrase) else (r"(?<!\w)", r"(?!\w)")
    return re.search(f"{bounds[0]}{re.escape(phrase)}{bounds[1]}", text)
