"""Painting over: what was under a box is in no pixel and no byte of what comes out."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bellrock.core import Invalid
from bellrock.guard import SCALE, Box, paint_over

LIGHT, DARK = (250, 240, 230), (0, 0, 0)


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, LIGHT).save(out, form, **options)
    return out.getvalue()


def painted(data: bytes, *boxes: Box) -> Image.Image:
    return Image.open(io.BytesIO(paint_over(data, boxes)))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_comes_out_as_a_plain_png(form: str) -> None:
    shown = painted(picture(form), Box(0, 0, 5_000, SCALE))
    assert (shown.format, shown.mode, shown.size) == ("PNG", "RGB", (40, 20))
    assert shown.getpixel((10, 10)) == DARK
    assert shown.getpixel((30, 10)) != DARK


def test_metadata_stays_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "12 Elm Street"
    out = paint_over(picture("JPEG", exif=exif), [Box(0, 0, 1, 1)])
    assert b"Elm" not in out
    assert not Image.open(io.BytesIO(out)).getexif()


def test_boxes_lie_on_the_picture_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    shown = painted(picture("JPEG", exif=exif), Box(0, 0, SCALE, 2_500))
    assert shown.size == (20, 40)
    assert shown.getpixel((10, 5)) == DARK
    assert shown.getpixel((10, 30)) != DARK


def test_a_film_is_one_picture() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (LIGHT, (9, 9, 90))]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    shown = painted(out.getvalue(), Box(0, 0, 1, 1))
    assert getattr(shown, "n_frames", 1) == 1


@given(
    st.tuples(*[st.integers(0, SCALE)] * 4).filter(lambda edges: edges[0] < edges[2] and edges[1] < edges[3]),
    st.tuples(st.integers(1, 30), st.integers(1, 30)),
)
def test_no_pixel_under_the_brush_stays(edges: tuple[int, int, int, int], size: tuple[int, int]) -> None:
    shown = painted(picture(size=size), Box(*edges))
    left, top, right, bottom = edges
    for x in range(size[0]):
        for y in range(size[1]):
            touched = x * SCALE < right * size[0] and (x + 1) * SCALE > left * size[0]
            if touched and y * SCALE < bottom * size[1] and (y + 1) * SCALE > top * size[1]:
                assert shown.getpixel((x, y)) == DARK


def bomb() -> bytes:
    """A PNG that says it is 60,000 pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("data", [b"", b"no picture", picture()[:60], bomb(), b"%PDF-1.7"])
def test_what_is_no_sound_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        paint_over(data, [Box(0, 0, 1, 1)])


def test_there_must_be_something_to_paint() -> None:
    for boxes in ([], [Box(0, 0, 1, 1)] * 51):
        with pytest.raises(Invalid):
            paint_over(picture(), boxes)
    for edges in ((5, 0, 5, 1), (0, 0, SCALE + 1, 1), (-1, 0, 1, 1)):
        with pytest.raises(Invalid):
            Box(*edges)
