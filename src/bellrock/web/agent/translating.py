"""Translation both ways: what the customer wrote, in the reader's language; what the agent wrote, in the customer's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from bellrock import access, conversations, guard, language
from bellrock.conversations import ConversationUnknown
from bellrock.core import Invalid, clock, i18n
from bellrock.people import Permission
from bellrock.web.agent.acting import acting, must
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.people.guards import language_for
from bellrock.web.shared.branding import name_for


@get("/desk/conversations/{conversation_id:uuid}/messages/{message_id:uuid}/translation", name="desk.translation")
async def translation(
    request: AnyRequest,
    house: HouseHere,
    agent: AgentHere,
    conversation_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Response[dict[str, Any]]:
    """Return a message in the reader's language. Raises TranslatorMissing, TranslatorFailed, TranslationDamaged.

    What is kept of a message is guarded already: a masked secret is a mark, and the mark is locked.
    """
    must(agent, Permission.CONVERSATIONS_VIEW)
    target = language_for(request, agent)
    async with house.database.transaction() as tx:
        conversation = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        await access.look(
            tx,
            house.vault,
            agent=agent,
            what=access.Looked.CONVERSATION,
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            reason="translation",
            now=clock.now(),
        )
        shown = await conversations.timeline(tx, house.vault, viewer=agent, conversation_id=conversation.id)
    text = next((entry.words["text"] for entry in shown if entry.id == message_id and entry.words), None)
    if not text:
        raise ConversationUnknown
    source = _source(text, conversation.language)
    terms = (name_for(house, conversation.brand_id),)
    translated = await language.translate(house.translator, text, source=source, target=target, terms=terms)
    return Response({"text": guard.render(translated, i18n.translator(target)), "language": target, "from": source})


@post("/desk/conversations/{conversation_id:uuid}/reply-translation", name="desk.reply.translate", status_code=200)
async def translate_reply(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> Response[dict[str, Any]]:
    """Return what was begun in the customer's language, and keep the original for the reply of this key.

    An empty text forgets it. Raises TranslatorMissing, TranslatorFailed, TranslationDamaged.
    """
    must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    written = str(form.get("text", "")).strip()
    async with acting(request, house, agent, conversation_id) as act:
        conversation = await conversations.get(act.tx, viewer=agent, conversation_id=conversation_id)
        text = act.text() if written else None
    key = act.client_key
    if key is None:
        raise Invalid
    target = conversation.language
    source = _source(text.text, language_for(request, agent)) if text else target
    terms = (name_for(house, conversation.brand_id),)
    translated = (
        await language.translate(house.translator, text.text, source=source, target=target, terms=terms) if text else ""
    )
    async with house.database.transaction() as tx:
        await conversations.keep_original(
            tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            client_key=key,
            text=text,
            language=source,
            now=act.now,
        )
    return Response({"text": translated, "original": text.text if text else "", "language": target})


def _source(text: str, otherwise: str) -> str:
    """Return the language of a text; what cannot be told is taken for the expected one."""
    found = language.detect(text, otherwise, with_model=False)
    return found.language if found.confidence > 0 else otherwise


routes = [translation, translate_reply]
