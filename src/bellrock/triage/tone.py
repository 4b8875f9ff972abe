"""How pressing a message is and in what mood it was written: from words and facts, and from how it sounds; each has a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from bellrock.conversations import PRIORITIES, Priority
from bellrock.triage import sounding
from bellrock.triage.decisions import Decision, HandOver
from bellrock.triage.model import Understanding
from bellrock.triage.rules import Sign, calm, joined, read
from bellrock.triage.sounding import MOODS, URGENCIES, Sound
from bellrock.triage.together import is_fragment
from bellrock.triage.topics import read_toml, topics

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

URGENT_MIN = 0.75
"""From this share on a message sounds urgent. Of those that no words had found, nine of ten are in languages that were not learnt
from, five of six by authors that were not."""
DESPAIR_MIN = 0.5
"""From this share on a message sounds like despair: of held-back messages seven of eight that do then, and one of two hundred
of everyday ones."""
DESPAIR_WORDS_MIN, DESPAIR_SIGNS_MIN = 6, 12
"""With fewer words (or signs, where words have no blanks between), three of ten everyday messages sounded like it."""
SHOUTED_SIGNS_MIN = 12
"""Fewer capitals than that may be a coin, a network or a habit."""
_SHOUTED_SHARE = 0.7
_CODES = re.compile(r"(?<!\w)[^\W\d]*\d\w*")  # looked for where words begin alone: ten thousand letters cost no second
_NAMES = re.compile(
    r"\b(?:BTC|ETH|USDT?|USDC|EUR|SOL|BNB|XRP|TON|TRX|DOGE|ADA|LTC|TRC|ERC|BEP|MATIC|ARB|SEPA|SWIFT|IBAN|KYC|API|OTP|SMS|TXID|UID"
    r"|APY|APR|PNL|NFT|SEC|TP|SL|VIP|FAQ)\b"
)
_MARKS = re.compile(r"[!！]{3,}|[?？!！]{4,}")
# A wish for haste alone is weighed: it counts where money or the way in may be at stake.
_HASTE_COUNTS = frozenset({"account_security", "funding", "trading", "futures"})


class Cue(StrEnum):
    """One thing that makes a message pressing or tells a mood, as the record keeps it."""

    MONEY_AT_RISK = "money_at_risk"
    DISTRESS = "distress"
    DEADLINE = "deadline"
    REPEATED = "repeated"
    HARDSHIP = "hardship"
    HASTE = "haste"
    ANGER = "anger"
    SHOUTING = "shouting"
    SOUNDS_URGENT = "sounds_urgent"
    SOUNDS_PRESSING = "sounds_pressing"
    SOUNDS_DISTRESSED = "sounds_distressed"
    SOUNDS_ANGRY = "sounds_angry"
    SOUNDS_WORRIED = "sounds_worried"


_OF_WORDS = (Cue.DEADLINE, Cue.REPEATED, Cue.HARDSHIP, Cue.HASTE, Cue.ANGER)
_CALM = "calm"
COLUMNS = (*(cue.value for cue in Cue if not cue.startswith("sounds_")), _CALM)
"""The cues by words that the head looks at beside meaning, and whether other words take some back."""
_GRAVE = frozenset({Cue.MONEY_AT_RISK, Cue.DISTRESS, Cue.SOUNDS_URGENT})
_PRESSING = frozenset({Cue.DEADLINE, Cue.REPEATED, Cue.HARDSHIP, Cue.SOUNDS_PRESSING})


class Mood(StrEnum):
    """In what mood a message was written, the gravest that its cues tell."""

    DISTRESSED = "distressed"
    ANGRY = "angry"
    WORRIED = "worried"
    CALM = "calm"


_SOUNDS = {
    Mood.DISTRESSED: Cue.SOUNDS_DISTRESSED,
    Mood.ANGRY: Cue.SOUNDS_ANGRY,
    Mood.WORRIED: Cue.SOUNDS_WORRIED,
}


@dataclass(frozen=True, slots=True)
class Tone:
    """The cues of a message, in the order of their weight. `sounds` is the mood by its meaning; None where that is not known."""

    cues: tuple[Cue, ...] = ()
    sounds: Mood | None = None

    @property
    def mood(self) -> Mood:
        """The gravest mood that is told; fear for money by meaning where that is known: many report a theft calmly."""
        told = {self.sounds or Mood.CALM}
        if Cue.DISTRESS in self.cues:
            told.add(Mood.DISTRESSED)
        if {Cue.ANGER, Cue.SHOUTING} & set(self.cues):
            told.add(Mood.ANGRY)
        if self.sounds is None and {Cue.MONEY_AT_RISK, Cue.HARDSHIP} & set(self.cues):
            told.add(Mood.WORRIED)
        return min(told, key=list(Mood).index)

    def urgency(self, topic: str | None) -> Priority:
        """Return how pressing it is: anger and shouting alone press nothing, haste where money or the way in may be at stake."""
        if _GRAVE & set(self.cues):
            return "urgent"
        if _PRESSING & set(self.cues):
            return "high"
        found = topics().get(topic) if topic else None
        return "high" if Cue.HASTE in self.cues and found and found.category in _HASTE_COUNTS else "normal"


def tone(
    text: str,
    *,
    language: str,
    signs: Collection[Sign] = (),
    earlier: Sequence[str] = (),
    meaning: NDArray[float32] | None = None,
) -> Tone:
    """Return the tone of a message in its language; `earlier` are the customer's messages before it in this conversation.

    `meaning` is its centred meaning where it was understood; without it words alone are heard.
    """
    columns = words(text, language=language, signs=signs, earlier=earlier)
    found = [Cue(name) for name in columns if name != _CALM]
    if meaning is None:
        return Tone(_ordered(found))
    return raised(found, sounding.shipped().sound(meaning, columns))


def words(text: str, *, language: str, signs: Collection[Sign] = (), earlier: Sequence[str] = ()) -> frozenset[str]:
    """Return which of COLUMNS are found by words and facts."""
    folded = read(text)
    taking_back = calm(language)
    heard, taken_back = taking_back.subn(" ", folded) if taking_back else (folded, 0)
    found: set[str] = {cue for cue in _OF_WORDS if language in _rules()[cue] and _rules()[cue][language].search(heard)}
    found |= {Cue.MONEY_AT_RISK for sign in signs if sign is Sign.MONEY_AT_RISK}
    found |= {Cue.DISTRESS for sign in signs if sign is Sign.DISTRESS}
    if folded and folded in {read(said) for said in earlier}:
        found.add(Cue.REPEATED)
    if _is_shouted(text):
        found.add(Cue.SHOUTING)
    return frozenset(found | {_CALM} if taken_back else found)


def raised(found: Collection[Cue], sound: Sound) -> Tone:
    """Return the tone by words and by how it sounds: no cue is lost, and what the sound adds has a cue of its own."""
    mood = Mood(_likeliest(MOODS, sound.mood))
    said = Tone(tuple(found))
    cues = set(found)
    if mood in _SOUNDS and list(Mood).index(mood) < list(Mood).index(said.mood):
        cues.add(_SOUNDS[mood])
    if not _GRAVE & cues:
        if sound.urgency[URGENCIES.index("urgent")] >= URGENT_MIN:
            cues.add(Cue.SOUNDS_URGENT)
        elif not _PRESSING & cues and _likeliest(URGENCIES, sound.urgency) != "normal":
            cues.add(Cue.SOUNDS_PRESSING)
    return Tone(_ordered(cues), mood)


def sounds_desperate(understanding: Understanding | None, text: str) -> bool:
    """Say whether what was understood sounds like despair, whatever words stand there.

    A few words are not judged: "what am I to do now?" sounds like it and is none; those that tell of it stand in the rules.
    """
    if understanding is None or understanding.meaning is None:
        return False
    if is_fragment(text, words_max=DESPAIR_WORDS_MIN - 1, signs_max=DESPAIR_SIGNS_MIN - 1):
        return False
    return sounding.shipped().sound(understanding.meaning, ()).despair >= DESPAIR_MIN


def urgency_of(decision: Decision, heard: Tone, topic: str | None) -> Priority:
    """Return how pressing a message is: by its tone, and no less than the decision says that fetches a person for it."""
    said = heard.urgency(topic)
    return min(said, decision.priority, key=PRIORITIES.index) if isinstance(decision, HandOver) else said


def _ordered(cues: Collection[Cue]) -> tuple[Cue, ...]:
    return tuple(cue for cue in Cue if cue in cues)


def _likeliest(names: Sequence[str], shares: Sequence[float]) -> str:
    return max(zip(shares, names, strict=True))[1]


def _is_shouted(text: str) -> bool:
    if _MARKS.search(text):
        return True
    letters = [sign for sign in _NAMES.sub("", _CODES.sub("", text)) if sign.isalpha()]
    return len(letters) >= SHOUTED_SIGNS_MIN and sum(map(str.isupper, letters)) >= _SHOUTED_SHARE * len(letters)


@cache
def _rules() -> dict[str, dict[str, re.Pattern[str]]]:
    return {
        name: {language: joined(patterns) for language, patterns in table.items()}
        for name, table in read_toml("tone.toml").items()
        if name != _CALM
    }
