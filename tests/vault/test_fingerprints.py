"""Fingerprints and token hashes: the same for the same, telling nothing without the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.vault import Keyring, Vault


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", " Ana.Souza@Example.COM ", "ana.souza@example.com"),
        ("email", "ａｎａ@example.com", "ana@example.com"),
        ("phone", "+49 (170) 123-45 67", "00491701234567"),
        ("phone", "+٤٩١٧٠", "+49170"),
        ("external", "é", "é"),
    ],
)
def test_finds_a_contact_however_it_was_typed(vault: Vault, kind: str, one: str, other: str) -> None:
    assert vault.fingerprint(kind, one) == vault.fingerprint(kind, other)


def test_keeps_kinds_apart(vault: Vault) -> None:
    assert vault.fingerprint("email", "x") != vault.fingerprint("handle", "x")
    assert vault.fingerprint("external", "Abc") != vault.fingerprint("external", "abc")


def test_says_nothing_without_the_key(vault: Vault, tmp_path: Path) -> None:
    other = Vault(Keyring.load(tmp_path / "other"))
    assert vault.fingerprint("email", "a@b.c") != other.fingerprint("email", "a@b.c")
    assert vault.token_hashes(["withdrawal"]) != other.token_hashes(["withdrawal"])


@given(tokens=st.lists(st.text(), max_size=50))
def test_token_hashes_fit_a_bigint_and_keep_no_order(vault: Vault, tokens: list[str]) -> None:
    hashes = vault.token_hashes(tokens)
    assert hashes == sorted(set(hashes)) == vault.token_hashes(tokens[::-1])
    assert len(hashes) == len(set(tokens))
    assert all(-(2**63) <= item < 2**63 for item in hashes)


def test_a_text_of_countless_words_is_cut(vault: Vault) -> None:
    assert len(vault.token_hashes([str(number) for number in range(6_000)])) == 5_000
