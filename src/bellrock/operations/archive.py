"""The file of a backup: a tar of small members, written as it is read, with what proves it whole at its end.

    bellrock-backup.json    format, revision, versions, time: read first
    settings.json           settings that are no secrets
    checkpoints/NAME        signed checkpoints
    database/NNNNNNNN       pg_dump's custom format, in pieces
    files/KEY               sealed files
    end.json                how many members, SHA-256 over all of them, and its Ed25519 signature by the ledger's key

Any tar lists it. The digest runs over `name NUL length NUL content` of each member before `end.json`, in order.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bellrock.operations.errors import ArchiveDamaged, ArchiveUnreadable, TargetExists

FORMAT = 1
HEAD = "bellrock-backup.json"
END = "end.json"
PIECE_BYTES = 4_000_000
MEMBER_BYTES_MAX = 200_000_000
_SIGNED = b"bellrock/1/backup\0"


class Head(msgspec.Struct, frozen=True):
    """What a backup says of itself first."""

    format: int
    bellrock: str
    revision: str
    postgres: int
    origin: str
    made_at: str


class End(msgspec.Struct, frozen=True):
    """What a backup ends with."""

    members: int
    digest: str
    signature: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a whole backup holds."""

    head: Head
    digest: bytes
    bytes: int
    files: int
    checkpoints: int


class Writer:
    """Writes an archive beside its place and moves it there when it is whole."""

    def __init__(self, target: Path, head: Head) -> None:
        self.target = target
        self.members = self.files = 0
        self.bytes = 0
        self._digest = hashlib.sha256()
        self._beside = target.with_name(f".{target.name}.{os.getpid()}.part")
        if target.exists():
            raise TargetExists(file=str(target))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.add(HEAD, msgspec.json.encode(head))

    def add(self, name: str, content: bytes) -> None:
        """Append one member."""
        _note(self._digest, name, content)
        self._put(name, content)
        self.members += 1
        self.bytes += len(content)
        self.files += name.startswith("files/")

    def finish(self, signing: Ed25519PrivateKey) -> bytes:
        """Sign, wait until the disk has it, move it to its place; return the digest."""
        digest = self._digest.digest()
        signature = base64.b64encode(signing.sign(_SIGNED + digest)).decode()
        self._put(END, msgspec.json.encode(End(self.members, digest.hex(), signature)))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self.bytes = self._file.tell()
        self._file.close()
        try:
            os.link(self._beside, self.target)  # unlike a rename, this never replaces what came there meanwhile
        except FileExistsError as error:
            raise TargetExists(file=str(self.target)) from error
        finally:
            self._beside.unlink()
        return digest

    def abandon(self) -> None:
        """Remove what was written so far."""
        with suppress(OSError):
            assert self._tar.fileobj is not None
            self._tar.fileobj.close()
        with suppress(OSError):
            self._file.close()
        self._beside.unlink(missing_ok=True)

    def _put(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))


@dataclass(slots=True)
class Reader:
    """Reads an archive from its beginning, checking as it goes; once at its end, it was whole."""

    source: Path
    head: Head = field(init=False)
    contents: Contents | None = None

    def members(self) -> Iterator[tuple[str, bytes]]:
        """Yield (name, content) of every member after the head and before the end, in order.

        Raises ArchiveUnreadable before anything is yielded, ArchiveDamaged at the first thing that does not fit.
        """
        digest = hashlib.sha256()
        count = files = checkpoints = 0
        end: End | None = None
        try:
            with self.source.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
                for member in tar:
                    content = self._read(tar, member)
                    if end is not None:
                        raise ArchiveDamaged(file=str(self.source), why="something was appended to it")
                    if member.name == END:
                        end = _decode(content, End, self.source)
                        continue
                    if count == 0:
                        self.head = self._head(member.name, content)
                    _note(digest, member.name, content)
                    count += 1
                    files += member.name.startswith("files/")
                    checkpoints += member.name.startswith("checkpoints/")
                    if count > 1:
                        yield member.name, content
        except tarfile.ReadError as error:
            if count == 0:
                raise ArchiveUnreadable(file=str(self.source), why="it is no backup of Bellrock") from error
            raise ArchiveDamaged(file=str(self.source), why="it breaks off in the middle") from error
        except tarfile.TarError as error:
            raise ArchiveDamaged(file=str(self.source), why=str(error)) from error
        if count == 0:
            raise ArchiveUnreadable(file=str(self.source), why="it is empty")
        if end is None:
            raise ArchiveDamaged(file=str(self.source), why="its end is missing; the backup did not finish")
        if end.members != count or end.digest != digest.hexdigest():
            raise ArchiveDamaged(file=str(self.source), why="its content is not what was written (SHA-256 differs)")
        size = self.source.stat().st_size
        self.contents = Contents(self.head, digest.digest(), size, files, checkpoints)
        self._signature = base64.b64decode(end.signature)

    _signature: bytes = b""

    def check(self, public: Ed25519PublicKey | None = None) -> Contents:
        """Read it all and return what it holds. With a key, raise ArchiveUnreadable unless that key signed it."""
        for _member in self.members():
            pass
        assert self.contents is not None
        if public is not None:
            try:
                public.verify(self._signature, _SIGNED + self.contents.digest)
            except InvalidSignature as error:
                why = "it was not signed with the keys of this house; it is of another one, or was changed"
                raise ArchiveUnreadable(file=str(self.source), why=why) from error
        return self.contents

    def _read(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
        stream = tar.extractfile(member) if member.isreg() and member.size <= MEMBER_BYTES_MAX else None
        if stream is None:
            raise ArchiveDamaged(file=str(self.source), why=f"it holds something odd: {member.name[:80]!r}")
        content = stream.read()
        if len(content) != member.size:
            raise ArchiveDamaged(file=str(self.source), why="it breaks off in the middle")
        return content

    def _head(self, name: str, content: bytes) -> Head:
        if name != HEAD:
            raise ArchiveUnreadable(file=str(self.source), why="it is no backup of Bellrock")
        stated: dict[str, Any] = _decode(content, dict, self.source)
        if stated.get("format") != FORMAT:
            why = f"it is of format {stated.get('format')}, and this Bellrock reads format {FORMAT}"
            raise ArchiveUnreadable(file=str(self.source), why=why)
        head: Head = _decode(content, Head, self.source)
        return head


def _note(digest: Any, name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _decode(content: bytes, kind: Any, source: Path) -> Any:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ArchiveDamaged(file=str(source), why="a part of it cannot be read") from error
