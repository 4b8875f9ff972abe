"""What the first line says when it answers or asks: an editor's article, an incident, a diagnosis, or a question."""

from __future__ import annotations

from typing import Any

from bellrock import brands, incidents, knowledge
from bellrock.conversations import Conversation
from bellrock.core import Transaction, i18n
from bellrock.triage import texts
from bellrock.triage.concluding import Outcome
from bellrock.triage.decisions import PLEASANTRIES, Ask, HandOver
from bellrock.triage.greetings import MENU
from bellrock.triage.playbooks.book import general, pictures, shown
from bellrock.triage.playbooks.texts import GENERAL
from bellrock.triage.questions import PROOF_GENERAL, asks_otherwise, question, wants_proof
from bellrock.triage.topics import topic_name, topics


async def words(
    tx: Transaction, conversation: Conversation, outcome: Outcome, language: str, *, is_known: bool
) -> tuple[str, dict[str, Any]]:
    """Return what to say and the codes that go with it; the widget draws card and buttons from the codes, in `language`.

    Nobody is welcomed again who `is_known`: to whom something was said before, in this case or before it was closed.
    """
    text, extras = await _words(tx, conversation, outcome, language, is_known=is_known)
    return text, extras | {"language": language}


async def _words(
    tx: Transaction, conversation: Conversation, outcome: Outcome, language: str, *, is_known: bool
) -> tuple[str, dict[str, Any]]:
    decision = outcome.decision
    assert not isinstance(decision, HandOver)
    if isinstance(decision, Ask) and decision.fact:
        asked: dict[str, Any] = {"fact": decision.fact, "quick_replies": ["person"]}
        if wants_proof(decision) and decision.topic:
            asked["proof"] = topics()[decision.topic].level
            asked |= {"otherwise": True} if asks_otherwise(decision) else {}
            if decision.fact == PROOF_GENERAL and (
                known := await for_everybody(tx, conversation, topic=decision.topic, language=language)
            ):
                said, article = known
                return f"{said}\n\n{question(decision, language)}", asked | (_card(article) if article else {})
        elif picture := pictures().get(decision.fact):
            asked["picture"] = picture
        return question(decision, language), asked
    if isinstance(decision, Ask):
        if not decision.topics:
            return i18n.translate(language, texts.WHAT_ABOUT), {"quick_replies": ["person"]}
        choices = [{"value": name, "label": topic_name(name, language)} for name in decision.topics]
        which = texts.MENU if decision.topics == MENU else texts.WHICH_TOPIC
        return i18n.translate(language, which), {"choices": choices, "quick_replies": ["person"]}
    offer: dict[str, Any] = {"topic": decision.topic}
    if decision.topic not in PLEASANTRIES:
        offer |= {"ask": "helped", "quick_replies": ["helped", "person"]}
    elif is_known:
        return i18n.translate(language, texts.HERE), offer | {"quick_replies": ["person"]}
    if decision.is_incident:
        notice = await incidents.answer_for(tx, topic=decision.topic, language=language)
        assert notice is not None
        return f"{notice.title}\n\n{notice.text}", {"incident": str(notice.incident_id), **offer}
    told = outcome.words(language)
    if outcome.diagnosis is not None and told:
        offer["diagnosis"] = outcome.diagnosis.code
    article = await article_for(tx, conversation, topic=decision.topic, language=language)
    if article is None or article.language != language:
        assert told
        return told, offer
    if picture := shown().get(decision.topic):
        offer["picture"] = picture
    text = told if told and outcome.is_instead else "\n\n".join(part for part in (told, article.text) if part)
    if decision.also:
        told_each = [(decision.topic, text)]
        for name in decision.also:
            further = await article_for(tx, conversation, topic=name, language=language)
            assert further is not None
            told_each.append((name, further.text))
        text = "\n\n".join(f"{topic_name(name, language)}\n\n{said}" for name, said in told_each)
        offer["also"] = list(decision.also)
    return text, {**_card(article), **offer}


def _card(article: knowledge.PublishedAnswer) -> dict[str, Any]:
    return {
        "article": article.slug,
        "article_id": str(article.article_id),
        "article_number": article.number,
        "article_language": article.language,
    }


async def for_everybody(
    tx: Transaction, conversation: Conversation, *, topic: str, language: str
) -> tuple[str, knowledge.PublishedAnswer | None] | None:
    """Return what can be said about a topic without a look at anything, and the article that goes with it; None for nothing.

    An article of the topic itself, which an editor may have written, goes first.
    """
    found = general().get(topic)
    for name in (topic, found.article if found else topic):
        article = await article_for(tx, conversation, topic=name, language=language)
        if article is not None and article.language == language:
            says = found.says if found and name != topic else None
            return i18n.translate(language, GENERAL[says]) if says else article.text, article
    return (i18n.translate(language, GENERAL[found.says]), None) if found and found.says else None


async def article_for(
    tx: Transaction, conversation: Conversation, *, topic: str, language: str
) -> knowledge.PublishedAnswer | None:
    """Return the article that answers a topic, with the name of the brand that the customer wrote to."""
    if conversation.brand_id is None:
        return await knowledge.answer_for(tx, topic=topic, language=language)
    found = await brands.brand(tx, brand_id=conversation.brand_id)
    await knowledge.speak_for(tx, brand=found.name)
    article = await knowledge.answer_for(tx, topic=topic, language=language)
    await knowledge.speak_for(tx, brand="")  # the next message in this transaction may be another brand's
    return article
