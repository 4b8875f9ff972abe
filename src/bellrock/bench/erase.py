"""erase.hits: what is left of an erased customer, and of one erased message, anywhere in a running installation."""

from __future__ import annotations

import asyncio
import base64
import secrets
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import jwt

from bellrock import access, channels, conversations, guard, language, ledger, people
from bellrock.bench import stack as stacks
from bellrock.bench.client import Client, Refused
from bellrock.bench.report import Figure
from bellrock.core import SYSTEM, Transaction, clock, settings
from bellrock.core.pg_binaries import find_binaries
from bellrock.house import House
from bellrock.wiring import projections

_CLOSED_SECONDS_MAX = 20.0


@dataclass
class _Canary:
    """Words that exist nowhere else, and everything that would give them away."""

    words: list[str] = field(default_factory=list)
    contacts: list[tuple[str, str]] = field(default_factory=list)

    def word(self) -> str:
        self.words.append(f"canary{secrets.token_hex(8)}")
        return self.words[-1]

    def forms(self, house: House) -> list[bytes]:
        """Return what to look for: the words as text and hex, fingerprints of contacts, hashes of tokens."""
        found: list[bytes] = []
        for word in self.words:
            raw = word.encode()
            found += [raw, raw.upper(), raw.hex().encode()]
            found += [str(item).encode() for item in house.vault.token_hashes(language.tokens(word))]
        for kind, value in self.contacts:
            found.append(house.vault.fingerprint(kind, value).hex().encode())
        return found


def measure(folder: Path) -> list[Figure]:
    """Return the figure erase.hits: canaries found in the dump, files, logs and search, and records that still open."""
    key = secrets.token_bytes(32)
    token_keys = f"bench=HS256:{base64.urlsafe_b64encode(key).decode().rstrip('=')}"
    with stacks.running(folder, first_line="0", customer_token_keys=token_keys) as stack:
        hits, looked = asyncio.run(_measure(folder, stack, key))
    for path in _files(folder):
        hits += [f"{path.relative_to(folder)}: {form[:12]!r}" for form in looked.plain if form in path.read_bytes()]
    note = f"{looked.size / 1e6:.0f} MB of dump and {len(looked.plain)} forms looked at" + (
        f"; {hits[:5]}" if hits else ""
    )
    return [Figure("erase.hits", len(hits), "", 0, note=note)]


@dataclass
class _Looked:
    """How much was searched, and the forms that no file may hold."""

    size: int
    plain: list[bytes]


async def _measure(folder: Path, stack: stacks.Stack, key: bytes) -> tuple[list[str], _Looked]:
    async with _house(folder, stack) as house:
        gone, kept, one = _Canary(), _Canary(), _Canary()
        async with house.database.transaction() as tx:
            await people.seed_teams(tx, house.vault, now=clock.now())
        erased = await _customer(stack, key, gone)
        await _write(erased, gone.word(), file=gone.word())
        await _write(erased, gone.word())
        await erased.post("/widget/person", {})
        other = await _customer(stack, key, kept)
        await _write(other, kept.word(), file=kept.word())
        message = await _write(other, one.word(), file=one.word())
        await other.post("/widget/person", {})
        async with house.database.transaction() as tx:
            customer_id = await _owner(tx, house, gone)
            await _draft(tx, house, customer_id, gone)
        before = await _dump(house)
        forms = [*gone.forms(house), *one.forms(house)]
        if not any(form in before for form in forms) or len(await _opened(house, gone)) < 3:
            raise RuntimeError("the bench finds nothing before anything was erased")
        async with house.database.transaction() as tx:
            now = clock.now()
            await access.erase_customer(tx, house.vault, customer_id=customer_id, by=SYSTEM, reason="request", now=now)
            await access.erase_message(
                tx, house.vault, message_id=uuid.UUID(message), by=SYSTEM, reason="request", now=now
            )
        await _closed(house)
        dump = await _dump(house)
        hits = [f"dump: {form[:12]!r}" for form in forms if form in dump]
        hits += [f"opened: {word}" for canary in (gone, one) for word in await _opened(house, canary)]
        hits += await _seen_by_customer(erased, gone, "the erased customer's session")
        hits += await _seen_by_customer(other, one, "the other customer's thread")
        if len(await _opened(house, kept)) < 2:
            raise RuntimeError("more was erased than was asked")
        report = await ledger.audit(
            house.database, house.vault, folder=house.settings.checkpoints_folder, projections=projections()
        )
        if not report.holds:
            raise RuntimeError(f"the record does not bear the erasure: {report.findings[:5]}")
        erased.close()
        other.close()
        # Old versions of rows and the write-ahead log keep hashes until they are vacuumed and recycled; never words.
        words = [word.encode() for canary in (gone, one) for word in canary.words]
        plain = [form for word in words for form in (word, word.hex().encode())]
        return hits, _Looked(len(dump), plain)


def _house(folder: Path, stack: stacks.Stack) -> AbstractAsyncContextManager[House]:
    from bellrock.app import open_house

    return open_house(
        replace(
            settings.load({}),
            data=folder / "data",
            keys=folder / "keys",
            checkpoints=folder / "checkpoints",
            database_url=stack.database_url,
        )
    )


