"""The keyring: the folder with the keys that never lie in the database or the data folder."""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bellrock.vault.errors import KeyringDamaged
from bellrock.vault.sealing import KEY_BYTES, new_key

_WRAPPING = "wrapping"
_COMPLETE = "complete"
_README = """The keys of one Bellrock installation. Whoever has them and the database can read everything.
Keep this folder apart from the data folder, and its backup apart from the backups of the database.

wrapping-NNNN.key   key-encryption keys; the highest number seals, the others still open
fingerprint.key     finds contacts without storing them in clear
token.key           hashes the words of the search over messages
signing/ledger.key  signs the checkpoints of the record (Ed25519); ledger.pub is its public half
"""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one installation, in memory. Nothing of it is printed."""

    folder: Path
    wrapping: dict[str, bytes] = field(repr=False)
    current: str
    fingerprint_key: bytes = field(repr=False)
    token_key: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> Ed25519PublicKey:
        """The public half of the key that signs checkpoints."""
        return self.signing.public_key()

    @property
    def ids(self) -> dict[str, str]:
        """Return (id of key -> what it is for), to compare with what the database was sealed with. No secrets."""
        marks = dict.fromkeys(self.wrapping, _WRAPPING)
        marks[key_mark("fingerprint", self.fingerprint_key)] = "fingerprint"
        marks[key_mark("token", self.token_key)] = "token"
        marks[key_mark("signing", self.public.public_bytes_raw())] = "signing"
        return marks

    @classmethod
    def load(cls, folder: Path, *, apart_from: Path | None = None) -> Keyring:
        """Return the keyring in `folder`; on the very first run, make it (0700, files 0600).

        Raises KeyringDamaged when a file of a finished keyring is missing or wrong, when others may read it, or when it
        lies inside the data folder `apart_from`. A key is never silently replaced.
        """
        folder = folder.absolute()
        if apart_from is not None and folder.resolve().is_relative_to(apart_from.resolve()):
            raise KeyringDamaged(why=f"{folder} lies inside the data folder; keys and data are kept apart")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(folder):
                if not (folder / _COMPLETE).exists():
                    _create(folder)
                return _read(folder)
        except OSError as error:
            raise KeyringDamaged(why=f"{error.strerror or error}: {error.filename or folder}") from error

    def rotate(self) -> Keyring:
        """Add a key-encryption key and return the keyring that seals with it; the old ones still open."""
        with _locked(self.folder):
            numbers = [int(path.stem.rpartition("-")[2]) for path in self.folder.glob(f"{_WRAPPING}-*.key")]
            _write_key(self.folder / f"{_WRAPPING}-{max(numbers) + 1:04d}.key", new_key())
            return _read(self.folder)


def key_mark(purpose: str, key: bytes) -> str:
    """Return the public id of a key: 16 hexadecimal digits of a hash that says nothing about it."""
    return hashlib.sha256(f"bellrock/1/key/{purpose}\0".encode() + key).hexdigest()[:16]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _create(folder: Path) -> None:
    """Make the keys that are not there yet. A key that exists is kept, whatever became of the mark of completion."""
    folder.chmod(0o700)
    (folder / "signing").mkdir(mode=0o700, exist_ok=True)
    for name in (f"{_WRAPPING}-0001.key", "fingerprint.key", "token.key", "signing/ledger.key"):
        if not (folder / name).exists():
            _write_key(folder / name, new_key())
    signing = Ed25519PrivateKey.from_private_bytes(_read_key(folder / "signing" / "ledger.key"))
    _write_key(folder / "signing" / "ledger.pub", signing.public_key().public_bytes_raw())
    _write(folder / "README", _README.encode())
    _write(folder / _COMPLETE, b"This keyring is complete. Do not remove this file.\n")


def _read(folder: Path) -> Keyring:
    _check_private(folder)
    wrapping: dict[str, bytes] = {}
    current = ""
    for path in sorted(folder.glob(f"{_WRAPPING}-*.key")):
        key = _read_key(path)
        current = key_mark(_WRAPPING, key)
        wrapping[current] = key
    if not wrapping:
        raise KeyringDamaged(why=f"{folder / 'wrapping-0001.key'} is missing")
    return Keyring(
        folder=folder,
        wrapping=wrapping,
        current=current,
        fingerprint_key=_read_key(folder / "fingerprint.key"),
        token_key=_read_key(folder / "token.key"),
        signing=Ed25519PrivateKey.from_private_bytes(_read_key(folder / "signing" / "ledger.key")),
    )


def _read_key(path: Path) -> bytes:
    if not path.exists():
        raise KeyringDamaged(why=f"{path} is missing")
    _check_private(path)
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error as error:
        raise KeyringDamaged(why=f"{path} is not a key") from error
    if len(key) != KEY_BYTES:
        raise KeyringDamaged(why=f"{path} is not a key of {KEY_BYTES} bytes")
    return key


def _check_private(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyringDamaged(why=f"{path} can be read by others (mode {mode:04o}); chmod go= it")


def _write_key(path: Path, key: bytes) -> None:
    _write(path, base64.b64encode(key) + b"\n")


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
