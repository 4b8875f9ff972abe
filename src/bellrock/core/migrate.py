"""Bring the schema to the head of the revisions. Alembic is imported only when there is something to do."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from bellrock.core.errors import BellrockError

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
_LOCK_KEY = 0x4D494752  # "MIGR"
RESTORING = "bellrock_restoring"  # a table that is there while a restore has not finished
_EXTENSIONS = ("vector", "pg_trgm", "unaccent")


class SchemaUnknown(BellrockError):
    """The database was written by a newer Bellrock."""

    code = "schema_unknown"
    text = "The database is at revision %(found)s, which this Bellrock does not know. Start the newer one again."


class SchemaBehind(BellrockError):
    """The database was written by an older Bellrock, or is empty."""

    code = "schema_behind"
    text = (
        "The database is at revision %(found)s, and this Bellrock needs %(needed)s. Take a backup with the version that wrote"
        " it, then run: bellrock migrate"
    )


class RestoreUnfinished(BellrockError):
    """A restore into this database was interrupted."""

    code = "restore_unfinished"
    text = "A restore into this database did not finish. Run `bellrock restore` again: it begins anew."


class ExtensionMissing(BellrockError):
    """The server lacks an extension that the schema needs."""

    code = "extension_missing"
    text = "The database server lacks the extension %(name)s. Install it there, or use the embedded database."


def revisions() -> list[str]:
    """Return every revision in order, read off the file names: `NNNN_room`."""
    return sorted(path.stem for path in (FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def head() -> str:
    """Return the newest revision."""
    return revisions()[-1]


def current(url: str) -> str | None:
    """Return the revision that the database is at; None for an empty one."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        return _current(connection)


def is_at_head(url: str) -> bool:
    """Whether the schema is the newest; cheap, as it runs at every start. Raises SchemaUnknown for a newer one."""
    found = current(url)
    if found is not None and found not in revisions():
        raise SchemaUnknown(found=found)
    return found == head()


def require_head(url: str) -> None:
    """Raise SchemaBehind, SchemaUnknown or RestoreUnfinished unless the schema is the newest."""
    if not is_at_head(url):
        raise SchemaBehind(found=current(url) or "none (it is empty)", needed=head())


def upgrade(url: str, *, to: str | None = None, is_restoring: bool = False) -> list[str]:
    """Run what is missing, one transaction a revision, under a lock, and return the revisions that ran.

    `to` stops at an older revision (for tests of upgrades). Raises ExtensionMissing, SchemaUnknown or RestoreUnfinished before
    anything is changed.
    """
    last = to or head()
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
        before = _current(guard, is_restoring=is_restoring)
        if before is not None and before not in revisions():
            raise SchemaUnknown(found=before)
        if before is not None and before >= last:
            return []
        _check_extensions(guard)
        _run(url, last)
        return [revision for revision in revisions() if (before is None or revision > before) and revision <= last]


def _run(url: str, last: str) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", re.sub("%", "%%", str(FOLDER)))
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, last)


def _current(connection: psycopg.Connection[tuple[object, ...]], *, is_restoring: bool = False) -> str | None:
    exists = connection.execute(
        "SELECT to_regclass('alembic_version') IS NOT NULL, to_regclass(%s) IS NOT NULL", (RESTORING,)
    ).fetchone()
    if exists is not None and exists[1] and not is_restoring:
        raise RestoreUnfinished
    if exists is None or not exists[0]:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _check_extensions(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    rows = connection.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", (list(_EXTENSIONS),))
    available = {row[0] for row in rows}
    for name in _EXTENSIONS:
        if name not in available:
            raise ExtensionMissing(name=name)
