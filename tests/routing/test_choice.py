"""Who takes the next case: always somebody suitable with room, never more than anybody can hold."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bellrock.routing import Candidate, choose

TEAMS = [UUID(int=number) for number in (1, 2, 3)]
LANGUAGES = ["en", "ar", "zh-Hans"]

candidates = st.lists(
    st.builds(
        Candidate,
        agent_id=st.uuids(),
        team_ids=st.frozensets(st.sampled_from(TEAMS)),
        languages=st.lists(st.sampled_from(LANGUAGES), unique=True).map(tuple),
        held=st.integers(0, 6),
        capacity=st.integers(0, 6),
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.agent_id,
)
cases = st.lists(st.tuples(st.sampled_from(TEAMS), st.sampled_from([*LANGUAGES, None])), max_size=30)


@given(candidates, st.sampled_from(TEAMS), st.sampled_from(LANGUAGES))
def test_chooses_somebody_suitable_with_the_least_load_or_nobody(
    given_candidates: list[Candidate], team_id: UUID, language: str
) -> None:
    chosen = choose(given_candidates, team_id=team_id, language=language)
    suitable = [
        one
        for one in given_candidates
        if one.held < one.capacity and team_id in one.team_ids and language in one.languages
    ]
    if chosen is None:
        assert not suitable
    else:
        assert chosen in suitable
        assert chosen.load == min(one.load for one in suitable)


@given(candidates, cases)
def test_never_exceeds_a_capacity_and_strands_no_case(
    given_candidates: list[Candidate], waiting: list[tuple[UUID, str | None]]
) -> None:
    floor = {one.agent_id: one for one in given_candidates}
    for team_id, language in waiting:
        chosen = choose(floor.values(), team_id=team_id, language=language)
        if chosen is None:
            assert not any(
                one.has_room and team_id in one.team_ids and (language is None or language in one.languages)
                for one in floor.values()
            )
        else:
            floor[chosen.agent_id] = replace(chosen, held=chosen.held + 1)
    for before in given_candidates:
        assert floor[before.agent_id].held <= max(before.held, before.capacity)


@given(candidates, st.sampled_from(TEAMS), st.randoms())
def test_does_not_depend_on_the_order_of_candidates(given_candidates: list[Candidate], team_id: UUID, order) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(given_candidates)
    order.shuffle(shuffled)
    assert choose(given_candidates, team_id=team_id, language="en") == choose(shuffled, team_id=team_id, language="en")


def test_prefers_the_one_who_knows_the_customer() -> None:
    free = Candidate(UUID(int=10), frozenset(TEAMS), ("en",), held=0, capacity=3)
    known = Candidate(UUID(int=11), frozenset(TEAMS), ("en",), held=2, capacity=3)
    assert choose([free, known], team_id=TEAMS[0], language="en", preferred_id=known.agent_id) == known
    full = replace(known, held=3)
    assert choose([free, full], team_id=TEAMS[0], language="en", preferred_id=full.agent_id) == free


def test_a_basic_level_is_not_enough_where_more_is_asked() -> None:
    basic = Candidate(UUID(int=1), frozenset(TEAMS), ("ar",), 0, 2, basic=frozenset({"ar"}))
    fluent = Candidate(UUID(int=2), frozenset(TEAMS), ("ar",), 1, 2)
    given_case = {"team_id": TEAMS[0], "language": "ar"}
    assert choose([basic, fluent], **given_case) == basic
    assert choose([basic, fluent], **given_case, at_a_basic_level=False) == fluent
    assert choose([basic], **given_case, at_a_basic_level=False) is None


def test_of_people_who_are_equally_busy_the_one_who_knows_it_better() -> None:
    first = Candidate(UUID(int=1), frozenset(TEAMS), ("en",), 1, 4, skills={"payments": 2})
    expert = Candidate(UUID(int=2), frozenset(TEAMS), ("en",), 1, 4, skills={"payments": 5, "cards": 1})
    idle = Candidate(UUID(int=3), frozenset(TEAMS), ("en",), 0, 4)
    case = {"team_id": TEAMS[0], "language": "en"}
    assert choose([first, expert], **case) == first
    assert choose([first, expert], **case, about=("deposit", "payments")) == expert
    assert choose([first, expert, idle], **case, about=("payments",)) == idle
