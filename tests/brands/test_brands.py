"""Brands: colours that everybody can read, logos drawn anew, who answers under which host."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from bellrock import brands, guard
from bellrock.brands.colours import DARK_GROUND, LIGHT_GROUND, mixed
from bellrock.core import SYSTEM, Invalid, Settings, Transaction
from bellrock.vault import HOUSE_SUBJECT, Vault

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, st.booleans())
def test_the_nearest_colour_passes_and_is_the_same_where_it_passed(colour: str, dark: bool) -> None:
    found = brands.nearest(colour, dark=dark)
    assert brands.contrast(found, DARK_GROUND if dark else LIGHT_GROUND) >= brands.AA
    assert brands.nearest(found, dark=dark) == found


@given(colours)
def test_every_token_of_a_palette_can_be_read(colour: str) -> None:
    made = brands.palette(brands.nearest(colour, dark=False))
    for place, papers in ((0, ("#ffffff", LIGHT_GROUND)), (1, ("#181e23", DARK_GROUND))):
        assert brands.contrast(made.sea[place], made.on[place]) >= brands.AA
        assert brands.contrast(made.press[place], made.on[place]) >= brands.AA
        assert all(brands.contrast(made.sea[place], paper) >= brands.AA for paper in (*papers, made.wash[place]))


@given(colours, colours)
def test_contrast_is_the_same_both_ways(one: str, other: str) -> None:
    assert brands.contrast(one, other) == brands.contrast(other, one)
    assert 1 <= brands.contrast(one, other) <= 21
    assert mixed(one, other, 0) == one and mixed(one, other, 1) == other


def test_black_on_white_is_what_the_standard_says() -> None:
    assert round(brands.contrast("#000000", "#ffffff"), 2) == 21
    assert round(brands.contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize(("typed", "read"), [("#2F6F8F", "#2f6f8f"), (" 2f6 ", "#22ff66"), ("", "")])
def test_colours_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert brands.parse_colour(typed) == read


@pytest.mark.parametrize("typed", ["red", "#12345", "#12345g", "url(x)", "#1234567"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(brands.ColourWrong):
        brands.parse_colour(typed)


def _picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **more: Any) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "#2f6f8f").save(made, kind, **more)
    return made.getvalue()


def test_a_logo_is_drawn_anew() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "canary of a camera")
    given_file = _picture(pnginfo=notes)
    drawn, logo_hash = brands.redraw("logo.png", given_file)
    assert b"canary" in given_file and b"canary" not in drawn and len(logo_hash) == 32
    with Image.open(BytesIO(drawn)) as opened:
        assert opened.format == "PNG" and opened.size == (480, 160)
    assert brands.redraw("logo.png", given_file) == (drawn, logo_hash)
    assert brands.redraw("logo.jpg", _picture("JPEG"))[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100),
        ("logo.png", _picture()[:200]),
        ("logo.gif", _picture("GIF")),
        ("logo.png", _picture(size=(100, 8))),
        ("logo.png", b""),
        ("logo.png", b"x" * (brands.LOGO_BYTES_MAX + 1)),
    ],
    ids=["page", "broken", "cut", "kind", "low", "empty", "large"],
)
def test_what_is_no_logo_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(brands.LogoWrong):
        brands.redraw(name, content)


def _face(name: str = "Northwick", **more: Any) -> brands.Face:
    given_face: dict[str, Any] = {"hosts": [], "sender": "", "reply_to": "", "colour": "", "colour_dark": "", **more}
    return brands.Face(name=guard.screen(name), help_name=None, **given_face)


async def test_the_settings_are_the_brand_until_one_is_made(tx: Transaction, vault: Vault) -> None:
    await vault.create_subject(tx, HOUSE_SUBJECT)
    settings = Settings(brand="From settings")
    assert (await brands.brands(tx, settings=settings)).default.name == "From settings"
    first = await brands.make_brand(tx, vault, face=_face(hosts=["Help.Northwick.example"]), by=SYSTEM, now=NOW)
    second = await brands.make_brand(
        tx, vault, face=_face("Eastwick", hosts=["help.eastwick.example"]), by=SYSTEM, now=NOW
    )
    found = await brands.brands(tx, settings=settings)
    assert found.default.id == first
    assert found.of_host("help.eastwick.example:8443").id == second
    assert found.of_host("HELP.northwick.example.").id == first
    assert found.of_host("somewhere.else").id == first and found.of_host("").id == first
    assert found.of_id(second).name == "Eastwick" and found.of_id(None).id == first
    with pytest.raises(brands.HostTaken):
        await brands.change_brand(
            tx, vault, brand_id=first, face=_face(hosts=["help.eastwick.example"]), by=SYSTEM, now=NOW
        )
    with pytest.raises(brands.LastBrand):
        await brands.archive_brand(tx, vault, brand_id=first, by=SYSTEM, now=NOW)
    await brands.set_default_brand(tx, vault, brand_id=second, by=SYSTEM, now=NOW)
    await brands.archive_brand(tx, vault, brand_id=first, by=SYSTEM, now=NOW)
    found = await brands.brands(tx, settings=settings)
    assert [brand.name for brand in found.all] == ["Eastwick"]
    assert found.of_id(first).id == second
    with pytest.raises(brands.BrandNotFound):
        await brands.change_brand(tx, vault, brand_id=first, face=_face(), by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "x" * 81},
        {"hosts": ["not a host"]},
        {"hosts": ["-x.example"]},
        {"hosts": ["a.example/path"]},
        {"sender": "nobody"},
        {"sender": "a@b.example\r\nBcc: c@d.example"},
        {"colour": "#ffff00"},
        {"colour_dark": "#000080"},
    ],
)
async def test_a_face_that_cannot_be_shown_is_refused(tx: Transaction, vault: Vault, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await brands.make_brand(tx, vault, face=_face(**change), by=SYSTEM, now=NOW)


async def test_a_logo_is_kept_and_taken_away(tx: Transaction, vault: Vault) -> None:
    await vault.create_subject(tx, HOUSE_SUBJECT)
    brand_id = await brands.make_brand(tx, vault, face=_face(), by=SYSTEM, now=NOW)
    drawn = brands.redraw("logo.png", _picture())
    await brands.set_logo(tx, vault, brand_id=brand_id, drawn=drawn, by=SYSTEM, now=NOW)
    assert await brands.logo(tx, logo_hash=drawn[1]) == drawn[0]
    await brands.set_logo(tx, vault, brand_id=brand_id, drawn=None, by=SYSTEM, now=NOW)
    with pytest.raises(brands.BrandNotFound):
        await brands.logo(tx, logo_hash=drawn[1])
