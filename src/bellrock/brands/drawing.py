"""The logo of a brand: judged as any file, then drawn anew, so that nothing of the file itself is ever served."""

from __future__ import annotations

import hashlib
from io import BytesIO

from bellrock import guard
from bellrock.brands.errors import LogoWrong
from bellrock.core import BellrockError

BYTES_MAX = 2_000_000
HEIGHT_MAX, WIDTH_MAX = 160, 640
_HEIGHT_MIN, _PIXELS_MAX, _KEPT_BYTES_MAX = 16, 16_000_000, 200_000
_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


def redraw(name: str, content: bytes) -> tuple[bytes, str]:
    """Return the picture as a PNG of our own, small enough for a header, and its hash. Raises LogoWrong.

    Only pixels cross over: no metadata, no profile, no second frame, no trailing bytes. About 20 ms; call it in a thread.
    """
    from PIL import Image, ImageOps

    if len(content) > BYTES_MAX:
        raise LogoWrong
    try:
        facts = guard.inspect_file(name, content, len(content))
        kind = _KINDS[facts.media_type]
        if (facts.width or 0) * (facts.height or 0) > _PIXELS_MAX or (facts.height or 0) < _HEIGHT_MIN:
            raise LogoWrong
        with Image.open(BytesIO(content), formats=[kind]) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (BellrockError, KeyError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LogoWrong from error
    picture.thumbnail((WIDTH_MAX, HEIGHT_MAX))
    clean = Image.frombytes("RGBA", picture.size, picture.tobytes())
    drawn = BytesIO()
    clean.save(drawn, "PNG", optimize=True)
    if drawn.tell() > _KEPT_BYTES_MAX:
        drawn = BytesIO()
        clean.quantize(128).save(drawn, "PNG", optimize=True)
    if drawn.tell() > _KEPT_BYTES_MAX:
        raise LogoWrong
    return drawn.getvalue(), hashlib.sha256(drawn.getvalue()).hexdigest()[:32]
