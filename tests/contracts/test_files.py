"""What every store of files keeps to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bellrock.adapters.files.local import LocalFiles
from bellrock.core.files import FileMissing, Files, FilesUnavailable, KeyWrong

STORES: dict[str, Callable[[Path], Files]] = {"local": lambda folder: LocalFiles(folder / "store")}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return STORES[request.param](tmp_path)


async def test_returns_what_it_was_given(store: Files) -> None:
    data = bytes(range(256)) * 4_000
    await store.put("files/ab/one", data)
    assert await store.get("files/ab/one") == data


async def test_keeps_the_newest_under_a_key(store: Files) -> None:
    await store.put("files/one", b"old")
    await store.put("files/one", b"new")
    assert await store.get("files/one") == b"new"


async def test_keeps_an_empty_file(store: Files) -> None:
    await store.put("files/empty", b"")
    assert await store.get("files/empty") == b""


async def test_says_what_is_missing(store: Files) -> None:
    with pytest.raises(FileMissing):
        await store.get("files/none")


async def test_deleting_twice_is_deleting_once(store: Files) -> None:
    await store.put("files/one", b"x")
    await store.delete("files/one")
    await store.delete("files/one")
    with pytest.raises(FileMissing):
        await store.get("files/one")


async def test_lists_below_a_folder_in_order(store: Files) -> None:
    for key in ("files/b/2", "files/a/1", "files/b/1", "other/x"):
        await store.put(key, b"x")
    assert await store.list("files") == ["files/a/1", "files/b/1", "files/b/2"]
    assert await store.list("files/b") == ["files/b/1", "files/b/2"]
    assert await store.list("nothing") == []


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../up", "a/../b", "a//b", "A", "a b", "a/" * 9 + "b", "x" * 200, "a\0"]
)
async def test_refuses_a_key_that_leads_elsewhere(store: Files, key: str) -> None:
    with pytest.raises(KeyWrong):
        await store.put(key, b"x")
    with pytest.raises(KeyWrong):
        await store.get(key)


async def test_says_when_it_cannot_keep_anything(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path / "store")
    (tmp_path / "store" / "files").write_bytes(b"a file where a folder should be")
    with pytest.raises(FilesUnavailable) as failure:
        await store.put("files/one", b"x")
    assert failure.value.retryable
