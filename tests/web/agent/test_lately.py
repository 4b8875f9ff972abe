"""What is some seconds old: asked once, for each key by itself, and never kept when asking failed."""

from __future__ import annotations

import pytest

from bellrock.core import clock
from bellrock.house import House
from bellrock.web.agent.lately import KEPT_SECONDS, kept


async def test_is_asked_again_after_its_time_and_for_another_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(clock, "monotonic", lambda: now)
    asked: list[str] = []

    async def ask(name: str) -> int:
        asked.append(name)
        if name == "fails":
            raise RuntimeError
        return len(asked)

    assert [await kept(house, "a", lambda: ask("a")) for _ in range(3)] == [1, 1, 1]
    assert await kept(house, "b", lambda: ask("b")) == 2
    now += KEPT_SECONDS + 0.1
    assert await kept(house, "a", lambda: ask("a")) == 3
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await kept(house, "c", lambda: ask("fails"))
    assert asked == ["a", "b", "a", "fails", "fails"]
