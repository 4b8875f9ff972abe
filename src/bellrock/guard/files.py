"""Which files may be kept: a short list of kinds, known by their first bytes and not by what they are called."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from bellrock.core import N_, Invalid, TooLarge
from bellrock.guard import images
from bellrock.guard.normal import normalise

# As much of the beginning as a caller must hand over (a JPEG keeps a thumbnail and a colour profile before its size),
# and as much of the end (a zip archive is known by its last 64 KiB).
HEAD_BYTES = 512 * 1024
TAIL_BYTES = 66 * 1024

NAME_CHARS_MAX = 100
_MIB = 1024 * 1024
_SIDE_MAX = 16_384
_PIXELS_MAX = 50_000_000
_SNIFFED_BYTES = 4096

_ARCHIVE_END = b"PK\x05\x06"
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php|\?xml|%)|#!\s*/|<\?=", re.I)
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile|RichMedia|XFA)\b")
_VIDEO_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file that may be kept. `is_inline` says whether a page may show it; all others are offered as a download."""

    name: str
    media_type: str
    is_inline: bool
    has_active_content: bool
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class _Form:
    media_type: str
    endings: tuple[str, ...]
    bytes_max: int
    is_inline: bool
    size: Callable[[bytes], images.Size | None] | None = None


_PNG = _Form("image/png", ("png",), 15 * _MIB, True, images.png)
_JPEG = _Form("image/jpeg", ("jpg", "jpeg", "jfif"), 15 * _MIB, True, images.jpeg)
_GIF = _Form("image/gif", ("gif",), 15 * _MIB, True, images.gif)
_WEBP = _Form("image/webp", ("webp",), 15 * _MIB, True, images.webp)
_PDF = _Form("application/pdf", ("pdf",), 20 * _MIB, False)
_VIDEO = _Form("video/mp4", ("mp4", "m4v"), 50 * _MIB, True)
_TEXT = _Form("text/plain", ("txt", "log", "csv"), 5 * _MIB, False)
_FORMS = (_PNG, _JPEG, _GIF, _WEBP, _PDF, _VIDEO, _TEXT)
BYTES_MAX = max(form.bytes_max for form in _FORMS)


def inspect_file(name: str, head: bytes, size: int, *, tail: bytes = b"") -> FileFacts:
    """Judge a file by its name, its first bytes (all of them, or `HEAD_BYTES`) and its last (`TAIL_BYTES`).

    Raises Invalid `file_empty`, `file_kind_refused`, `file_name_mismatch`, `file_two_faced`, `file_unreadable`,
    `picture_too_large`, and TooLarge `file_too_large`.
    """
    if size <= 0 or not head:
        raise Invalid(N_("This file is empty."), code="file_empty")
    form = _form(head)
    clean = clean_name(name, ending=form.endings[0] if form is not None else "")
    if form is None:
        raise _refused()
    if size > form.bytes_max:
        text = N_("This file is too large. The limit for this kind is %(megabytes)s MB.")
        raise TooLarge(text, code="file_too_large", megabytes=form.bytes_max // _MIB)
    if clean.rpartition(".")[2].lower() not in form.endings:
        text = N_("The name of this file says one kind, its content is another. Please save it again and send that.")
        raise Invalid(text, code="file_name_mismatch")
    _refuse_second_face(form, head, tail or (head[-TAIL_BYTES:] if len(head) >= size else b""))
    picture = _picture(form, head)
    return FileFacts(
        name=clean,
        media_type="text/csv" if clean.lower().endswith(".csv") else form.media_type,
        is_inline=form.is_inline,
        has_active_content=form is _PDF and _ACTIVE_PDF.search(head + tail) is not None,
        width=picture.width if picture is not None else None,
        height=picture.height if picture is not None else None,
    )


def clean_name(name: str, *, ending: str = "") -> str:
    """Return a name that no file system, header or page can be tricked with, with an ending where it has none."""
    try:
        flat = normalise(re.split(r"[/\\]", name)[-1][-1000:])
    except Invalid:
        flat = ""
    flat = unicodedata.normalize("NFKC", flat)
    flat = re.sub(r"[\s\u200b-\u200f\u061c]+", " ", flat)
    flat = re.sub(r"[<>:\"/\\|?*%;\x00-\x1f\x7f⟦⟧]", "_", flat).strip(". ")
    stem, dot, last = flat.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", last):
        stem, last = flat, ending
    stem = stem[: NAME_CHARS_MAX - len(last) - 1].strip(". ") or "file"
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem}.{last}" if last else stem


def _form(head: bytes) -> _Form | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if head.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _WEBP
    if head.startswith(b"%PDF-"):
        return _PDF
    if head[4:8] == b"ftyp":
        return _VIDEO if head[8:12] in _VIDEO_BRANDS else None
    return _TEXT if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    if head.startswith(_ARCHIVES) or _MARKUP.search(head[:_SNIFFED_BYTES]):
        return False
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        # Decoded bit by bit, because the head may end within a character.
        words = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return not re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f]", words)


def _refuse_second_face(form: _Form, head: bytes, tail: bytes) -> None:
    """Refuse a file that is also an archive or a page: some other program would open that side of it."""
    has_archive = _ARCHIVE_END in tail
    has_page = form.size is not None and (_MARKUP.search(head[16:1024]) or _PAGE_BEHIND.search(tail[-8192:]))
    if has_archive or has_page:
        text = N_("This file holds a second file inside. Please send a plain copy, such as a new screenshot.")
        raise Invalid(text, code="file_two_faced")


_PAGE_BEHIND = re.compile(rb"<(?:html|script|body|iframe|\?php)[\s>]", re.I)


def _picture(form: _Form, head: bytes) -> images.Size | None:
    if form.size is None:
        return None
    size = form.size(head)
    if size is None or not size.width or not size.height:
        raise Invalid(N_("This picture cannot be read. Please save it again and send that."), code="file_unreadable")
    if max(size) > _SIDE_MAX or size.width * size.height > _PIXELS_MAX:
        raise Invalid(N_("This picture has too many pixels. Please send a smaller one."), code="picture_too_large")
    return size


def _refused() -> Invalid:
    text = N_("This kind of file cannot be taken. You can send PNG, JPEG, WebP, GIF, PDF, MP4, TXT, CSV and LOG files.")
    return Invalid(text, code="file_kind_refused")
