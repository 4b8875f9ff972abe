"""The drawing of a position's path: well-formed, told in words, and nobody's words in it as markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
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
