"""What the first line is taught: examples of real conversations, what they would change, which version is live."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from bellrock import people, triage
from bellrock.core import N_, BellrockError, i18n
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, manager, now, page
from bellrock.web.admin.forms import number, screened
from bellrock.web.people.guards import language_for

FIRST_LINE = "/desk/first-line"
REASON_CHARS_MAX = 500
TEXT_CHARS_MAX = 3_000
TWO = 2
DEEDS = {
    "answer": N_("answers"),
    "ask": N_("asks"),
    "hand_over": N_("fetches a person"),
    "protect": N_("protects, fetches a person"),
}
BLOCKS = {
    "held_back": N_("Messages for a person alone would be answered: see below."),
    "taught": N_("An example of a topic for a person alone would be answered as another topic."),
    "conversation": N_("A real conversation for a person alone would be answered."),
    "precision": N_("Fewer than 95 of 100 answers would be right, and fewer than now."),
}
_NO_TOPIC = N_("None of our topics")


@get(FIRST_LINE, name="teaching", dependencies=manager)
async def show(request: AnyRequest, agent: AgentHere) -> Page:
    """Show the examples, the trials and what is live."""
    return await _page(request, agent)


@get(FIRST_LINE + "/from/{conversation_id:uuid}", name="teaching.from", dependencies=manager)
async def show_conversation(request: AnyRequest, agent: AgentHere, conversation_id: FromPath[UUID]) -> Page:
    """Show what a conversation's customer wrote, ready to be kept as examples. Raises ConversationUnknown."""
    return await _from_page(request, agent, conversation_id)


@post(FIRST_LINE + "/from/{conversation_id:uuid}", name="teaching.teach", dependencies=manager, status_code=200)
async def teach(request: AnyRequest, agent: AgentHere, conversation_id: FromPath[UUID]) -> Page:
    """Keep a message as an example of a topic."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await triage.teach(
                tx,
                house.vault,
                conversation_id=conversation_id,
                message_id=_uuid(form.get("message")),
                topic=str(form.get("topic", "")),
                language=str(form.get("language", "")),
                text=screened(str(form.get("text", ""))[:TEXT_CHARS_MAX]),
                by=agent,
                now=now(),
            )
    except (triage.NothingToTeach, triage.AlreadyTaught, triage.TooManyExamples, triage.TopicUnknown) as error:
        return await _from_page(request, agent, conversation_id, wrong=error)
    return Redirect(FIRST_LINE, status_code=303)


@post(FIRST_LINE + "/examples/{example_id:uuid}/removal", name="teaching.remove", dependencies=manager)
async def remove(request: AnyRequest, agent: AgentHere, example_id: FromPath[UUID]) -> Page:
    """Leave an example out of versions to come. Raises ExampleUnknown."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await triage.remove_example(tx, house.vault, example_id=example_id, by=agent, now=now())
    return Redirect(FIRST_LINE, status_code=303)


@post(FIRST_LINE + "/trials", name="teaching.try", dependencies=manager, status_code=200)
async def ask(request: AnyRequest, agent: AgentHere) -> Page:
    """Have the examples tried; a worker does it."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            asked = await triage.ask_trial(tx, house.vault, by=agent, now=now())
    except (triage.NothingTaught, triage.TrialRunning) as error:
        return await _page(request, agent, wrong=error)
    return Redirect(f"{FIRST_LINE}/trials/{asked}", status_code=303)


@get(FIRST_LINE + "/trials/{trial:int}", name="teaching.trial", dependencies=manager)
async def show_trial(request: AnyRequest, agent: AgentHere, trial: FromPath[int]) -> Page:
    """Show what a version would change. Raises TrialUnknown."""
    return await _trial_page(request, agent, trial)


@post(FIRST_LINE + "/live", name="teaching.live", dependencies=manager, status_code=200)
async def put_live(request: AnyRequest, agent: AgentHere) -> Page:
    """Put a version live: one that was tried, one that was live before, or, with number 0, the shipped one."""
    house, form = house_of(request), await request.form()
    trial = number(form.get("trial"))
    try:
        async with house.database.transaction() as tx:
            await triage.put_live(
                tx,
                house.vault,
                trial=trial or None,
                seen=number(form.get("seen")),
                reason=screened(str(form.get("reason", ""))[:REASON_CHARS_MAX]),
                by=agent,
                now=now(),
                takes_two=not house.settings.teaching_by_one,
            )
    except BellrockError as error:
        return await _page(request, agent, wrong=error)
    return Redirect(FIRST_LINE, status_code=303)


@post(FIRST_LINE + "/trials/{trial:int}/proposal", name="teaching.propose", dependencies=manager, status_code=200)
async def propose(request: AnyRequest, agent: AgentHere, trial: FromPath[int]) -> Page:
    """Ask another lead to put a version live."""
    house, form = house_of(request), await request.form()
    try:
        async with house.database.transaction() as tx:
            await triage.propose(
                tx,
                house.vault,
                trial=trial,
                seen=number(form.get("seen")),
                reason=screened(str(form.get("reason", ""))[:REASON_CHARS_MAX]),
                by=agent,
                now=now(),
            )
    except BellrockError as error:
        return await _page(request, agent, wrong=error)
    await triage.tell_deciders(house, trial=trial, by=agent, now=now())
    return Redirect(f"{FIRST_LINE}/trials/{trial}", status_code=303)


@post(FIRST_LINE + "/trials/{trial:int}/withdrawal", name="teaching.withdraw", dependencies=manager, status_code=200)
async def withdraw(request: AnyRequest, agent: AgentHere, trial: FromPath[int]) -> Page:
    """Take one's own proposal back."""
    house = house_of(request)
    try:
        async with house.database.transaction() as tx:
            await triage.withdraw(tx, house.vault, trial=trial, by=agent, now=now())
    except triage.HeadNotProposed as error:
        return await _page(request, agent, wrong=error)
    return Redirect(f"{FIRST_LINE}/trials/{trial}", status_code=303)


