"""The playbooks as data: no topic misses a part, what is asked for has its picture, and whatever is named exists."""

from __future__ import annotations

import pytest

from bellrock import triage
from bellrock.triage.playbooks.book import NO_LOOKS, PARTS, PROTECTIVE, SAYS_OTHERWISE, pictures, playbooks, shown
from bellrock.triage.playbooks.looking import LOOKS
from bellrock.triage.playbooks.texts import ASKS, CONCLUSIONS
from bellrock.triage.topics import read_toml
from bellrock.web.agent.names import FIELDS
from bellrock.web.customer.fields import FIELDS as FORM
from bellrock.web.shared.assets import pictures as drawings

ROWS = read_toml("playbooks.toml")
TOPICS = triage.topics()
# On a bank's statement, in the customer's own head: no page of the exchange shows it.
ELSEWHERE = {"bank", "country"}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_playbook_has_all_its_parts(topic: str) -> None:
    row, gate = ROWS[topic], TOPICS[topic].gate
    assert set(PARTS) <= set(row) <= {*PARTS, "proof"}
    assert row["look"] in LOOKS | set(NO_LOOKS)
    assert row["says"] in (*SAYS_OTHERWISE, "instead", "beside")
    assert set(ROWS["concludes"][row["look"]]) <= {*CONCLUSIONS, "article", "person"}
    assert ROWS["concludes"][row["look"]]
    assert set(row["asks"]) <= set(ASKS)
    assert row["offers"]
    assert set(row["offers"]) <= {*PROTECTIVE, "article", "person"}
    assert row["specialist"]
    assert set(row["specialist"]) <= set(FIELDS)
    if gate is not triage.Gate.ANSWER:
        assert "article" not in (row["look"], row["says"], *row["offers"]), "there is no article to answer with"
        assert "person" in row["offers"]
    if gate in (triage.Gate.HUMAN, triage.Gate.PROTECT):
        assert row["says"] == "person"
    if gate is triage.Gate.PROTECT:
        assert set(PROTECTIVE) <= set(row["offers"])


def test_every_conclusion_is_some_look_s_and_every_look_is_some_topic_s() -> None:
    assert {code for codes in ROWS["concludes"].values() for code in codes} - {"article", "person"} == set(CONCLUSIONS)
    assert {ROWS[topic]["look"] for topic in TOPICS} == set(ROWS["concludes"]) == LOOKS | set(NO_LOOKS)
    assert playbooks()["earn_yield"].concludes == tuple(ROWS["concludes"]["yield"])


def test_what_stands_in_the_app_has_its_picture_in_a_question_and_in_the_form() -> None:
    asked = {fact for playbook in playbooks().values() for fact in playbook.asks}
    assert asked <= set(pictures()) | ELSEWHERE
    assert set(pictures()) <= {*asked, *FORM}, "a picture of what nobody asks for"
    assert set(shown()) <= set(TOPICS)
    assert {*pictures().values(), *shown().values()} == set(drawings())
    for name in ("txid", "order_id", "position", "product", "wallet", "address", "case", "error_code", "device"):
        assert str(FORM[name].picture).startswith("<svg"), name


@pytest.mark.parametrize("name", drawings())
def test_a_picture_holds_no_words_and_takes_the_colours_around_it(name: str) -> None:
    drawing = drawings()[name]
    assert "<text" not in drawing
    assert "<script" not in drawing
    assert 'viewBox="0 0 280 150"' in drawing
    colours = drawing.count("#")
    assert colours > 3
    assert drawing.count("var(--") == colours, "a colour that does not follow light and dark"
