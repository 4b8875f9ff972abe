"""Variables: filled where known, kept where not, and never filled by what a value says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bellrock import workbench

NAMES = st.sampled_from(sorted(workbench.VARIABLES))


def test_what_is_missing_stays_to_be_seen() -> None:
    said = workbench.fill("Hi {{ customer_name }}, {{txid}} and {{txid}} of {{brand}}.", {"brand": "Northwick"})
    assert said.text == "Hi {{customer_name}}, {{txid}} and {{txid}} of Northwick."
    assert said.missing == ("customer_name", "txid")


def test_a_value_is_not_read_again() -> None:
    said = workbench.fill("Hi {{customer_name}}", {"customer_name": "{{txid}}\n<b>", "txid": "secret"})
    assert said.text == "Hi {{txid}} <b>"
    assert said.missing == ()


def test_braces_of_other_words_are_only_braces() -> None:
    assert workbench.unfilled("{{ foo }} {{reference}}") == ("reference",)


@given(names=st.lists(NAMES, max_size=6), values=st.dictionaries(NAMES, st.text(min_size=1, max_size=30)))
def test_missing_names_are_exactly_what_still_stands(names: list[str], values: dict[str, str]) -> None:
    known = {name: value for name, value in values.items() if "{" not in value and value.strip()}
    said = workbench.fill(" ".join(f"{{{{{name}}}}}" for name in names), known)
    assert set(said.missing) == set(names) - known.keys()
    assert workbench.unfilled(said.text) == said.missing
