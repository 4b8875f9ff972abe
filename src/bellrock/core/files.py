"""The files port: where sealed bytes lie. Whatever is stored is sealed before it comes here."""

from __future__ import annotations

import re
from typing import Protocol

from bellrock.core.errors import Invalid, NotFound, Unavailable

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(/[a-z0-9][a-z0-9.-]{0,99}){0,5}")


class FileMissing(NotFound):
    """There are no bytes under this key."""

    code = "file_missing"


class FilesUnavailable(Unavailable):
    """The store does not answer or has no room; nothing was kept. Retrying helps."""

    code = "files_unavailable"


class KeyWrong(Invalid):
    """The key is not one that every store can keep."""

    code = "file_key_wrong"


class Files(Protocol):
    """A store of sealed bytes by key: small letters, digits, `-` and `.`, in folders parted by `/`."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key, all or nothing; the same key again replaces them. Raises FilesUnavailable."""

    async def get(self, key: str) -> bytes:
        """Return the bytes of a key. Raises FileMissing, FilesUnavailable."""

    async def delete(self, key: str) -> None:
        """Remove a key; one that is not there is removed already. Raises FilesUnavailable."""

    async def list(self, prefix: str) -> list[str]:
        """Return the keys below a folder, sorted. Raises FilesUnavailable."""


def check_key(key: str) -> str:
    """Return the key when every store can keep it, else raise KeyWrong: no climbing out, no odd signs."""
    if not _KEY.fullmatch(key) or ".." in key:
        raise KeyWrong
    return key
