"""PostgreSQL's own programs: the ones that come with Bellrock, or those of PG_BIN."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bellrock.core.pg_binaries import find_binaries
from bellrock.operations.errors import DatabaseToolFailed

_WORDS_MAX = 600


async def dump(url: str, *, pg_bin: Path | None, piece_bytes: int) -> AsyncIterator[bytes]:
    """Yield one consistent instant of a whole database in pg_dump's custom format. Raises DatabaseToolFailed."""
    process = await _start(
        "pg_dump",
        url,
        ["--format=custom", "--compress=gzip:1", "--no-owner", "--no-privileges", "--no-unlogged-table-data"],
        pg_bin=pg_bin,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.create_task(process.stderr.read())
    try:
        while piece := await _read(process.stdout, piece_bytes):
            yield piece
        await _finish("pg_dump", process, complaints)
    finally:
        await _end(process, complaints)


async def load(url: str, pieces: Callable[[], Iterable[bytes]], *, pg_bin: Path | None) -> None:
    """Fill an empty database from such a dump, all or nothing. Raises DatabaseToolFailed."""
    process = await _start(
        "pg_restore",
        url,
        ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"],
        pg_bin=pg_bin,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    complaints = asyncio.create_task(process.stderr.read())
    try:
        try:
            for piece in pieces():
                process.stdin.write(piece)
                await process.stdin.drain()
            process.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            pass  # it ended early, and says why
        await _finish("pg_restore", process, complaints)
    finally:
        await _end(process, complaints)


async def _start(program: str, url: str, arguments: list[str], *, pg_bin: Path | None) -> asyncio.subprocess.Process:
    """Start a program; the password goes by the environment, as others may read command lines."""
    path = find_binaries(pg_bin) / program
    if not path.exists():
        raise DatabaseToolFailed(
            program=program, why=f"there is none in {path.parent}; set PG_BIN to a folder that has it"
        )
    target = conninfo_to_dict(url)
    password = str(target.pop("password", "") or "")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return await asyncio.create_subprocess_exec(
        str(path),
        *arguments,
        "--no-password",
        f"--dbname={make_conninfo('', **target)}",
        stdin=asyncio.subprocess.PIPE if program == "pg_restore" else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE if program == "pg_dump" else asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**kept, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"},
        start_new_session=True,
        limit=1 << 20,
    )


async def _read(stream: asyncio.StreamReader, size: int) -> bytes:
    try:
        return await stream.readexactly(size)
    except asyncio.IncompleteReadError as error:
        return error.partial


async def _finish(program: str, process: asyncio.subprocess.Process, complaints: asyncio.Task[bytes]) -> None:
    code = await process.wait()
    if code != 0:
        words = (await complaints).decode("utf-8", "replace").strip().splitlines()
        telling = [line for line in words if "error:" in line or "ERROR" in line] or words or [f"exit code {code}"]
        raise DatabaseToolFailed(program=program, why=telling[0][:_WORDS_MAX])


async def _end(process: asyncio.subprocess.Process, complaints: asyncio.Task[bytes]) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
    await asyncio.gather(complaints, return_exceptions=True)
