"""The integrators' guide: every shell example runs against a live server, and every Python example is true."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from tests.api.conftest import Desk

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "integrators.md"
_BLOCK = re.compile(r"```(?P<kind>sh|python)\n(?P<code>.*?)```", re.DOTALL)


@pytest.fixture
async def address(desk: Desk) -> AsyncIterator[str]:
    """The application behind a real socket: curl speaks to it, and a small bridge to the application."""
    server = await asyncio.start_server(lambda r, w: _bridge(desk.client.app, r, w), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def _bridge(app: Litestar, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.splitlines()
    method, target, _ = first.split(" ")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver.local") as client:
        answer = await client.request(method, target, headers=headers, content=body)
    kept = {name: value for name, value in answer.headers.items() if name not in ("content-encoding", "content-length")}
    sent = "".join(f"{name}: {value}\r\n" for name, value in kept.items())
    length = f"content-length: {len(answer.content)}\r\nconnection: close\r\n\r\n"
    writer.write(f"HTTP/1.1 {answer.status_code} x\r\n{sent}{length}".encode() + answer.content)
    await writer.drain()
    writer.close()


def _examples(kind: str) -> list[str]:
    return [found["code"] for found in _BLOCK.finditer(GUIDE.read_text()) if found["kind"] == kind]


@pytest.mark.skipif(not shutil.which("curl"), reason="the examples are written for curl")
async def test_the_shell_examples(desk: Desk, address: str, tmp_path: Path) -> None:
    script = "set -eu\n" + "\n".join(f"{code}\necho; echo ---" for code in _examples("sh"))
    # jq is not everywhere; `-r .a.b` and `-r '.items[].a'` are all that the guide asks of it.
    jq = tmp_path / "jq"
    jq.write_text(
        "#!/usr/bin/env python3\nimport json, sys\nvalue = json.load(sys.stdin)\nlist_, _, name = sys.argv[2].rpartition('.')\n"
        "found = [item[name] for item in value['items']] if list_ else [value[name]]\n"
        "print('\\n'.join('null' if one is None else str(one) for one in found))\n"
    )
    jq.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "BELLROCK": address,
        "TOKEN": await desk.token(),
        "no_proxy": "127.0.0.1",
    }
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", script),
        env=environment,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    said = out.decode()
    assert process.returncode == 0, said + errors.decode()
    parts = [part.strip() for part in said.split("---")]
    teams, answered, file, changed, listed, events, refused, webhook = parts[:8]
    assert '"slug"' in teams
    assert "My deposit has not arrived.\nIt arrived a minute ago." in answered
    assert file == "text/plain\nReceipt 17, 5 EUR"
    assert changed == "resolved"
    assert listed.startswith("BR-")
    assert events == ""
    assert refused == "query_invalid"
    assert webhook == "person"


def test_the_python_examples_are_python() -> None:
    for code in _examples("python"):
        compile(code, "guide", "exec")


def test_every_scope_and_header_is_explained() -> None:
    guide = GUIDE.read_text()
    for word in ("Idempotency-Key", "If-Match", "RateLimit", "webhook-signature", "next_cursor", "problem+json"):
        assert word in guide
