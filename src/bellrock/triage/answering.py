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
from bellrock.triage.playbooks.book import pictures, shown
from bellrock.triage.questions import PROOF, asks_otherwise, question
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
        if decision.fact == PROOF and decision.topic:
            asked["proof"] = topics()[decision.topic].level
            asked |= {"otherwise": True} if asks_otherwise(decision) else {}
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
    about = {"article": article.slug, "article_id": str(article.article_id), "article_number": article.number}
    text = told if told and outcome.is_instead else "\n\n".join(part for part in (told, article.text) if part)
    if decision.also:
        told_each = [(decision.topic, text)]
        for name in decision.also:
            further = await article_for(tx, conversation, topic=name, language=language)
            assert further is not None
            told_each.append((name, further.text))
        text = "\n\n".join(f"{topic_name(name, language)}\n\n{said}" for name, said in told_each)
        offer["also"] = list(decision.also)
    return text, {**about, "article_language": article.language, **offer}


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
