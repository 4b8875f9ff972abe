"""Pages escape what they show, whatever way it takes into them; times are told as Babel tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import dates
from jinja2 import UndefinedError
from markupsafe import Markup

from bellrock.web.shared.compiling import words_of
from bellrock.web.shared.formats import formats
from bellrock.web.shared.templating import environment

WILD = "<b>&\"'"
TAME = "&lt;b&gt;&amp;&#34;&#39;"


def made(source: str, **values: object) -> str:
    return environment().from_string(source).render(_=words_of("en"), lang="en", **values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ wild }}",
        "a{{ wild }}b{{ wild }}c",
        "{% for each in [wild] %}<i>{{ each }}</i>{% endfor %}",
        "{% macro say(it) %}<i>{{ it }}</i>{% endmacro %}{{ say(wild) }}{% for one in [1] %}{{ say(wild) }}{% endfor %}",
        "{% macro box() %}<i>{{ caller() }}</i>{% endmacro %}{% call box() %}{{ wild }}{% endcall %}",
        "{% set kept %}<i>{{ wild }}</i>{% endset %}{{ kept }}",
        '{{ _("Write to %(name)s", name=wild) }}',
        '{{ "<i>" ~ wild }}',
        "{% trans name=wild %}Write to {{ name }}{% endtrans %}",
    ],
)
def test_what_people_wrote_is_escaped_once(source: str) -> None:
    text = made(source, wild=WILD)
    assert TAME in text
    assert "<b>" not in text
    assert "&amp;lt;" not in text


def test_markup_numbers_and_nothing_stand_as_they_are() -> None:
    assert made("{{ a }}|{{ b }}|{{ c }}", a=Markup("<i>"), b=7, c=None) == "<i>|7|None"


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        made("a{{ missing }}b")


@pytest.mark.parametrize("language", ["de", "ar", "ja", "zh-Hans"])
def test_times_are_those_of_babel(language: str) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    now = datetime(2026, 11, 22, 9, 5, 3, tzinfo=UTC)
    told, code = formats(language, zone, now), language.replace("-", "_")
    for hours in (0, 5, 30, 9_000):
        at = now - timedelta(hours=hours, seconds=hours)
        local = at.astimezone(zone)
        assert told["moment"](at) == dates.format_datetime(local, "medium", locale=code)
        assert told["clock_time"](at) == dates.format_time(local, "short", locale=code)
        assert told["date"](at) == dates.format_date(local, "medium", locale=code)
