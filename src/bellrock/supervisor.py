"""The process behind `bellrock serve`: it keeps the database, the web processes and the worker running, and stops them in order.

It imports the application once and forks, so that the processes share that memory and one that died is back within a moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import gc
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import structlog

from bellrock.core import BellrockError, Settings, clock, loop, migrate
from bellrock.core.postgres import FREE_MB_MIN, EmbeddedPostgres, check_server
from bellrock.core.settings import load as load_settings

if TYPE_CHECKING:
    from litestar import Litestar

STOP_SECONDS_MAX = 8.0
_TICK_SECONDS = 0.05
_DELAYS_SECONDS = (0.0, 0.1, 0.5, 1.0, 2.0, 5.0)
_STEADY_SECONDS = 5.0
_ROOM_CHECK_SECONDS = 30.0
_WORKER = "worker"
_HERE = "127.0.0.1"
_EXIT_SETUP = 78  # EX_CONFIG: what is wrong will not go away by trying again
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
_GC_EVERY = 20_000  # new objects; a page makes some thousand, and hardly any of them in circles
_log = structlog.get_logger(__name__)


class PortTaken(BellrockError):
    """Another program listens on the port."""

    code = "port_taken"
    text = "Port %(port)s on %(host)s is taken by another program. Choose another one with --port or BELLROCK_PORT."


class AddressUnusable(BellrockError):
    """The address is not one of this machine's."""

    code = "address_unusable"
    text = "Bellrock cannot listen on %(host)s port %(port)s: %(why)s."


class AlreadyServing(BellrockError):
    """Another `bellrock serve` works on the same data folder."""

    code = "already_serving"
    text = "Another bellrock serve (process %(pid)s) already works on the data folder %(folder)s."


@dataclass(slots=True)
class Child:
    """One process that is forked, watched and forked again."""

    name: str
    run: Callable[[], None]
    pid: int | None = None
    started_at: float = 0.0
    due_at: float = 0.0
    failures: int = 0


@dataclass(slots=True)
class Supervisor:
    """Runs the children until it is told to stop. `database` is None when the server is not ours to run."""

    settings: Settings
    children: list[Child]
    database: EmbeddedPostgres | None = None
    on_ready: Callable[[], None] = lambda: None
    _stopping: bool = False
    _is_ready: bool = False
    _database_due_at: float = 0.0
    _database_failures: int = 0
    _room_due_at: float = field(default=0.0)

    def run(self) -> int:
        """Serve until SIGTERM or Ctrl-C; return the exit code of the command."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        code = 0
        try:
            while not self._stopping:
                self._watch_database()
                code = self._watch_children()
                if code:
                    break
                self._watch_readiness()
                time.sleep(_TICK_SECONDS)
        finally:
            self._stop_children()
            if self.database is not None:
                self.database.stop()
        return code

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _watch_children(self) -> int:
        now = clock.monotonic()
        for child in self.children:
            if child.pid is None:
                if now >= child.due_at:
                    self._fork(child)
                continue
            ended, status = os.waitpid(child.pid, os.WNOHANG)
            if ended == 0:
                continue
            code = os.waitstatus_to_exitcode(status)
            if code == _EXIT_SETUP and not self._is_ready:
                child.pid = None
                return 1
            lived = now - child.started_at
            child.failures = 0 if lived > _STEADY_SECONDS else child.failures + 1
            child.pid = None
            child.due_at = now + _delay(child.failures)
            _log.warning("process.ended", process=child.name, exit_code=code, lived_seconds=round(lived, 1))
        return 0

    def _watch_database(self) -> None:
        if self.database is None:
            return
        now = clock.monotonic()
        if now >= self._room_due_at:
            self._room_due_at = now + _ROOM_CHECK_SECONDS
            free_mb = shutil.disk_usage(self.database.folder).free // 1_000_000
            if free_mb < FREE_MB_MIN:
                _log.error("disk.nearly_full", free_mb=free_mb, needed_mb=FREE_MB_MIN)
        if now < self._database_due_at or self.database.is_alive():
            return
        _log.error("database.ended", attempt=self._database_failures + 1)
        try:
            self.database.start()
        except BellrockError as error:
            self._database_failures += 1
            self._database_due_at = clock.monotonic() + _delay(self._database_failures)
            _log.error("database.not_started", code=error.code, why=str(error))
        else:
            self._database_failures = 0
            _log.info("database.started_again")

    def _watch_readiness(self) -> None:
        if self._is_ready or not _answers(self.settings.host, self.settings.port):
            return
        self._is_ready = True
        self.on_ready()

    def _fork(self, child: Child) -> None:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _run_child(child, parent)
        child.pid = pid
        child.started_at = clock.monotonic()

    def _stop_children(self) -> None:
        """Stop those who write first, then the worker: it numbers what they left and signs the last checkpoint."""
        self._end([child for child in self.children if child.name != _WORKER])
        self._end([child for child in self.children if child.name == _WORKER])

    def _end(self, children: Sequence[Child]) -> None:
        alive = {child.pid for child in children if child.pid is not None}
        _signal_all(alive, signal.SIGTERM)
        deadline = clock.monotonic() + STOP_SECONDS_MAX
        while alive and clock.monotonic() < deadline:
            alive = {pid for pid in alive if os.waitpid(pid, os.WNOHANG)[0] == 0}
            time.sleep(0.02)
        _signal_all(alive, signal.SIGKILL)
        for pid in alive:
            os.waitpid(pid, 0)


def serve(settings: Settings, *, any_port: bool = False, on_ready: Callable[[Settings], None]) -> int:
    """Check everything that can be wrong, bring the database up to date, and run until told to stop; return the exit code.

    With `any_port`, the next free port is taken instead of a taken one. Raises BellrockError before anything is served.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _only_one(settings.data):
        port = choose_port(settings.host, settings.port, any_port=any_port)
        database = None
        if not settings.database_url:
            database = EmbeddedPostgres(settings.data / "postgres", pg_bin=settings.pg_bin)
        try:
            # The database starts while Python reads the application; the thread has ended before anything is forked.
            with ThreadPoolExecutor(max_workers=1) as beside:
                url = beside.submit(_prepare_database, settings, database)
                _import_application()
            os.environ |= {"BELLROCK_DATABASE_URL": url.result(), "BELLROCK_PORT": str(port)}
            beside_us = demo_exchange(settings)
            served = load_settings()
            children = [*beside_us, *_children(served)]
            supervisor = Supervisor(served, children, database, on_ready=lambda: on_ready(served))
        except BaseException:
            if database is not None:
                database.stop()
            raise
        return supervisor.run()