async def _page(request: AnyRequest, agent: Agent, *, wrong: BellrockError | None = None) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        examples = await triage.taught_examples(tx, house.vault, reader=agent, now=now())
        trials = await triage.trials(tx, reader=agent)
        past = await triage.live_heads(tx, house.vault, reader=agent)
        live = await triage.live_head(tx)
        proposed = await triage.proposals(tx, house.vault, reader=agent)
        ways = {each.trial for each in past} if house.settings.teaching_by_one else await triage.ways_back(tx)
        ids = {*(each.taught_by for each in examples), *(each.asked_by for each in trials)}
        acted = (each for head in past for each in (head.put_by, head.proposed_by) if each)
        names = await people.agent_names(tx, [*ids, *acted])
    return page(
        request,
        agent,
        "first_line",
        wrong=wrong,
        examples=examples,
        is_on=house.settings.first_line,
        trials=trials,
        past=past,
        live=live,
        # What one person may go back to: versions that were live, each once, and the shipped one; never what is live now.
        back=[each for each in _once(past) if each.trial in ways - {live.trial} and not each.is_outdated],
        proposed=proposed,
        names=names,
        called=_namer(request, agent),
    )


async def _from_page(
    request: AnyRequest, agent: Agent, conversation_id: UUID, *, wrong: BellrockError | None = None
) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        case, messages = await triage.teachable(
            tx, house.vault, conversation_id=conversation_id, reader=agent, now=now()
        )
    called = _namer(request, agent)
    choices = sorted(((name, called(name)) for name in triage.topics()), key=lambda choice: choice[1].casefold())
    return page(
        request,
        agent,
        "first_line_from",
        wrong=wrong,
        case=case,
        messages=messages,
        topics=[*choices, (triage.NEAR_MISS, called(triage.NEAR_MISS))],
        topic=(case.topic or "").rpartition(".")[2],
    )


async def _trial_page(request: AnyRequest, agent: Agent, number: int) -> Page:
    house = house_of(request)
    async with house.database.transaction() as tx:
        trial, found = await triage.trial(tx, number=number, reader=agent)
        live = await triage.live_head(tx)
        taught = {each.id: each for each in await triage.taught_examples(tx, house.vault, reader=agent, now=now())}
        proposal = (await triage.proposals(tx, house.vault, reader=agent)).get(trial.number)
        is_alone = len(await triage.deciders(tx)) < TWO
        is_way_back = trial.number in await triage.ways_back(tx)
        is_second = house.settings.teaching_by_one or (proposal is not None and proposal.by != agent.id)
        names = await people.agent_names(tx, [trial.asked_by, *([proposal.by] if proposal else [])])
    return page(
        request,
        agent,
        "first_line_trial",
        trial=trial,
        found=found,
        live=live,
        taught=taught,
        names=names,
        proposal=proposal,
        is_own=proposal is not None and proposal.by == agent.id,
        may_decide=triage.may_decide(agent),
        may_put=is_way_back or (is_second and triage.may_decide(agent)),
        is_alone=is_alone,
        blocks=BLOCKS,
        deeds=DEEDS,
        called=_namer(request, agent),
    )


def _once(past: list[triage.LiveHead]) -> list[triage.LiveHead]:
    found = {each.trial: each for each in reversed(past)}
    return [each for each in reversed(list(found.values())) if each.trial is not None]


def _namer(request: AnyRequest, agent: Agent) -> Any:
    """Return how a topic is called in the reader's language."""
    language = language_for(request, agent)
    return lambda topic: (
        triage.topic_name(topic, language) if topic in triage.topics() else i18n.translate(language, _NO_TOPIC)
    )


def _uuid(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise triage.NothingToTeach from error


routes: list[Any] = [show, show_conversation, teach, remove, ask, show_trial, put_live, propose, withdraw]
