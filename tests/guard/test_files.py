import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.core import BellrockError

ZIP_END = b"PK\x05\x06" + bytes(18)


def png(width: int = 40, height: int = 30) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    )


def jpeg(width: int = 40, height: int = 30) -> bytes:
    thumbnail = b"\xff\xe1" + struct.pack(">H", 2 + 300) + b"Exif\0\0" + bytes(294)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + bytes(3)
    return b"\xff\xd8" + thumbnail + frame + b"\xff\xda" + bytes(50) + b"\xff\xd9"


def webp() -> bytes:
    return b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\x27\0\0\x1d\0\0"


def gif() -> bytes:
    return b"GIF89a" + struct.pack("<HH", 40, 30) + bytes(20) + b";"


MP4 = b"\0\0\0\x18ftypisom" + bytes(40)
PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF"


@pytest.mark.parametrize(
    ("name", "raw", "media_type", "is_inline"),
    [
        ("a.png", png(), "image/png", True),
        ("a.JPG", jpeg(), "image/jpeg", True),
        ("a.webp", webp(), "image/webp", True),
        ("a.gif", gif(), "image/gif", True),
        ("a.mp4", MP4, "video/mp4", True),
        ("a.pdf", PDF, "application/pdf", False),
        ("a.txt", "Grüße, 你好\n".encode(), "text/plain", False),
        ("a.log", b"2026-11-22 error 5\n", "text/plain", False),
        ("a.csv", "a;b\n1;2\n".encode("utf-16"), "text/csv", False),
    ],
)
def test_takes_the_kinds_on_the_list(name: str, raw: bytes, media_type: str, is_inline: bool) -> None:
    facts = guard.inspect_file(name, raw, len(raw))
    assert (facts.media_type, facts.is_inline) == (media_type, is_inline)
    assert (facts.width, facts.height) == ((40, 30) if media_type.startswith("image/") else (None, None))


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("a.zip", b"PK\x03\x04" + bytes(50), "file_kind_refused"),
        ("a.gz", b"\x1f\x8b\x08" + bytes(50), "file_kind_refused"),
        ("a.exe", b"MZ\x90\0" + bytes(60), "file_kind_refused"),
        ("a.svg", b"<svg xmlns='x'><script>1</script></svg>", "file_kind_refused"),
        ("a.txt", b"<!DOCTYPE html><script>1</script>", "file_kind_refused"),
        ("a.html", b"<html>", "file_kind_refused"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "file_kind_refused"),
        ("a.txt", b"abc\0def", "file_kind_refused"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40), "file_kind_refused"),
        ("a.png", jpeg(), "file_name_mismatch"),
        ("a.pdf", png(), "file_name_mismatch"),
        ("a.exe", b"just words", "file_name_mismatch"),
        ("photo.jpg.exe", jpeg(), "file_name_mismatch"),
        ("a.png", png() + b"PK\x03\x04x" + ZIP_END, "file_two_faced"),
        ("a.pdf", PDF + ZIP_END, "file_two_faced"),
        ("a.jpg", jpeg() + b"<html><script>alert(1)</script>", "file_two_faced"),
        ("a.gif", b"GIF89a" + struct.pack("<HH", 40, 30) + b"/*<script>*/" + bytes(20), "file_two_faced"),
        ("a.png", png(60_000, 60_000), "picture_too_large"),
        ("a.jpg", jpeg(16_000, 16_000), "picture_too_large"),
        ("a.png", png(0, 5), "file_unreadable"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "file_unreadable"),
        ("a.png", b"", "file_empty"),
    ],
)
def test_refuses_everything_else(name: str, raw: bytes, code: str) -> None:
    with pytest.raises(BellrockError) as caught:
        guard.inspect_file(name, raw, len(raw))
    assert caught.value.code == code


def test_refuses_an_archive_behind_a_long_picture() -> None:
    raw = png() + bytes(1_000_000) + ZIP_END
    with pytest.raises(BellrockError) as caught:
        guard.inspect_file("a.png", raw[: guard.HEAD_BYTES], len(raw), tail=raw[-guard.TAIL_BYTES :])
    assert caught.value.code == "file_two_faced"


def test_refuses_what_is_too_large_for_its_kind() -> None:
    with pytest.raises(BellrockError) as caught:
        guard.inspect_file("a.txt", b"words", 6 * 1024 * 1024)
    assert (caught.value.code, caught.value.status) == ("file_too_large", 413)


def test_says_when_a_pdf_can_act() -> None:
    active = PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    facts = guard.inspect_file("a.pdf", active, len(active))
    assert facts.has_active_content
    assert not facts.is_inline


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\shot.png", "shot.png"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\x00b.png", "ab.png"),
        (".htaccess", "htaccess.txt"),
        ("con.txt", "_con.txt"),
        ('x"; filename="y.png', "x__ filename=_y.png"),
        ("截图 2026.png", "截图 2026.png"),
        ("", "file.txt"),
        ("   ", "file.txt"),
        ("pasted image", "pasted image.txt"),
        ("a" * 300 + ".png", "a" * 96 + ".png"),
    ],
)
def test_names_are_made_harmless(name: str, clean: str) -> None:
    assert guard.clean_name(name, ending="txt") == clean


@given(st.text(max_size=300))
def test_no_name_is_a_trick(name: str) -> None:
    clean = guard.clean_name(name, ending="png")
    assert 0 < len(clean) <= 104
    assert not set(clean) & set('/\\<>:"|?*%;\0\n\r\t')
    assert not clean.startswith(".")
    clean.encode("utf-8")


@given(
    st.binary(min_size=1, max_size=400),
    st.sampled_from(["a.png", "a.jpg", "a.webp", "a.gif", "a.pdf", "a.txt", "a.mp4"]),
)
def test_no_bytes_break_it(raw: bytes, name: str) -> None:
    for head in (raw, b"\xff\xd8\xff" + raw, b"\x89PNG\r\n\x1a\n" + raw, b"RIFF1234WEBP" + raw, b"GIF89a" + raw):
        try:
            guard.inspect_file(name, head, len(head))
        except BellrockError as error:
            assert error.code.startswith(("file_", "picture_"))
