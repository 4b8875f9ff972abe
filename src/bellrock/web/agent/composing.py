"""What the composer offers while somebody writes: canned replies, articles, colleagues, times in words."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from bellrock import access, conversations, core, knowledge, workbench
from bellrock.people import Permission
from bellrock.web.agent.acting import must
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.snoozing import until_of
from bellrock.web.shared.branding import name_for
from bellrock.web.shared.formats import formats

OFFERED_MAX = 8
_WORDS_MAX = 100
Offers = list[dict[str, Any]]


@get("/desk/conversations/{conversation_id:uuid}/canned", name="desk.canned")
async def canned(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], q: FromQuery[str] = ""
) -> Offers:
    """Return canned replies in the customer's language with their variables filled in. Raises ConversationUnknown."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        found = await workbench.all_canned(tx, viewer=agent)
        chosen = workbench.matching(found, words=q[:_WORDS_MAX], language=case.language, limit=OFFERED_MAX)
        if not chosen:
            return []
        values = await workbench.values_of(
            tx, house.vault, agent=agent, conversation_id=conversation_id, brand=name_for(house, case.brand_id)
        )
    offers = []
    for item in chosen:
        language, said = workbench.filled(item, language=case.language, values=values)
        offers.append(
            {
                "shortcut": item.shortcut,
                "title": item.texts[language].title,
                "text": said.text,
                "lang": language,
                "language": desk.reader.tongue(language),
                "missing": [desk.reader.gettext(workbench.VARIABLES[name]) for name in said.missing],
            }
        )
    return offers


@get("/desk/conversations/{conversation_id:uuid}/articles", name="desk.articles")
async def articles(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], q: FromQuery[str] = ""
) -> Offers:
    """Return published articles to put into a reply, in the customer's language first. Raises ConversationUnknown.

    Without a word yet, they are those that fit the case, the answer of the likeliest first.
    """
    words = q.strip()[:_WORDS_MAX]
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        if len(words) < 2:
            return await _suggested(tx, desk, case)
        hits = await knowledge.search(tx, text=words, language=case.language, limit=OFFERED_MAX, meaning=house.meaning)
    return [_offer(desk, hit.card) for hit in hits[:OFFERED_MAX]]


async def _suggested(tx: core.Transaction, desk: Desk, case: conversations.Conversation) -> Offers:
    """Return what fits the case; that the agent looks is written down, since the customer's words are read for it."""
    house = desk.house
    await access.look(
        tx,
        house.vault,
        agent=desk.agent,
        what=access.Looked.CONVERSATION,
        customer_id=case.customer_id,
        conversation_id=case.id,
        reason="suggestion",
        now=core.clock.now(),
    )
    cards = await workbench.suggested(tx, house.vault, agent=desk.agent, conversation_id=case.id, meaning=house.meaning)
    return [_offer(desk, card, with_answer=place == 0) for place, card in enumerate(cards)]


def _offer(desk: Desk, card: knowledge.Card, *, with_answer: bool = False) -> dict[str, Any]:
    link = f"{desk.house.settings.base_url}{card.path}"
    return {
        "title": card.title,
        "text": f"{card.answer}\n{link}" if with_answer else f"{card.title}: {link}",
        "url": card.path,
        "lang": card.language,
        "language": desk.reader.tongue(card.language),
    }


@get("/desk/conversations/{conversation_id:uuid}/colleagues", name="desk.mentionable")
async def colleagues(
    house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], q: FromQuery[str] = ""
) -> Offers:
    """Return colleagues who may see the conversation and so can be called to it. Raises ConversationUnknown."""
    wanted = q.strip()[:_WORDS_MAX].casefold()
    async with house.database.transaction() as tx:
        seats = await workbench.mentionable(tx, by=agent, conversation_id=conversation_id, now=core.clock.now())
    return [
        {"id": str(seat.agent.id), "title": seat.agent.name, "presence": str(seat.presence)}
        for seat in seats
        if wanted in seat.agent.name.casefold()
    ][:OFFERED_MAX]


@get("/desk/conversations/{conversation_id:uuid}/when", name="desk.when")
async def when(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], words: FromQuery[str] = ""
) -> dict[str, str]:
    """Say how a time in words was understood. Raises WordsNotUnderstood, ZoneUnknown, SnoozeInPast."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        moment = await until_of(tx, desk.reader, conversation_id, "", words)
    return {"text": moment_text(desk.reader, moment), "at": core.clock.rfc3339(moment.at)}


@post("/desk/conversations/{conversation_id:uuid}/claim", name="desk.claim", status_code=200)
async def claim(house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> Response[dict[str, bool]]:
    """Take a case that nobody holds, because its answer is being written; one that somebody holds stays where it is."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    async with house.database.transaction() as tx:
        case = await conversations.lock(tx, viewer=agent, conversation_id=conversation_id)
        is_free = case.is_open and case.assignee_id is None
        if is_free:
            await conversations.assign(
                tx, house.vault, by=agent, conversation_id=conversation_id, agent_id=agent.id, now=core.clock.now()
            )
    return Response({"claimed": is_free})


def moment_text(reader: Reader, moment: workbench.Moment) -> str:
    """Return a time in the reader's zone, and in the customer's where that was meant."""
    mine = reader.appointment(moment.at)
    if not moment.is_theirs:
        return mine
    theirs = formats(reader.language, moment.zone, reader.now)["clock_time"](moment.at)
    return reader.gettext("%(time)s, where the customer has %(theirs)s") % {"time": mine, "theirs": theirs}


routes = [canned, articles, colleagues, when, claim]
