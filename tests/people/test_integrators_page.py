"""The examples of docs/integrators.md make tokens that are taken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bellrock import people
from bellrock.core import clock

PAGE = (Path(__file__).parents[2] / "docs" / "integrators.md").read_text(encoding="utf-8")
EXAMPLES = [code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "def support_token" in code]


@pytest.mark.parametrize("code", EXAMPLES, ids=["EdDSA", "HS256"])
def test_the_example_signs_a_token_that_is_taken(code: str) -> None:
    names: dict[str, Any] = {}
    exec(code, names)
    said = people.read_token(
        names["support_token"]("cust-4711"), keys=people.token_keys(names["setting"]), now=clock.now()
    )
    assert said.external_id == "cust-4711"
