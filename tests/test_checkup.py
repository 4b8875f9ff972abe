"""The doctor: each thing that can be wrong is found, with its cause and what to do."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bellrock import checkup, integrations, people
from bellrock.checkup import database as checks
from bellrock.checkup import machine, nodes, outside, service
from bellrock.core import SYSTEM, Actor, Settings, clock, postgres
from bellrock.house import House
from tests.operations.conftest import Life, life, settle  # noqa: F401 - a fixture by its name
from tests.web.staff import hire


async def look(house: House) -> dict[str, checkup.Finding]:
    return {finding.what: finding for finding in await checks.look_at_database(house.settings)}


def only(findings: list[checkup.Finding], what: str) -> checkup.Finding:
    (found,) = [finding for finding in findings if finding.what == what]
    assert found.state == "ok" or (found.cause and found.cure), found
    return found


async def test_a_house_that_is_well(house: House, life: Life) -> None:  # noqa: F811
    found = await look(house)
    assert {finding.what for finding in found.values() if finding.state == "bad"} == {
        "database server"
    }  # fsync is off here
    assert "fsync" in found["database server"].cause


async def test_facts_that_wait_cursors_without_listener_and_parked_events(house: House, life: Life) -> None:  # noqa: F811
    async with house.database.transaction() as tx:
        await tx.execute("INSERT INTO cursors (name, log, number) VALUES ('of.an.older.version', 'records', 3)")
        await tx.execute(
            "INSERT INTO parked (cursor, log, number, kind, reason) VALUES ('routing', 'records', 1, 'a.b', 'KeyError')"
        )
    found = await look(house)
    assert found["cursors"].state == "soon"
    assert "'of.an.older.version'" in found["cursors"].cure
    assert found["parked events"].state == "bad"
    assert "routing: records 1 (KeyError)" in found["parked events"].says


async def test_a_house_without_an_administrator_and_a_token_that_rests(house: House) -> None:
    assert (await look(house))["administrators"].state == "soon"
    ada = await hire(house, "Ada", people.Role.ADMIN)
    async with house.database.transaction() as tx:
        await integrations.make_token(
            tx,
            house.vault,
            name="CRM",
            scopes=["teams:read"],
            team_ids=None,
            expires_at=clock.now() + timedelta(days=9),
            by=Actor("agent", ada),
            now=clock.now(),
        )
    found = await look(house)
    assert (found["administrators"].says, found["API tokens"].state) == ("1", "ok")
    await hire(house, "Bo", people.Role.ADMIN)
    async with house.database.transaction() as tx:
        await people.close_agent(tx, house.vault, agent_id=ada, by=SYSTEM, now=clock.now())
    found = await look(house)
    assert (found["API tokens"].state, found["API tokens"].says) == ("soon", "resting: CRM")


async def test_a_listener_that_does_not_keep_up(house: House, life: Life, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    async with house.database.transaction() as tx:
        await tx.execute("UPDATE cursors SET number = -1 WHERE name = 'routing'")
    monkeypatch.setattr(checks, "LAG_MAX", 2)
    found = await look(house)
    assert (found["listeners"].state, "routing" in found["listeners"].says) == ("bad", True)


async def test_jobs_that_are_late_or_given_up(house: House) -> None:
    async with house.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status) VALUES ('x', 'q', '{}', 'failed')"
        )
    assert (await look(house))["jobs"].state == "soon"
    async with house.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, args, scheduled_at)"
            " VALUES ('x', 'q', '{}', now() - interval '1 hour')"
        )
    assert (await look(house))["jobs"].state == "bad"


async def test_facts_under_no_checkpoint(house: House, life: Life) -> None:  # noqa: F811
    for path in house.settings.checkpoints_folder.glob("*"):
        path.unlink()
    async with house.database.transaction() as tx:
        row = await (await tx.execute("SELECT at FROM journal WHERE number = 0 AND log = 'records'")).fetchone()
    assert row is not None
    found = (await look(house))["checkpoints"]
    assert found.state == ("bad" if clock.now() - row["at"] > checks.CHECKPOINT_AGE_MAX else "ok")


async def test_a_backup_that_is_old(house: House) -> None:
    production = House(replace(house.settings, demo=False), house.database, house.vault)
    assert (await look(production))["backup"].state == "soon"
    for age, state in ((timedelta(hours=5), "ok"), (timedelta(days=3), "soon")):
        async with house.database.transaction() as tx:
            await tx.execute("DELETE FROM backups")
            await tx.execute(
                "INSERT INTO backups VALUES (gen_random_uuid(), %s, 'x', 1, 0, sha256('x'))", (clock.now() - age,)
            )
        assert (await look(production))["backup"].state == state
    await settle(house)


def test_a_schema_that_is_older_or_newer(database_url: str) -> None:
    assert checks.look_at_schema(database_url).state == "ok"
    for revision, cure in (("0010_jobs", "bellrock migrate"), ("9999_future", "newer version")):
        with psycopg.connect(database_url) as connection:
            connection.execute("UPDATE alembic_version SET version_num = %s", (revision,))
        found = checks.look_at_schema(database_url)
        assert (found.state, cure in found.cure) == ("bad", True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name in ("data", "keys"):
        (tmp_path / name).mkdir(mode=0o700)
    return replace(
        Settings(), data=tmp_path / "data", keys=tmp_path / "keys", checkpoints=tmp_path / "checkpoints", port=1
    )


def test_keys_that_others_may_read(settings: Settings) -> None:
    machine.look_at_machine(settings)
    (settings.keys / "token.key").chmod(0o644)
    found = only(machine.look_at_machine(settings), "keys")
    assert (found.state, "chmod go=" in found.cause) == ("bad", True)


def test_keys_that_are_gone_while_the_database_is_there(settings: Settings) -> None:
    settings.keys.rmdir()
    (settings.data / "postgres" / "cluster").mkdir(parents=True)
    found = only(machine.look_at_machine(settings), "keys")
    assert (found.state, "restore keys" in found.cure) == ("bad", True)


def test_a_disk_that_fills_and_a_folder_that_is_open(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.data.chmod(0o755)
    assert only(machine.look_at_machine(settings), "data folder").state == "soon"
    monkeypatch.setattr(machine, "_ROOM_MB_SOON", 10**9)
    assert only(machine.look_at_machine(settings), "disk").state == "soon"
    monkeypatch.setattr(postgres, "FREE_MB_MIN", 10**9)
    assert only(machine.look_at_machine(settings), "disk").state == "bad"


def test_a_restore_that_did_not_finish(settings: Settings) -> None:
    (settings.data / ".restoring").mkdir()
    assert only(machine.look_at_machine(settings), "data folder").state == "bad"


@pytest.fixture
def mail_server() -> Iterator[Callable[[bytes], str]]:
    """Make servers that greet with these bytes and hang up; return their address."""
    sockets: list[socket.socket] = []

    def make(greeting: bytes) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        sockets.append(listening)

        def greet() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.sendall(greeting)

        threading.Thread(target=greet, daemon=True).start()
        return f"smtp://127.0.0.1:{listening.getsockname()[1]}"

    yield make
    for each in sockets:
        each.close()


def test_mail_that_is_not_taken(settings: Settings, mail_server: Callable[[bytes], str]) -> None:
    def mail(url: str) -> checkup.Finding:
        return only(outside.look_outside(replace(settings, smtp_url=url), now=clock.now()), "mail")

    assert mail("").state == "soon"
    assert mail(mail_server(b"220 mail.example ESMTP\r\n")).state == "ok"
    assert mail(mail_server(b"HTTP/1.1 400 Bad Request\r\n")).state == "bad"
    assert mail("smtp://127.0.0.1:1").state == "bad"


@pytest.mark.parametrize(
    ("url", "demo", "state"),
    [
        ("", False, "ok"),
        ("http://support.example.com", False, "bad"),
        ("https://support.example.com", True, "bad"),
        ("https://localhost:1", False, "soon"),
    ],
)
def test_an_address_without_tls_and_a_demo_in_the_open(settings: Settings, url: str, demo: bool, state: str) -> None:
    given = replace(settings, public_url=url, demo=demo)
    assert only(outside.look_outside(given, now=clock.now()), "TLS").state == state


def test_words_and_json_and_exit_codes() -> None:
    well = checkup.Finding("a", "fine")
    soon = checkup.Finding("b", "tight", "soon", "It fills.", "Make room.")
    bad = checkup.Finding("c", "broken", "bad", "It fell.", "Lift it.")
    lines = checkup.finding_lines([bad, well, soon])
    assert [line[:4] for line in lines if not line.startswith("   ")][:3] == ["ok  ", "SOON", "BAD "]
    assert "       do:  Lift it." in lines
    assert json.loads(checkup.findings_as_json([bad]))[0]["cure"] == "Lift it."
    assert [checkup.exit_code(each) for each in ([well], [well, soon], [soon, bad])] == [0, 0, 1]
    assert checkup.exit_code([well, soon], strict=True) == 2


async def test_nodes_of_blockchains_that_are_silent_mixed_up_or_behind() -> None:
    from bellrock.chains import Chain, ChainMixedUp, ChainUnavailable, MemoryChain, Tip, network

    now = clock.now()

    class Failing(MemoryChain):
        def __init__(self, name: str, error: Exception) -> None:
            super().__init__(network(name), at=now)
            self._error = error

        async def tip(self) -> Tip:
            raise self._error

    chains: dict[str, Chain] = {
        "well": MemoryChain(network("eip155:1"), at=now),
        "behind": MemoryChain(network("eip155:56"), at=now - timedelta(hours=1)),
        "slow": MemoryChain(network("bip122:000000000019d6689c085ae165831e93"), at=now - timedelta(hours=1)),
        "silent": Failing("xrpl:0", ChainUnavailable()),
        "mixed": Failing("tron:0x2b6653dc", ChainMixedUp()),
    }
    found = await nodes.look_at_nodes(chains, now=now)
    states = {finding.what.removeprefix("node of "): finding.state for finding in found}
    assert states == {"Ethereum": "ok", "BNB Smart Chain": "soon", "Bitcoin": "ok", "XRP Ledger": "bad", "TRON": "bad"}
    assert all(finding.state == "ok" or (finding.cause and finding.cure) for finding in found)


async def test_an_exchange_that_is_away_refuses_or_lacks_what_is_named() -> None:
    from bellrock import exchange

    can, measures = (exchange.Ability.ACCOUNT,), (exchange.Measure.LOCK_LOGIN,)
    said = exchange.Declaration("Example", "1", can, measures, clock.now())

    async def look_at(answer: exchange.Declaration | Exception, *named: str) -> checkup.Finding:
        async def ask() -> exchange.Declaration:
            if isinstance(answer, Exception):
                raise answer
            return answer

        return only(await service.look_at_exchange(ask, named=named), "exchange")

    assert (await look_at(said, "account", "lock_login")).state == "ok"
    lacking = await look_at(said, "account", "funds")
    assert (lacking.state, "funds" in lacking.cause) == ("soon", True)
    assert (await look_at(exchange.ExchangeNotAllowed())).says == "does not take the token"
    assert (await look_at(exchange.ExchangeUnavailable())).state == "bad"
    assert await service.look_at_exchange(None, named=()) == []
