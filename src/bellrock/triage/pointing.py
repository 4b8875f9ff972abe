"""A message in its conversation: a bare id needs no words of its own, and "how long?" is about what was answered last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bellrock.triage.cases import Case
from bellrock.triage.deciding import PROTECT_MIN
from bellrock.triage.decisions import PLEASANTRIES
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.greetings import on_offer
from bellrock.triage.model import Understanding
from bellrock.triage.playbooks.book import Says, playbooks
from bellrock.triage.topics import NEAR_MISS, Gate, topics

SURE_MIN = 0.8
"""So likely, a topic is another one than that of the answer before."""
OFFERED_MIN = 0.6
"""So likely, a message that follows a list of topics picks one of them in words."""
_LEADS_MIN = 0.2
_BESIDE_MAX, _LETTERS_MAX = 3, 24
_WORDS_MAX, _SIGNS_MAX = 5, 32
_DISPUTES = frozenset({"liquidation_dispute", "price_dispute", "fee_dispute"})
_EXPLAINED = frozenset(
    {"liquidation_explained", "price_dispute", "fee_dispute", "order_not_filled", "deposit_not_credited"}
)
_DEPOSIT, _CASE_STATUS = "deposit_not_credited", "case_status"
_FEES = "network_fee"
_MOVES_MONEY = frozenset({"deposit", "withdrawal", "network_fees"})
_MONEY = frozenset({EntityKind.AMOUNT, EntityKind.COIN, EntityKind.NETWORK})
_IDS = frozenset({EntityKind.TXID, EntityKind.ADDRESS})
_TXID = frozenset({"txid", "txid_withdrawn"})
_LONG = re.compile(r"[0-9A-Za-z_-]{20}")
_CUT_OFF = re.compile(r"(?<!\w)(?:0x)?[0-9a-fA-F]{20,}(?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[#№]?(?=[\w-]{4,40}$)(?=.*[\d-])[A-Za-z0-9][\w-]*", re.ASCII)
_NO_NUMBER = frozenset({EntityKind.NETWORK, EntityKind.COIN, EntityKind.DEVICE, EntityKind.DATE, EntityKind.AMOUNT})


def ids_in(text: str) -> tuple[str, ...]:
    """Return the transaction ids and addresses in a text, also one that lost its end."""
    if _LONG.search(text) is None:
        return ()
    named = [one.text for one in entities(text) if one.kind in _IDS]
    return (*named, *(one for one in _CUT_OFF.findall(text) if one not in named))


def without_ids(text: str) -> str:
    """Return the words of a text without ids and links to them: to a classifier, 64 digits look like anything."""
    ids = ids_in(text)
    if not ids:
        return text
    links = [one.text for one in entities(text) if one.kind is EntityKind.URL]
    for gone in (*(link for link in links if any(one in link for one in ids)), *ids):
        text = text.replace(gone, " ")
    return " ".join(text.split())


def is_bare(text: str) -> bool:
    """Say whether a text is no more than ids, or a link to one on an explorer, with their name: its words say nothing."""
    beside = without_ids(text)
    if beside == text or any(one.kind is EntityKind.URL for one in entities(beside)):
        return False
    words = _WORD.findall(beside)
    return len(words) <= _BESIDE_MAX and sum(map(len, words)) <= _LETTERS_MAX


def is_number(text: str) -> bool:
    """Say whether a text is one number of an order and nothing else, as exchanges write them: digits, or words with hyphens."""
    if _NUMBER.fullmatch(text.strip()) is None or ids_in(text):
        return False
    return not any(one.kind in _NO_NUMBER for one in entities(text))


def topic_of_id(text: str, case: Case) -> str | None:
    """Return the topic that a bare id is about: one just offered or answered that asks for such an id; else, of a TxID, a
    deposit. None for what can be about anything.
    """
    at_hand = [*on_offer(case), *reversed(case.answered)]
    wanted = {"order"} if is_number(text) else _TXID
    asking = [name for name in at_hand if wanted & set(playbooks()[name].asks)]
    if asking:
        return next((name for name in asking if playbooks()[name].look == "deposit"), asking[0])
    is_txid = any(one.kind is EntityKind.TXID for one in entities(text))
    return _DEPOSIT if is_txid and not is_number(text) else None


def offered(text: str, case: Case, understanding: Understanding | None) -> str | None:
    """Return the topic of the list just offered that a message is about, in words of its own.

    Few words with an amount, a coin or a network go on about the likeliest one that moves money.
    """
    if understanding is None or understanding.protect >= PROTECT_MIN:
        return None
    best, choices = understanding.guesses[0], on_offer(case)
    if best.topic in choices and best.probability >= OFFERED_MIN:
        return best.topic
    if _is_sure(best.topic, best.probability) or not _names_money(text):
        return None
    return next((name for name in choices if playbooks()[name].look in _MOVES_MONEY), None)


def _names_money(text: str) -> bool:
    return is_short(text) and any(one.kind in _MONEY for one in entities(text))


def followed(
    text: str, case: Case, understanding: Understanding | None, concluded: Sequence[Mapping[str, Any]]
) -> str | None:
    """Return the topic of the last answer where a message goes on about it: few words, or that topic, and none surely another.

    Only of what was looked up instead of an article, which says nothing else the second time.
    """
    if understanding is None or not case.answered or case.choices or not concluded:
        return None
    last, best = case.answered[-1], understanding.guesses[0]
    if last == _FEES and _names_money(text) and not _is_sure(best.topic, best.probability):
        return last  # "and over TRON?"
    if playbooks()[last].says is not Says.INSTEAD or understanding.protect >= PROTECT_MIN or understanding.parts:
        return None
    if ids_in(text) and _TXID & set(playbooks()[last].asks):
        return last
    if best.topic == _CASE_STATUS and topics()[last].gate is Gate.ASSIST:
        return last  # "any news?": of what was just looked up
    is_dispute = (
        best.topic in _DISPUTES and last in _EXPLAINED and playbooks()[last].look != playbooks()[best.topic].look
    )
    if best.topic == last or is_dispute:
        return last  # who says that it is not right means what was just explained
    if best.topic in PLEASANTRIES or _is_sure(best.topic, best.probability):
        return None
    leads = any(guess.topic == last and guess.probability >= _LEADS_MIN for guess in understanding.guesses)
    return last if leads or is_short(text) else None


def is_short(text: str) -> bool:
    """Say whether a text is too short to be about something by itself."""
    return len(text.split()) <= _WORDS_MAX and len(text.strip()) <= _SIGNS_MAX


def with_matters(whole: Understanding) -> Understanding:
    """Return an understanding without the parts that only ask when: beside what is looked up, "any news?" is no other matter."""
    if not any(_is_looked_up(part.guesses[0].topic) for part in whole.parts):
        return whole
    parts = tuple(part for part in whole.parts if part.guesses[0].topic != _CASE_STATUS)
    if len(parts) != 1:
        return replace(whole, parts=parts)
    only = parts[0]
    return replace(only, protect=max(whole.protect, only.protect), risk=max(whole.risk, only.risk))


def _is_looked_up(label: str) -> bool:
    return label != NEAR_MISS and topics()[label].gate is Gate.ASSIST


def _is_sure(label: str, probability: float) -> bool:
    if label == NEAR_MISS:
        return False
    is_grave = topics()[label].gate in (Gate.HUMAN, Gate.PROTECT)
    return probability >= (0.5 if is_grave else SURE_MIN)