async def _customer(stack: stacks.Stack, key: bytes, canary: _Canary) -> Client:
    """Sign in as a customer whose id, name and address are canaries."""
    now = clock.now()
    external, email = canary.word(), f"{canary.word()}@customers.example"
    canary.contacts += [("external", external), ("email", email)]
    claims: dict[str, object] = {
        "sub": external,
        "name": canary.word(),
        "email": email,
        "locale": "en",
        "aud": "bellrock",
    }
    claims |= {"iat": int(now.timestamp()), "exp": int((now + timedelta(minutes=10)).timestamp())}
    token = jwt.encode(claims, key, algorithm="HS256", headers={"kid": "bench"})
    client = Client("127.0.0.1", stack.port)
    answer = await client.post("/widget/session", {"token": token, "visitor": None, "locale": "en"})
    client.bearer = answer["session"]
    return client


async def _write(client: Client, word: str, *, file: str = "") -> str:
    """Send a message with this word, and a file whose name and content hold another; return the message's id."""
    files = [await _upload(client, file)] if file else []
    answer = await client.post(
        "/widget/messages",
        {"client_key": str(uuid.uuid4()), "text": f"Please help: {word}", "files": files, "choice": None},
    )
    return str(answer["message"]["id"])


async def _upload(client: Client, word: str) -> str:
    answer = await client.upload(
        "/widget/files",
        name=f"{word}.txt",
        content=f"evidence {word}\n".encode(),
        fields={"client_key": str(uuid.uuid4())},
    )
    return str(answer["file"]["id"])


async def _owner(tx: Transaction, house: House, canary: _Canary) -> uuid.UUID:
    """Return the customer in whose conversation the canary stands."""
    hashes = house.vault.token_hashes(language.tokens(canary.words[3]))
    cursor = await tx.execute(
        "SELECT c.customer_id FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.tokens @> %s LIMIT 1",
        (hashes,),
    )
    row = await cursor.fetchone()
    assert row is not None
    return uuid.UUID(str(row["customer_id"]))


async def _draft(tx: Transaction, house: House, customer_id: uuid.UUID, canary: _Canary) -> None:
    """Have a colleague begin an answer and leave a note that both repeat what the customer wrote."""
    cursor = await tx.execute("SELECT id FROM conversations WHERE customer_id = %s", (customer_id,))
    row = await cursor.fetchone()
    assert row is not None
    agent = await _agent(tx, house)
    given = {"by": agent, "conversation_id": row["id"], "now": clock.now()}
    await conversations.note(tx, house.vault, text=guard.screen(canary.word()), **given)
    await conversations.save_draft(tx, house.vault, kind="reply", text=guard.screen(canary.word()), **given)


async def _agent(tx: Transaction, house: House) -> people.Agent:
    now = clock.now()
    agent_id, _link = await people.invite_agent(
        tx,
        house.vault,
        name="Bench",
        email="bench@northwick.example",
        roles=[people.Role.LEAD],
        languages=["en"],
        team_ids=[await people.default_team_id(tx)],
        by=SYSTEM,
        now=now,
    )
    return people.Agent(
        id=agent_id,
        name="Bench",
        roles=frozenset({people.Role.LEAD}),
        team_ids=frozenset(),
        languages=("en",),
        permissions=frozenset(people.Permission),
    )


async def _closed(house: House) -> None:
    """Wait until every room has confirmed."""
    began = time.monotonic()
    while time.monotonic() - began < _CLOSED_SECONDS_MAX:
        async with house.database.transaction() as tx:
            if all(item.closed_at for item in await access.erasures(tx)):
                return
        await asyncio.sleep(0.1)
    raise RuntimeError("the erasures were not closed in time")


async def _dump(house: House) -> bytes:
    """Return what a dump of the database says, bytea in hex."""
    program = find_binaries(house.settings.pg_bin) / "pg_dump"
    done = await asyncio.to_thread(
        subprocess.run, [str(program), "--inserts", house.settings.database_url], capture_output=True, check=True
    )
    return done.stdout


async def _opened(house: House, canary: _Canary) -> list[str]:
    """Return the canaries that stand in any record that opens."""
    async with house.database.transaction() as tx:
        cursor = await tx.execute("SELECT id FROM records")
        records = await house.vault.open_records(tx, [row["id"] for row in await cursor.fetchall()])
        files = await tx.execute("SELECT id FROM attachments")
        names = {row["id"] for row in await files.fetchall()}
        attachments = await channels.attachments(tx, house.vault, ids=list(names))
    text = repr(list(records.values())) + repr(list(attachments.values()))
    return [word for word in canary.words if word in text]


async def _seen_by_customer(client: Client, canary: _Canary, where: str) -> list[str]:
    try:
        text = repr(await client.get("/widget/thread"))
    except Refused:
        return []
    return [f"{where}: {word}" for word in canary.words if word in text]


def _files(folder: Path) -> Iterator[Path]:
    """Every file of the installation: uploads, logs, letters, checkpoints, and the database's own, WAL included."""
    return (path for path in folder.rglob("*") if path.is_file())