def _prepare_database(settings: Settings, database: EmbeddedPostgres | None) -> str:
    """Return the address of a database that answers and has the newest schema. Raises SchemaBehind, SchemaUnknown."""
    if database is None:
        # A server of the operator's own is upgraded by the operator, who may have other processes on it; an empty one is ours.
        url = settings.database_url
        check_server(url)
        if migrate.current(url) is not None:
            migrate.require_head(url)
    else:
        database.start()
        url = database.url
    if not migrate.is_at_head(url):
        migrate.upgrade(url)
    return url


def demo_exchange(settings: Settings) -> list[Child]:
    """Return the reference exchange as a process, in the demo and where no other is set up; set the others up to ask it."""
    if not settings.demo or settings.exchange_url:
        return []
    with socket.socket() as probe:
        probe.bind((_HERE, 0))
        port = probe.getsockname()[1]
    token = secrets.token_urlsafe(24)
    os.environ |= {"BELLROCK_EXCHANGE_URL": f"http://{_HERE}:{port}", "BELLROCK_EXCHANGE_TOKEN": token}
    return [Child("exchange", lambda: _run_exchange(settings, port, token))]


def _run_exchange(settings: Settings, port: int, token: str) -> None:
    from bellrock import reference_exchange
    from bellrock.app import build_chains

    reference_exchange.serve(host=_HERE, port=port, token=token, chains=lambda: build_chains(settings))


def _children(settings: Settings) -> list[Child]:
    """Return what is to run. The application is built once, before the fork, and opened by each web process."""
    from bellrock.app import create_app

    application = create_app(settings)
    gc.collect()
    gc.freeze()  # keep the collector of a child from touching, and so copying, what all share
    web = [
        Child(f"web-{number + 1}", lambda: _run_web(application, settings)) for number in range(settings.web_workers)
    ]
    return [*web, Child(_WORKER, lambda: _run_worker(settings))]


def choose_port(host: str, port: int, *, any_port: bool = False) -> int:
    """Return the port to listen on. Raises PortTaken or AddressUnusable."""
    for candidate in range(port, port + 50) if any_port else (port,):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
                return candidate
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise AddressUnusable(host=host, port=candidate, why=error.strerror) from error
    raise PortTaken(host=host, port=port)


def _import_application() -> None:
    import granian.server.embed  # noqa: F401

    from bellrock import app, wiring  # noqa: F401
    from bellrock.web import shared

    shared.prepare()


def _run_web(application: Litestar, settings: Settings) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    gc.set_threshold(_GC_EVERY, 20, 20)

    async def run() -> None:
        server = Server(
            application,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGI,
            backlog=2_048,
            backpressure=16_384,  # each open socket counts as one request in progress
            log_enabled=False,
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()

    loop.run(run())


def _run_worker(settings: Settings) -> None:
    from bellrock.app import run_worker

    run_worker(settings)


def _run_child(child: Child, parent: int) -> NoReturn:
    """Be the child: never return into the supervisor's own code."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the supervisor decides
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _name_process(f"bellrock-{child.name}")
        _die_with_parent(parent)
        child.run()
        code = 0
    except BellrockError as error:
        _log.error("process.refused", process=child.name, code=error.code, why=str(error))
        code = _EXIT_SETUP
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it is, it is logged and this process ends with it
        _log.exception("process.failed", process=child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _name_process(name: str) -> None:
    """Show a name of at most 15 signs in `ps -o comm` and `top`, where the system can."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def _die_with_parent(parent: int) -> None:
    """Ask the system to stop this process when the supervisor is killed, so that no orphan holds the port."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(0)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    path = folder / "serve.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise AlreadyServing(pid=lock.read().strip() or "?", folder=str(folder)) from error
        os.set_inheritable(lock.fileno(), False)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _signal_all(pids: set[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _answers(host: str, port: int) -> bool:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        socket.create_connection((target, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _delay(failures: int) -> float:
    return _DELAYS_SECONDS[min(failures, len(_DELAYS_SECONDS) - 1)]
