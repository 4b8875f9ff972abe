"""Files in a folder of this machine, written all or nothing."""

from __future__ import annotations

from pathlib import Path

from obstore import exceptions
from obstore.store import LocalStore

from bellrock.core.files import FileMissing, FilesUnavailable, check_key


class LocalFiles:
    """The built-in store: a folder that nobody else may read."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = LocalStore(folder)

    async def put(self, key: str, data: bytes) -> None:
        try:
            await self._store.put_async(check_key(key), data)
        except (exceptions.BaseError, OSError) as error:
            raise FilesUnavailable from error

    async def get(self, key: str) -> bytes:
        try:
            found = await self._store.get_async(check_key(key))
            return bytes(await found.bytes_async())
        except (FileNotFoundError, exceptions.NotFoundError) as error:
            raise FileMissing from error
        except (exceptions.BaseError, OSError) as error:
            raise FilesUnavailable from error

    async def delete(self, key: str) -> None:
        try:
            await self._store.delete_async(check_key(key))
        except (FileNotFoundError, exceptions.NotFoundError):
            return
        except (exceptions.BaseError, OSError) as error:
            raise FilesUnavailable from error

    async def list(self, prefix: str) -> list[str]:
        keys: list[str] = []
        try:
            async for batch in self._store.list(prefix=check_key(prefix)):
                keys.extend(item["path"] for item in batch)
        except (exceptions.BaseError, OSError) as error:
            raise FilesUnavailable from error
        return sorted(keys)
