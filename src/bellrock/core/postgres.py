"""The embedded PostgreSQL: its binaries, its data folder, its start, its stop, and what to say when one of them fails.

Layout of the folder it is given:  `cluster/` (PGDATA), `log/` (seven days), `password` (of the role `bellrock`), `socket/`.
The server listens on a unix socket in a private folder only, and asks for the password there too.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

from bellrock.core import pg_process
from bellrock.core.errors import Unavailable
from bellrock.core.pg_binaries import VERSION_MIN, WrongVersion, find_binaries, version_of

FREE_MB_MIN = 512
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
ROLE = DATABASE = "bellrock"
_START_LOG = "start.log"
_PORT = 5432  # only a part of the socket's name; nothing listens on TCP
_SOCKET_PATH_MAX = 100  # the system's limit is 107 bytes

# Never a statement, a parameter or a DETAIL line (which quotes values) in the log: records of people must not leak into it.
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "synchronous_commit": "on",
    "fsync": "on",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "10min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "authentication_timeout": "10s",
    "idle_in_transaction_session_timeout": "5min",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "cluster_name": "bellrock",
}


class DatabaseStartFailed(Unavailable):
    """The embedded database did not start; its data folder was left as it was."""

    code = "database_start_failed"
    text = "The database in %(folder)s did not start: %(why)s. Its data was not touched; its log is in %(log)s."


class DiskNearlyFull(Unavailable):
    """There is too little room to run a database safely."""

    code = "disk_nearly_full"
    text = "Only %(free_mb)s MB are free where %(folder)s lies; the database needs %(needed_mb)s MB. Make room and start again."


class EmbeddedPostgres:
    """One PostgreSQL server over one folder. Started twice, it adopts the server that already runs there."""

    def __init__(
        self,
        folder: Path,
        *,
        pg_bin: Path | None = None,
        launcher: pg_process.Launcher | None = None,
        free_mb_min: int = FREE_MB_MIN,
        settings: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.cluster = self.folder / "cluster"
        self.log_folder = self.folder / "log"
        self._given_bin = pg_bin
        self._launcher = launcher
        self._free_mb_min = free_mb_min
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for libpq; it holds the password, so it is a secret."""
        return self._url(DATABASE)

    @property
    def pid(self) -> int | None:
        """The process id of the server while it runs."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        return pg_process.running_server(self.cluster)

    def is_alive(self) -> bool:
        """Whether the server's process runs. It may be recovering; `start` waits until it answers."""
        return self.pid is not None

    def start(self) -> None:
        """Make the cluster if there is none, start the server or adopt the running one, and wait until it answers.

        After a crash this retries while what is left of the old server goes away, and waits for recovery.
        Raises DiskNearlyFull, WrongVersion, BinariesMissing or DatabaseStartFailed.
        """
        binaries = find_binaries(self._given_bin)
        self._make_folder()
        if not self._is_answering():
            self._check_room()
            launcher = self._launcher or pg_process.choose_launcher(binaries)
            self._check_cluster_version(binaries)
            if not (self.cluster / "PG_VERSION").exists():
                self._initialise(binaries, launcher)
            self._launch(binaries, launcher)
        self._ensure_database()

    def stop(self) -> None:
        """Stop the server cleanly: connections are closed, everything is on disk. Without a server, do nothing."""
        pid = self.pid
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while pg_process.runs(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        if pg_process.runs(pid):
            os.kill(pid, signal.SIGQUIT)
        if self._process is not None:
            self._process.wait()
        self._process = None

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _is_answering(self) -> bool:
        """Wait for a server that runs already, ours or one that is adopted; False when none does or it just ended."""
        if not self._is_own_alive() and pg_process.running_server(self.cluster) is None:
            return False
        try:
            self._wait_until_answering(time.monotonic() + START_SECONDS_MAX)
        except DatabaseStartFailed:
            # A server that was killed this instant still looks alive; a running one that will not answer is no mistake.
            if self.is_alive():
                raise
            return False
        return True

    def _make_folder(self) -> None:
        for folder in (self.folder, self.log_folder, self._socket_folder()):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        socket_folder = self._socket_folder()
        if socket_folder.is_symlink() or socket_folder.stat().st_uid not in (os.geteuid(), pg_process.NOBODY):
            raise DatabaseStartFailed(
                folder=str(self.folder), why=f"{socket_folder} belongs to somebody else", log=str(self.log_folder)
            )
        password = self.folder / "password"
        if not password.exists():
            fresh = self.folder / "password.new"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(24))
            fresh.rename(password)

    def _socket_folder(self) -> Path:
        inside = self.folder / "socket"
        if len(os.fsencode(inside)) + len(f"/.s.PGSQL.{_PORT}.lock") <= _SOCKET_PATH_MAX:
            return inside
        name = hashed(str(self.folder))
        return Path(tempfile.gettempdir()) / f"bellrock-{os.geteuid()}-{name}"

    def _check_room(self) -> None:
        free_mb = shutil.disk_usage(self.folder).free // 1_000_000
        if free_mb < self._free_mb_min:
            raise DiskNearlyFull(folder=str(self.folder), free_mb=free_mb, needed_mb=self._free_mb_min)

    def _check_cluster_version(self, binaries: Path) -> None:
        stamp = self.cluster / "PG_VERSION"
        if not stamp.exists():
            return
        found, needed = stamp.read_text().strip(), str(version_of(binaries))
        if found != needed:
            raise WrongVersion(
                what=f"The data folder {self.cluster}",
                found=found,
                needed=needed,
                how=f"Set PG_BIN to the binaries of PostgreSQL {found}, or move the data over with pg_upgrade.",
            )

    def _initialise(self, binaries: Path, launcher: pg_process.Launcher) -> None:
        """Make the cluster in a folder beside and rename it, so that a crash in between leaves nothing half made."""
        fresh = self.folder / "cluster.new"
        if (self.folder.parent / ".restoring").exists():
            raise DatabaseStartFailed(
                folder=str(self.folder),
                why="a restore did not finish here; run `bellrock restore` again, or delete the folder .restoring beside it",
                log=str(self.log_folder),
            )
        if self.cluster.exists() and any(self.cluster.iterdir()):
            raise DatabaseStartFailed(
                folder=str(self.cluster), why="it holds files that are no database", log=str(self.log_folder)
            )
        shutil.rmtree(fresh, ignore_errors=True)
        launcher.prepare(self.folder, self._socket_folder())
        done = subprocess.run(
            launcher.command(
                [
                    str(binaries / "initdb"),
                    f"--pgdata={fresh}",
                    f"--username={ROLE}",
                    f"--pwfile={self.folder / 'password'}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-locale",
                    "--no-instructions",
                    *(["--no-sync"] if self._settings["fsync"] == "off" else []),
                ]
            ),
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=_environment(),
        )
        if done.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            why = (done.stderr.strip().splitlines() or ["initdb failed"])[-1]
            raise DatabaseStartFailed(folder=str(self.folder), why=why, log=str(self.log_folder))
        if self.cluster.exists():
            self.cluster.rmdir()
        fresh.rename(self.cluster)

    def _launch(self, binaries: Path, launcher: pg_process.Launcher) -> None:
        launcher.prepare(self.folder, self._socket_folder())
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            pg_process.remove_stale_locks(self.cluster, self._socket_folder() / f".s.PGSQL.{_PORT}.lock")
            self._spawn(binaries, launcher)
            try:
                self._wait_until_answering(deadline)
                return
            except DatabaseStartFailed as failure:
                # What is left of a killed server holds its memory for about a second.
                leftovers = ("lock file", "pre-existing shared memory", "is still in use")
                why = str(failure.values["why"])
                if not any(sign in why for sign in leftovers) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _spawn(self, binaries: Path, launcher: pg_process.Launcher) -> None:
        settings = {
            **self._settings,
            "port": str(_PORT),
            "unix_socket_directories": str(self._socket_folder()),
            "unix_socket_permissions": "0700",
            "log_directory": str(self.log_folder),
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.log_folder / _START_LOG).open("wb") as start_log:
            self._process = subprocess.Popen(
                launcher.command([str(binaries / "postgres"), "-D", str(self.cluster), *arguments]),
                stdin=subprocess.DEVNULL,
                stdout=start_log,
                stderr=start_log,
                cwd=self.folder,
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops the server last
            )

    def _wait_until_answering(self, deadline: float) -> None:
        last = "it does not answer"
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self._url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                last = str(error).strip().splitlines()[-1]
            if not self.is_alive():
                raise DatabaseStartFailed(folder=str(self.folder), why=self._last_words(), log=str(self.log_folder))
            time.sleep(0.03)
        raise DatabaseStartFailed(folder=str(self.folder), why=last, log=str(self.log_folder))

    def _last_words(self) -> str:
        """Return why the server ended: its last FATAL or PANIC line, of this start before those that earlier ones wrote."""
        logs = sorted(self.log_folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
        started = [file for file in logs if file.name == _START_LOG]
        for files in (started, [file for file in logs if file.name != _START_LOG][-1:]):
            lines = [line for file in files for line in _tail(file)]
            for line in reversed(lines):
                for level in ("FATAL:", "PANIC:"):
                    if level in line:
                        return line.split(level, 1)[1].strip()
        last = [line for file in started for line in _tail(file)]
        return last[-1].strip() if last else "it ended without a word"

    def _ensure_database(self) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _is_own_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _url(self, database: str) -> str:
        password = (self.folder / "password").read_text().strip()
        host = quote(str(self._socket_folder()), safe="")
        return f"postgresql://{ROLE}:{quote(password)}@/{database}?host={host}&port={_PORT}"


@contextmanager
def reachable(folder: Path, *, database_url: str = "", pg_bin: Path | None = None) -> Iterator[str]:
    """Yield the address of a database that answers: the given server, the embedded one that runs, or one for the moment.

    Raises what `EmbeddedPostgres.start` and `check_server` raise.
    """
    if database_url:
        check_server(database_url)
        yield database_url
        return
    server = EmbeddedPostgres(folder, pg_bin=pg_bin)
    was_running = server.is_alive()
    server.start()
    try:
        yield server.url
    finally:
        if not was_running:
            server.stop()


def check_server(url: str) -> None:
    """Raise WrongVersion or Unavailable unless a PostgreSQL 18 or later answers there."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        why = str(error).strip().splitlines()[-1]
        raise Unavailable("The database server does not answer: %(why)s", why=why) from error
    if version < VERSION_MIN:
        raise WrongVersion(
            what="The database server",
            found=version,
            needed=f"{VERSION_MIN} or later",
            how="Name another server in BELLROCK_DATABASE_URL, or leave it empty for the embedded one.",
        )


def hashed(text: str) -> str:
    """Return twelve hexadecimal digits that stand for a text."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _tail(file: Path, size: int = 8_000) -> list[str]:
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - size))
        return stream.read().decode("utf-8", "replace").splitlines()
