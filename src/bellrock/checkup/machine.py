"""Looks at the machine: disk, versions, folders, keys, clock, port, assets."""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import socket
import stat
import sys
from importlib.metadata import version

from bellrock.checkup.findings import Finding
from bellrock.core import BellrockError, Settings, postgres
from bellrock.core.pg_binaries import find_binaries, version_of
from bellrock.vault import Keyring

_ROOM_MB_SOON = 4 * postgres.FREE_MB_MIN
_TIME_ERROR = 5  # what ntp_adjtime returns while nothing keeps the clock
_TIMEX_BYTES = 512


def look_at_machine(settings: Settings) -> list[Finding]:
    """Look at what needs no database."""
    return [
        _versions(settings),
        _room(settings),
        _data(settings),
        _keys(settings),
        _clock(),
        _port(settings),
        _assets(),
    ]


def is_serving(settings: Settings) -> bool:
    """Whether a `bellrock serve` works on this data folder now."""
    try:
        descriptor = os.open(settings.data / "serve.lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _versions(settings: Settings) -> Finding:
    python = ".".join(str(part) for part in sys.version_info[:3])
    says = f"Bellrock {version('bellrock')}, Python {python}"
    if settings.database_url:
        return Finding("versions", f"{says}, a database server of your own")
    try:
        return Finding("versions", f"{says}, PostgreSQL {version_of(find_binaries(settings.pg_bin))} embedded")
    except BellrockError as error:
        cure = "Install Bellrock with its dependencies anew, or set PG_BIN or BELLROCK_DATABASE_URL."
        return Finding("versions", says, "bad", cause=str(error), cure=cure)


def _room(settings: Settings) -> Finding:
    folder = settings.data.absolute()
    while not folder.exists():
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    says = f"{free_mb} MB free where {folder} lies"
    cause = "Conversations, files and logs grow; PostgreSQL stops writing when nothing is left."
    cure = "Make room, or move BELLROCK_DATA. Look first at old backups, data/outbox and other programs' logs."
    if free_mb < postgres.FREE_MB_MIN:
        return Finding("disk", says, "bad", cause, cure)
    return Finding("disk", says, "soon", cause, cure) if free_mb < _ROOM_MB_SOON else Finding("disk", says)


def _data(settings: Settings) -> Finding:
    if not settings.data.exists():
        return Finding("data folder", f"{settings.data} is not there yet; the first start makes it")
    mode = stat.S_IMODE(settings.data.stat().st_mode)
    if mode & 0o077:
        cause = f"Others on this machine may read it (mode {mode:04o}); words in it are sealed, the facts about them are not."
        return Finding("data folder", str(settings.data), "soon", cause, f"chmod 700 {settings.data}")
    if (settings.data / ".restoring").exists() and not (settings.data / "postgres" / "cluster").exists():
        cause = "A restore was interrupted; nothing of it is in place."
        return Finding("data folder", "half restored", "bad", cause, "Run the same `bellrock restore` again.")
    return Finding("data folder", f"{settings.data}, private")


def _keys(settings: Settings) -> Finding:
    if not settings.keys.exists():
        if (settings.data / "postgres" / "cluster").exists():
            cause = "There is a database, and the keys it was sealed with are not where BELLROCK_KEYS points."
            cure = (
                "Point BELLROCK_KEYS at them, or: bellrock restore keys --from FILE. Without them all words are lost."
            )
            return Finding("keys", f"{settings.keys} is not there", "bad", cause, cure)
        return Finding("keys", f"{settings.keys} is not there yet; the first start makes it")
    try:
        Keyring.load(settings.keys, apart_from=settings.data)
    except BellrockError as error:
        cure = "Repair what it names (chmod go=, move the folder), or: bellrock restore keys --from FILE."
        return Finding("keys", str(settings.keys), "bad", str(error), cure)
    return Finding("keys", "complete, private, and apart from the data")


def _clock() -> Finding:
    try:
        state = ctypes.CDLL(None).ntp_adjtime(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return Finding("clock", "this system does not say whether it is kept")
    if state == _TIME_ERROR:
        cause = "Nothing keeps this machine's clock. Authenticator codes and the times in the record depend on it."
        return Finding(
            "clock", "runs free", "soon", cause, "Start chrony or systemd-timesyncd; in a container, on its host."
        )
    return Finding("clock", "kept by the network's time")


def _port(settings: Settings) -> Finding:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    place = f"{settings.host}:{settings.port}"
    try:
        socket.create_connection((target, settings.port), timeout=2).close()
    except OSError:
        if is_serving(settings):
            cause = "`bellrock serve` runs and its web processes do not answer."
            return Finding("port", place, "bad", cause, "Look at its log; restart it.")
        return Finding("port", f"{place} is free; nothing serves now")
    if is_serving(settings):
        return Finding("port", f"{place} answers")
    cause = "Something listens there that does not work on this data folder."
    cure = "Stop it, or choose another port with BELLROCK_PORT."
    return Finding("port", f"{place} is taken", "soon", cause, cure)


def _assets() -> Finding:
    from bellrock.web.shared import assets

    if not (assets.DIST / "manifest.json").exists():
        cause = "Styles and scripts of the pages were never built; an installed package brings them along."
        return Finding("assets", "not built", "bad", cause, "./run assets")
    return Finding("assets", "built")
