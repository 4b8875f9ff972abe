"""Search for colleagues: only what they may see, with the words opened for it, and every look at them written down."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from bellrock import conversations, language, people
from bellrock import vault as vaults
from bellrock.access.looks import Looked, look_at_list
from bellrock.conversations import Conversation, ConversationUnknown, Selection
from bellrock.core import Actor, Transaction

QUERY_MAX = 200
WORDS_MAX = 16
SNIPPET_BEFORE = 60
SNIPPET_MAX = 180
_REFERENCE = re.compile(r"(?:BR-)?[0-9A-HJKMNP-TV-Z]{8}", re.IGNORECASE)
_WORDS = re.compile(r"[^\s,;!?()\[\]{}<>\"'“”‘’«»。，、！？؟،]+")

Why = Literal["reference", "customer", "words"]


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that a search found, and why. For words: when and by whom they were written, and around them.

    `snippet` is parts of the text, each with whether it was asked for; None where the words were erased since.
    """

    conversation: Conversation
    why: Why
    at: datetime
    author: Actor | None = None
    snippet: list[tuple[str, bool]] | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a search found. `mark` goes on with older messages; `is_cut` when only the newest were looked through."""

    found: list[Found]
    mark: UUID | None
    is_cut: bool


async def search(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent: people.Agent,
    text: str,
    now: datetime,
    within: Selection | None = None,
    before: UUID | None = None,
) -> FoundPage:
    """Find conversations by reference, by a customer's e-mail or account number, and by words of messages and notes.

    Words are whole words, ids, TxIDs and addresses, in any script; all of them must stand in one message. One entry in the
    log of looks names every conversation that is shown, in this transaction.
    """
    wanted = text.strip()[:QUERY_MAX]
    exact = [] if before else await _exactly(tx, vault, agent, wanted)
    tokens = language.tokens(wanted, limit=WORDS_MAX)
    page = await conversations.search(
        tx, viewer=agent, hashes=vault.token_hashes(tokens), now=now, within=within, before=before
    )
    records = await vault.open_records(tx, [hit.record_id for hit in page.hits])
    found = [*exact]
    for hit in page.hits:
        record = records.get(hit.record_id)
        if record is None:
            continue
        actor = Actor(record["actor"]["kind"], UUID(record["actor"]["id"]) if record["actor"]["id"] else None)
        at = datetime.fromisoformat(record["at"])
        text_found = str(record["words"].get("text", ""))
        if "sought" in record["words"] and set(tokens).isdisjoint(language.tokens(text_found)):
            text_found = str(record["words"]["sought"])  # what the case's form asked for
        found.append(Found(hit.conversation, "words", at, actor, snippet_of(text_found, set(tokens))))
    await _look(tx, vault, agent, found, now)
    return FoundPage(found, page.mark, page.is_cut)


async def find_exactly(
    tx: Transaction, vault: vaults.Vault, *, agent: people.Agent, text: str, now: datetime
) -> list[Found]:
    """Find conversations by what was typed whole: a reference, a customer's e-mail or account number. A look, too."""
    found = await _exactly(tx, vault, agent, text.strip()[:QUERY_MAX])
    await _look(tx, vault, agent, found, now)
    return found


async def _look(tx: Transaction, vault: vaults.Vault, agent: people.Agent, found: list[Found], now: datetime) -> None:
    shown = list(dict.fromkeys((item.conversation.customer_id, item.conversation.id) for item in found))
    await look_at_list(tx, vault, agent=agent, shown=shown, what=Looked.SEARCH, now=now)


def snippet_of(text: str, tokens: set[str]) -> list[tuple[str, bool]]:
    """Return the part of a text around the first word that was asked for, in parts: (text, whether asked for)."""
    spans = _spans(text, tokens)
    begin = max(spans[0][0] - SNIPPET_BEFORE, 0) if spans else 0
    if begin:
        begin = next((place + 1 for place in range(begin, spans[0][0]) if text[place].isspace()), begin)
    end = min(begin + SNIPPET_MAX, len(text))
    parts: list[tuple[str, bool]] = [("…", False)] if begin else []
    last = begin
    for start, stop in spans:
        if start >= end:
            break
        if start >= last:
            parts += [(text[last:start], False), (text[start : min(stop, end)], True)]
            last = min(stop, end)
    parts.append((text[last:end] + ("…" if end < len(text) else ""), False))
    return [(part, is_hit) for part, is_hit in parts if part]


def _spans(text: str, tokens: set[str]) -> list[tuple[int, int]]:
    """Return where words that were asked for stand: whole words, and pairs of signs in writing without spaces."""
    spans: list[tuple[int, int]] = []
    for match in _WORDS.finditer(text):
        word = match[0]
        ours = language.tokens(word)
        if tokens.isdisjoint(ours):
            continue
        if len(ours) == 1 or word.isascii():
            spans.append((match.start(), match.start() + len(word.rstrip(".:"))))
            continue
        for place in range(len(word) - 1):
            if tokens.intersection(language.tokens(word[place : place + 2])):
                start, stop = match.start() + place, match.start() + place + 2
                if spans and spans[-1][1] >= start:
                    start = spans.pop()[0]
                spans.append((start, stop))
    return spans


async def _exactly(tx: Transaction, vault: vaults.Vault, agent: people.Agent, text: str) -> list[Found]:
    """Find what was typed whole: a reference, or a customer's own address or number."""
    found: list[Found] = []
    if _REFERENCE.fullmatch(text):
        reference = text.upper() if text.upper().startswith("BR-") else f"BR-{text.upper()}"
        with suppress(ConversationUnknown):
            case = await conversations.find_by_reference(tx, viewer=agent, reference=reference)
            found.append(Found(case, "reference", case.created_at))
    if text and not any(sign.isspace() for sign in text):
        for customer_id in await people.find_customers(tx, vault, text=text):
            cases = await conversations.conversations_of(tx, viewer=agent, customer_id=customer_id, limit=10)
            found += [Found(case, "customer", case.created_at) for case in cases]
    return found
