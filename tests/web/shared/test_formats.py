"""Times as each language writes them: no English word in another's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bellrock.core import figures
from bellrock.web.shared.formats import formats
from bellrock.web.shared.languages import LANGUAGES

MORNING = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_time_of_day_is_told_in_english(language: str) -> None:
    for at in (MORNING, MORNING + timedelta(hours=12)):
        told = formats(language, UTC, MORNING)
        for text in (told["clock_time"](at), told["moment"](at), figures.moment(language, at)):
            assert not re.search(r"\b[AP]\.?M\b", text), text
            assert "05" in text


def test_korean_says_its_own_words() -> None:
    told = formats("ko", UTC, MORNING)
    assert told["clock_time"](MORNING) == "오전 9:05"
    assert told["moment"](MORNING + timedelta(hours=12)) == "2026. 11. 22. 오후 9:05:07"
    assert figures.moment("ko", MORNING)[1:-1] == "2026. 11. 22. 오전 9:05:07 UTC"
    assert formats("zh-Hant", UTC, MORNING)["clock_time"](MORNING) == "上午9:05"
