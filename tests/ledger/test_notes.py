"""Signed notes: what the C2SP documents show is read, and nothing that was changed passes."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bellrock.ledger import Checkpoint, ProofWrong, notes

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CHECKPOINT = Checkpoint("northwick.example/records", 4_711, bytes(range(32)))
NOTE = notes.sign(CHECKPOINT, KEY)

# The example of golang.org/x/mod/sumdb/note, on which C2SP signed-note is built.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_opens_what_was_signed() -> None:
    assert notes.open_note(NOTE, KEY.public_key()) == CHECKPOINT


def test_writes_a_checkpoint_line_by_line() -> None:
    lines = NOTE.split("\n")
    assert lines[:4] == [
        "northwick.example/records",
        "4711",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "",
    ]
    assert lines[4].startswith("— northwick.example/records ")
    assert lines[5:] == [""]


def test_reads_the_published_key_and_signature() -> None:
    name, public = notes.parse_verifier_key(GO_KEY)
    assert notes.verifier_key(name, public) == GO_KEY
    text, signatures = notes.split(GO_NOTE)
    assert notes.is_signed(text, signatures, name, public)
    assert not notes.is_signed(text.replace("answer", "question"), signatures, name, public)


def test_gives_the_public_key_in_the_common_form() -> None:
    text = notes.verifier_key("northwick.example/records", KEY.public_key())
    name, public = notes.parse_verifier_key(text)
    assert name == "northwick.example/records"
    assert public.public_bytes_raw() == KEY.public_key().public_bytes_raw()


def test_passes_over_signatures_of_witnesses() -> None:
    assert notes.open_note(NOTE + "— witness.example AAAAAAAA\n", KEY.public_key()) == CHECKPOINT


def test_refuses_another_key() -> None:
    with pytest.raises(ProofWrong, match="not signed"):
        notes.open_note(NOTE, Ed25519PrivateKey.generate().public_key())


@given(at=st.integers(0, len(NOTE) - 1), sign=st.characters(codec="utf-8"))
def test_refuses_a_note_with_any_other_letter(at: int, sign: str) -> None:
    changed = NOTE[:at] + sign + NOTE[at + 1 :]
    if changed == NOTE:
        return
    try:
        assert notes.open_note(changed, KEY.public_key()) == CHECKPOINT
    except ProofWrong:
        return
    # Only the padding bits of the signature's base64 say nothing.
    assert at > NOTE.index("— ")


@given(st.text())
def test_refuses_anything_else_without_stumbling(text: str) -> None:
    with pytest.raises(ProofWrong):
        notes.open_note(text, KEY.public_key())
    with pytest.raises(ProofWrong):
        notes.parse_verifier_key(text)
