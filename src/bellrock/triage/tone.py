"""How pressing a message is and in what mood it was written: from words and facts, each of which can be named."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bellrock.conversations import Priority
from bellrock.triage.rules import Sign, joined, read
from bellrock.triage.topics import read_toml, topics

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


_OF_WORDS = (Cue.DEADLINE, Cue.REPEATED, Cue.HARDSHIP, Cue.HASTE, Cue.ANGER)
_CALM = "calm"


class Mood(StrEnum):
    """In what mood a message was written, the gravest that its cues tell."""

    DISTRESSED = "distressed"
    ANGRY = "angry"
    WORRIED = "worried"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Tone:
    """The cues of a message, in the order of their weight."""

    cues: tuple[Cue, ...] = ()

    @property
    def mood(self) -> Mood:
        if Cue.DISTRESS in self.cues:
            return Mood.DISTRESSED
        if Cue.ANGER in self.cues or Cue.SHOUTING in self.cues:
            return Mood.ANGRY
        return Mood.WORRIED if {Cue.MONEY_AT_RISK, Cue.HARDSHIP} & set(self.cues) else Mood.CALM

    def urgency(self, topic: str | None) -> Priority:
        """Return how pressing it is: anger and shouting alone press nothing, haste where money or the way in may be at stake."""
        if {Cue.MONEY_AT_RISK, Cue.DISTRESS} & set(self.cues):
            return "urgent"
        if {Cue.DEADLINE, Cue.REPEATED, Cue.HARDSHIP} & set(self.cues):
            return "high"
        found = topics().get(topic) if topic else None
        return "high" if Cue.HASTE in self.cues and found and found.category in _HASTE_COUNTS else "normal"


def tone(text: str, *, language: str, signs: Collection[Sign] = (), earlier: Sequence[str] = ()) -> Tone:
    """Return the tone of a message in its language; `earlier` are the customer's messages before it in this conversation."""
    folded = read(text)
    calm = _rules()[_CALM].get(language)
    heard = calm.sub(" ", folded) if calm else folded
    found = {cue for cue in _OF_WORDS if language in _rules()[cue] and _rules()[cue][language].search(heard)}
    found |= {Cue.MONEY_AT_RISK for sign in signs if sign is Sign.MONEY_AT_RISK}
    found |= {Cue.DISTRESS for sign in signs if sign is Sign.DISTRESS}
    if folded and folded in {read(words) for words in earlier}:
        found.add(Cue.REPEATED)
    if _is_shouted(text):
        found.add(Cue.SHOUTING)
    return Tone(tuple(cue for cue in Cue if cue in found))


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
    }
