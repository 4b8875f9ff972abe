"""A picture with parts painted over: decoded with limits, drawn anew without its metadata. Takes time; call it in a thread."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bellrock.core import N_, Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

SCALE = 10_000
"""Boxes are given in this many parts of the picture's width and height, as it is shown upright."""
BOXES_MAX = 50
PIXELS_MAX = 50_000_000
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle to paint over, from its top left to its bottom right corner. Raises Invalid for an impossible one."""

    left: int
    top: int
    right: int
    bottom: int

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= SCALE and 0 <= self.top < self.bottom <= SCALE):
            raise Invalid


def paint_over(data: bytes, boxes: Sequence[Box]) -> bytes:
    """Return the first picture of a file as PNG, upright, with every box black and nothing but pixels in it.

    Raises Invalid for a file that is no picture of ours, for one that is too large, and for no box or too many.
    """
    from PIL import Image, ImageDraw

    if not 1 <= len(boxes) <= BOXES_MAX:
        raise Invalid
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = _decoded(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Invalid(N_("This picture cannot be painted over."), code="picture_unreadable") from error
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for box in boxes:
        # Rounded outwards: not a pixel under the brush stays.
        draw.rectangle(
            (
                box.left * width // SCALE,
                box.top * height // SCALE,
                -(-box.right * width // SCALE) - 1,
                -(-box.bottom * height // SCALE) - 1,
            ),
            fill=(0, 0, 0),
        )
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _decoded(data: bytes) -> Image:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > PIXELS_MAX:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(opened) or opened
        # A new picture: no metadata, no palette, no second frame, nothing behind transparency.
        plain = Image.new("RGB", upright.size, (255, 255, 255))
        shown = upright.convert("RGBA")
        plain.paste(shown, mask=shown.getchannel("A"))
        return plain
