"""Bring the schema to the head of the revisions. Alembic is imported only when there is something to do."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from bellrock.core.errors import BellrockError

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
_LOCK_KEY = 0x4D494752  # "MIGR"
_EXTENSIONS = ("vector", "pg_trgm", "unaccent")


class SchemaUnknown(BellrockError):
    """The database was written by a newer Bellrock."""

    code = "schema_unknown"
    text = "The database is at revision %(found)s, which this Bellrock does not know. Start the newer one again."


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


def upgrade(url: str) -> list[str]:
    """Run what is missing, one transaction a revision, under a lock, and return the revisions that ran.

    Raises ExtensionMissing or SchemaUnknown before anything is changed.
    """
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
        before = _current(guard)
        if before is not None and before not in revisions():
            raise SchemaUnknown(found=before)
        if before == head():
            return []
        _check_extensions(guard)
        _run(url)
        return [revision for revision in revisions() if before is None or revision > before]


def _run(url: str) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", re.sub("%", "%%", str(FOLDER)))
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current(connection: psycopg.Connection[tuple[object, ...]]) -> str | None:
    exists = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
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
