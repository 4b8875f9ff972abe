"""The keys are backed up apart: one small file under a passphrase (argon2id, AES-256-GCM), with the secret settings."""

from __future__ import annotations

import base64
import os
import shutil
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bellrock.core import Settings, clock
from bellrock.operations.archive import MEMBER_BYTES_MAX
from bellrock.operations.backup import require_keys
from bellrock.operations.errors import ArchiveDamaged, ArchiveUnreadable, HouseNotEmpty, PassphraseWrong, TargetExists
from bellrock.vault import Keyring

FORMAT = "bellrock-keys/1"
PASSPHRASE_LENGTH_MIN = 12
SECRETS_FILE = "restored-settings.toml"
_PASSES, _MEMORY_KIB, _LANES = 4, 256 * 1024, 2
_MEMORY_KIB_MAX, _PASSES_MAX = 2 * 1024 * 1024, 64
_LEFT_OUT = frozenset({".lock", SECRETS_FILE})


class Header(msgspec.Struct, frozen=True):
    """How the keys were sealed; bound to them, so that nothing of it can be changed."""

    format: str
    made_at: str
    passes: int
    memory_kib: int
    lanes: int
    salt: str


class Sealed(msgspec.Struct, frozen=True):
    """The file."""

    header: Header
    nonce: str
    sealed: str


class Inside(msgspec.Struct, frozen=True):
    """What is sealed: every file of the folder by its name, and the secret settings."""

    files: dict[str, bytes]
    settings: dict[str, str]


def back_up_keys(
    settings: Settings, target: Path, *, passphrase: str, now: datetime, memory_kib: int = _MEMORY_KIB
) -> int:
    """Write the keys, sealed under a passphrase; return how many files it holds. Raises KeysMissing, TargetExists."""
    keyring = require_keys(settings)
    if len(passphrase) < PASSPHRASE_LENGTH_MIN:
        raise PassphraseWrong(why=f"the passphrase needs {PASSPHRASE_LENGTH_MIN} signs at least")
    files = {
        str(path.relative_to(keyring.folder)): path.read_bytes()
        for path in sorted(keyring.folder.rglob("*"))
        if path.is_file() and path.name not in _LEFT_OUT and not path.name.endswith(".new")
    }
    secrets = {item.name: _toml(getattr(settings, item.name)) for item in fields(settings) if item.metadata["secret"]}
    inside = Inside(
        files, {name: value for name, value in secrets.items() if value not in ('""', "{}", "[]", '"None"')}
    )
    header = Header(FORMAT, clock.rfc3339(now), _PASSES, memory_kib, _LANES, base64.b64encode(os.urandom(16)).decode())
    nonce = os.urandom(12)
    sealed = AESGCM(_key(header, passphrase)).encrypt(nonce, msgspec.json.encode(inside), msgspec.json.encode(header))
    content = Sealed(header, base64.b64encode(nonce).decode(), base64.b64encode(sealed).decode())
    _write_new(target, msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    return len(files)


def restore_keys(settings: Settings, source: Path, *, passphrase: str) -> Keyring:
    """Put the keys back into an empty folder and return them.

    Raises HouseNotEmpty, ArchiveUnreadable, ArchiveDamaged, PassphraseWrong, KeyringDamaged; then nothing is there.
    """
    folder = settings.keys.absolute()
    if folder.exists() and any(item.name != ".lock" for item in folder.iterdir()):
        raise HouseNotEmpty(what=f"{folder} holds files")
    inside = _open(source, passphrase)
    beside = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    try:
        for name, content in inside.files.items():
            _write_new(_place(beside, name, source), content)
        if inside.settings:
            lines = [f"{name} = {value}\n" for name, value in sorted(inside.settings.items())]
            _write_new(beside / SECRETS_FILE, "".join(lines).encode())
        Keyring.load(beside, apart_from=settings.data)
        if folder.exists():
            shutil.rmtree(folder)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Keyring.load(folder, apart_from=settings.data)


def check_keys(source: Path, *, passphrase: str) -> int:
    """Return how many files of keys a passphrase opens. Raises ArchiveUnreadable, ArchiveDamaged, PassphraseWrong."""
    return len(_open(source, passphrase).files)


def _open(source: Path, passphrase: str) -> Inside:
    if source.stat().st_size > MEMBER_BYTES_MAX:
        raise ArchiveUnreadable(file=str(source), why="it is no backup of keys")
    try:
        content = msgspec.json.decode(source.read_bytes(), type=Sealed)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveUnreadable(file=str(source), why="it is no backup of keys, or is cut off") from error
    header = content.header
    if header.format != FORMAT:
        raise ArchiveUnreadable(
            file=str(source), why=f"it is of format {header.format}, and this Bellrock reads {FORMAT}"
        )
    if header.memory_kib > _MEMORY_KIB_MAX or header.passes > _PASSES_MAX or not 1 <= header.lanes <= 16:
        raise ArchiveDamaged(file=str(source), why="its costs are beyond anything Bellrock writes")
    try:
        plain = AESGCM(_key(header, passphrase)).decrypt(
            base64.b64decode(content.nonce), base64.b64decode(content.sealed), msgspec.json.encode(header)
        )
    except InvalidTag as error:
        raise PassphraseWrong(why="the passphrase is another one, or the file was changed") from error
    except ValueError as error:
        raise ArchiveDamaged(file=str(source), why="a part of it cannot be read") from error
    return msgspec.json.decode(plain, type=Inside)


def _key(header: Header, passphrase: str) -> bytes:
    return hash_secret_raw(
        passphrase.encode(),
        base64.b64decode(header.salt),
        time_cost=header.passes,
        memory_cost=header.memory_kib,
        parallelism=header.lanes,
        hash_len=32,
        type=Type.ID,
    )


def _place(folder: Path, name: str, source: Path) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ArchiveDamaged(file=str(source), why="a name in it leads elsewhere")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _write_new(path: Path, content: bytes) -> None:
    """Write a private file that was not there, whole or not at all."""
    if path.exists():
        raise TargetExists(file=str(path))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)


def _toml(value: object) -> str:
    """Return a value as TOML writes it: JSON's texts, numbers and lists are TOML's too; a mapping is an inline table."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(name))} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, str | bool | int | list | tuple):
        return msgspec.json.encode(value).decode()
    return _toml(str(value))
