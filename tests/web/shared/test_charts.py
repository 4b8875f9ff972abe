"""The drawing of a position's path: well-formed, told in words, and nobody's words in it as markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.triage import Chart
from bellrock.web.shared.charts import draw

BEGIN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def chart(prices: list[Decimal], *, name: str = "ETH-USDT-PERP", liquidation: str | None = "1153.26") -> Chart:
    return Chart(
        name=name,
        asset="USDT",
        points=tuple((BEGIN + timedelta(minutes=place), price) for place, price in enumerate(prices)),
        entry=Decimal("1456.84"),
        liquidation=Decimal(liquidation) if liquidation else None,
        at=BEGIN + timedelta(minutes=len(prices) - 1),
    )


@given(st.lists(st.decimals("0.00000001", "1000000000", places=8), min_size=2, max_size=120))
def test_every_path_lies_inside_its_frame(prices: list[Decimal]) -> None:
    root = ElementTree.fromstring(draw(chart(prices), language="en", key="1"))
    _, _, width, height = (float(part) for part in root.attrib["viewBox"].split())
    (line,) = root.findall(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) == len(prices)
    assert all(0 <= x <= width and 0 <= y <= height for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


@pytest.mark.parametrize(("language", "number"), [("en", "1,153.26"), ("de", "1.153,26"), ("ar", "1,153.26")])
def test_says_in_words_what_it_shows(language: str, number: str) -> None:
    root = ElementTree.fromstring(draw(chart([Decimal(1456), Decimal(1150)]), language=language, key="k"))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {desc.attrib['id']}"
    assert "ETH-USDT-PERP" in (title.text or "")
    assert number in (desc.text or "")


def test_a_name_is_text_and_never_markup() -> None:
    drawn = draw(chart([Decimal(1), Decimal(2)], name="<script>x</script>"), language="en", key="k")
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_one_point_is_no_path() -> None:
    assert draw(chart([Decimal(1)]), language="en", key="k") == ""


@given(
    prices=st.lists(st.decimals("1", "1000", places=2), min_size=2, max_size=20),
    liquidation=st.decimals("1", "1000", places=2),
    language=st.sampled_from(["zh-Hans", "ar", "de", "pt"]),
)
def test_no_words_meet_and_none_leave_the_frame(prices: list[Decimal], liquidation: Decimal, language: str) -> None:
    """For a long and for a short, however near the two lines are."""
    root = ElementTree.fromstring(draw(chart(prices, liquidation=str(liquidation)), language=language, key="1"))
    rows = sorted(
        float(text.attrib["y"]) for text in root.findall(f"{SVG}text") if text.attrib.get("text-anchor") != "end"
    )
    letters = max(float(text.attrib["font-size"]) for text in root.findall(f"{SVG}text"))
    assert len(rows) == 3
    assert all(below - above >= letters for above, below in pairwise(rows))
    assert rows[0] >= letters
    assert rows[-1] < float(root.attrib["viewBox"].split()[3])
    assert letters * 276 / 320 >= 11, "on a phone"


@pytest.mark.parametrize(
    ("language", "begin"), [("de", "22. Nov. 09:00"), ("zh-Hans", "11月22日 09:00"), ("ar", "22 نوفمبر 9:00 ص")]
)
def test_the_path_says_when_it_begins_and_ends(language: str, begin: str) -> None:
    root = ElementTree.fromstring(draw(chart([Decimal(1), Decimal(2)]), language=language, key="1"))
    first, last = [
        (text.text or "").translate({0x2068: None, 0x2069: None}) for text in root.findall(f"{SVG}text")[-2:]
    ]
    assert first == begin
    assert last.endswith(" UTC")
