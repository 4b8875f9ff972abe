"""The keyring: made once, private, apart from the data, never silently replaced."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bellrock.core import Database
from bellrock.vault import Keyring, KeyringDamaged, Vault, WrongKeyring


def test_makes_private_files_on_the_first_run(tmp_path: Path) -> None:
    Keyring.load(tmp_path / "keys")
    for path in (tmp_path / "keys").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_gives_the_same_keys_again(tmp_path: Path) -> None:
    assert Keyring.load(tmp_path / "keys").ids == Keyring.load(tmp_path / "keys").ids


def test_makes_one_keyring_when_processes_start_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.load(tmp_path / "keys"), range(16)))
    assert len({ring.current for ring in rings}) == 1


def test_shows_no_key_when_printed(tmp_path: Path) -> None:
    ring = Keyring.load(tmp_path / "keys")
    assert not any(repr(key) in repr(ring) for key in (*ring.wrapping.values(), ring.token_key, ring.fingerprint_key))


@pytest.mark.parametrize("name", ["wrapping-0001.key", "fingerprint.key", "token.key", "signing/ledger.key"])
def test_refuses_to_go_on_without_a_key(tmp_path: Path, name: str) -> None:
    Keyring.load(tmp_path / "keys")
    (tmp_path / "keys" / name).unlink()
    with pytest.raises(KeyringDamaged, match=name):
        Keyring.load(tmp_path / "keys")
    assert not (tmp_path / "keys" / name).exists()


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ="])
def test_refuses_a_file_that_is_no_key(tmp_path: Path, content: bytes) -> None:
    Keyring.load(tmp_path / "keys")
    (tmp_path / "keys" / "token.key").write_bytes(content)
    with pytest.raises(KeyringDamaged):
        Keyring.load(tmp_path / "keys")


def test_refuses_keys_that_others_may_read(tmp_path: Path) -> None:
    Keyring.load(tmp_path / "keys")
    (tmp_path / "keys" / "token.key").chmod(0o644)
    with pytest.raises(KeyringDamaged, match="others"):
        Keyring.load(tmp_path / "keys")


def test_refuses_a_folder_inside_the_data(tmp_path: Path) -> None:
    with pytest.raises(KeyringDamaged, match="apart"):
        Keyring.load(tmp_path / "data" / "keys", apart_from=tmp_path / "data")


def test_keeps_keys_that_were_restored_without_their_mark(tmp_path: Path) -> None:
    ids = Keyring.load(tmp_path / "keys").ids
    (tmp_path / "keys" / "complete").unlink()
    assert Keyring.load(tmp_path / "keys").ids == ids


def test_rotation_seals_with_a_new_key_and_keeps_the_old(tmp_path: Path) -> None:
    ring = Keyring.load(tmp_path / "keys")
    rotated = ring.rotate()
    assert rotated.current != ring.current
    assert ring.current in rotated.wrapping
    assert Keyring.load(tmp_path / "keys").current == rotated.current


async def test_refuses_the_keyring_of_another_installation(database: Database, tmp_path: Path) -> None:
    async with database.transaction() as tx:
        await Vault(Keyring.load(tmp_path / "ours")).bind(tx)
    async with database.transaction() as tx:
        await Vault(Keyring.load(tmp_path / "ours").rotate()).bind(tx)
    with pytest.raises(WrongKeyring, match="theirs"):
        async with database.transaction() as tx:
            await Vault(Keyring.load(tmp_path / "theirs")).bind(tx)
