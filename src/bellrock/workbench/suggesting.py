"""Articles that may answer an open case: by its topic, and by what the customer wrote last."""

from __future__ import annotations

from uuid import UUID

from bellrock import conversations, knowledge, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, Entry
from bellrock.core import Transaction

SUGGESTED_MAX = 4
_READ_MAX = 40


async def suggested(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    agent: people.Agent,
    conversation_id: UUID,
    meaning: knowledge.Meaning | None,
    limit: int = SUGGESTED_MAX,
) -> list[knowledge.Card]:
    """Return published articles for a case, the likeliest first, in the customer's language where they exist in it.

    The article of the case's topic leads; what fits the customer's newest words follows. The caller has written down that
    the agent looks. Raises ConversationUnknown.
    """
    case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    shown = await conversations.timeline(tx, vault, viewer=agent, conversation_id=case.id, known=case, limit=_READ_MAX)
    return await articles_for(tx, case=case, shown=shown, meaning=meaning, limit=limit)


async def articles_for(
    tx: Transaction,
    *,
    case: Conversation,
    shown: list[Entry],
    meaning: knowledge.Meaning | None,
    limit: int = SUGGESTED_MAX,
) -> list[knowledge.Card]:
    """Return what `suggested` does, for a case and a timeline that are read already."""
    words = newest_words(shown)
    hits = await knowledge.search(tx, text=words, language=case.language, limit=limit + 1, meaning=meaning)
    cards = {hit.card.article_id: hit.card for hit in hits}
    first = await _of_topic(tx, case)
    if first is not None:
        cards = {first.article_id: cards.get(first.article_id, first), **cards}
    return list(cards.values())[:limit]


def newest_words(shown: list[Entry]) -> str:
    """Return what the customer wrote last; empty where that was erased or a file alone."""
    for entry in reversed(shown):
        if entry.kind == conversations.kinds.RECEIVED and entry.words and str(entry.words.get("text", "")).strip():
            return str(entry.words["text"])
    return ""


async def _of_topic(tx: Transaction, case: Conversation) -> knowledge.Card | None:
    if case.topic is None:
        return None
    answer = await knowledge.answer_for(tx, topic=case.topic.rpartition(".")[2], language=case.language)
    if answer is None:
        return None
    return knowledge.Card(answer.article_id, answer.language, answer.slug, answer.title, answer.text, "")
