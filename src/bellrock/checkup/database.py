"""Looks at the database: whether it answers, its schema, listeners, jobs, checkpoints, backups, erasures that wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from bellrock import access, ledger
from bellrock.checkup.findings import Finding
from bellrock.checkup.people import look_at_administrators, look_at_tokens
from bellrock.core import Database, Settings, Transaction, clock, cursors, migrate
from bellrock.core.journal import LOGS
from bellrock.house import House
from bellrock.vault import Keyring, Vault

LAG_MAX = 10_000
CHECKPOINT_AGE_MAX = timedelta(minutes=10)
BACKUP_AGE_MAX = timedelta(days=2)
ERASURE_AGE_MAX = timedelta(days=1)
_SKEW_MAX = timedelta(seconds=5)

_Check = Callable[[Transaction, Settings], Awaitable[Finding]]


def look_at_schema(url: str) -> Finding:
    """Compare the schema with what this version needs."""
    found, head = migrate.current(url), migrate.head()
    if found == head:
        return Finding("schema", f"at {found}")
    if found is not None and found not in migrate.revisions():
        cause = "A newer Bellrock has worked on this database."
        return Finding(
            "schema", f"at {found}", "bad", cause, "Start the newer version, or restore a backup from before it."
        )
    cause = "This version needs a newer schema; the embedded database is upgraded when `serve` starts."
    return Finding(
        "schema", f"at {found or 'nothing'}, not at {head}", "bad", cause, "bellrock backup && bellrock migrate"
    )


async def look_at_database(settings: Settings) -> list[Finding]:
    """Look at everything that the database knows."""
    checks: tuple[_Check, ...] = (
        _server,
        _waiting,
        _listeners,
        _stale,
        _parked,
        _jobs,
        _checkpoints,
        _backups,
        _erasures,
        look_at_administrators,
        look_at_tokens,
    )
    async with Database(settings.database_url, pool_size_max=2) as database, database.transaction() as tx:
        return [await check(tx, settings) for check in checks]


async def _server(tx: Transaction, _settings: Settings) -> Finding:
    row = await (
        await tx.execute(
            "SELECT current_setting('server_version') AS version, clock_timestamp() AS now,"
            " current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS is_durable,"
            " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,"
            " current_setting('max_connections')::int AS most"
        )
    ).fetchone()
    assert row is not None
    says = f"PostgreSQL {row['version']}, {row['used']} of {row['most']} connections"
    skew = row["now"] - clock.now()
    if abs(skew) > _SKEW_MAX:
        cause = f"Its clock is {skew.total_seconds():+.0f} s from this machine's."
        return Finding("database server", says, "bad", cause, "Have both kept by the network's time (chrony).")
    if not row["is_durable"]:
        cause = "fsync or full_page_writes is off: a crash of the machine loses what was acknowledged, or everything."
        return Finding("database server", says, "bad", cause, "Turn both on in postgresql.conf.")
    if row["used"] > row["most"] * 0.9:
        cure = "Raise max_connections, or run fewer processes: each takes up to 16."
        return Finding("database server", says, "soon", "Nearly all connections are taken.", cure)
    return Finding("database server", says)


async def _waiting(tx: Transaction, _settings: Settings) -> Finding:
    row = await (
        await tx.execute("SELECT count(*) AS waiting FROM (SELECT FROM journal_inbox LIMIT %s) few", (LAG_MAX + 1,))
    ).fetchone()
    waiting = int(row["waiting"]) if row else 0
    if waiting <= LAG_MAX:
        return Finding("sequencer", f"{waiting} facts wait for their number")
    cause = "No worker runs, or it cannot keep up."
    return Finding(
        "sequencer", f"more than {LAG_MAX} facts wait", "bad", cause, "Start `bellrock worker`; look at its log."
    )


async def _listeners(tx: Transaction, _settings: Settings) -> Finding:
    behind = await cursors.lag(tx)
    name, most = max(behind.items(), key=lambda item: item[1], default=("none", 0))
    says = f"{most} facts behind at most ({name})"
    if most <= LAG_MAX:
        return Finding("listeners", says)
    cause = f"{name} is slower than what comes in, or no worker runs."
    return Finding("listeners", says, "bad", cause, "Look at the worker's log; start another `bellrock worker`.")


async def _stale(tx: Transaction, settings: Settings) -> Finding:
    """Find cursors that nobody moves any more: they would hold the archive of the journal back for ever."""
    from bellrock.wiring import listeners

    if not (settings.keys / "complete").exists():
        return Finding("cursors", "not compared: the keys are not there")
    house = House(settings, Database(settings.database_url), Vault(Keyring.load(settings.keys)))
    known = {cursor.name for cursor in listeners(house, has_first_line=False, defer=None)}
    rows = await (await tx.execute("SELECT name FROM cursors ORDER BY name")).fetchall()
    stale = [row["name"] for row in rows if row["name"] not in known]
    if not stale:
        return Finding("cursors", f"{len(rows)}, all with a listener")
    cause = "A listener of an older version left its place behind; nothing reads on from there."
    cure = f"Once no older version runs: DELETE FROM cursors WHERE name IN ({', '.join(repr(name) for name in stale)});"
    return Finding("cursors", f"without a listener: {', '.join(stale)}", "soon", cause, cure)


async def _parked(tx: Transaction, _settings: Settings) -> Finding:
    rows = await (await tx.execute("SELECT cursor, log, number, reason FROM parked ORDER BY 1, 3 LIMIT 20")).fetchall()
    if not rows:
        return Finding("parked events", "none")
    says = "; ".join(f"{row['cursor']}: {row['log']} {row['number']} ({row['reason']})" for row in rows)
    cause = "A listener failed five times on each of these facts and went on; the log says why."
    cure = "Mend it, then move the cursor back (docs/operators.md), or delete the row from `parked` to leave it."
    return Finding("parked events", says, "bad", cause, cure)


async def _jobs(tx: Transaction, _settings: Settings) -> Finding:
    row = await (
        await tx.execute(
            "SELECT count(*) FILTER (WHERE status = 'failed') AS failed,"
            " count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, now()) < now() - interval '10 minutes') AS late"
            " FROM procrastinate_jobs WHERE status IN ('failed', 'todo')"
        )
    ).fetchone()
    assert row is not None
    if row["late"]:
        cause = "No worker runs, or all are busy."
        return Finding(
            "jobs", f"{row['late']} are more than ten minutes late", "bad", cause, "Start `bellrock worker`."
        )
    if row["failed"]:
        cause = "Each was tried six times, such as a notice whose mail server did not take it."
        cure = "Look at the worker's log; once mended, delete them from procrastinate_jobs."
        return Finding("jobs", f"{row['failed']} were given up", "soon", cause, cure)
    return Finding("jobs", "none late, none given up")


async def _checkpoints(tx: Transaction, settings: Settings) -> Finding:
    folder = settings.checkpoints_folder
    oldest = timedelta(0)
    unsigned = 0
    for log in LOGS:
        size = await ledger.size_of(tx, log)
        newest = ledger.newest_outside(Path(folder), log)
        if size > (newest.size if newest else 0):
            unsigned += size - (newest.size if newest else 0)
            row = await (
                await tx.execute(
                    "SELECT at FROM journal WHERE log = %s AND number = %s", (log, newest.size if newest else 0)
                )
            ).fetchone()
            oldest = max(oldest, clock.now() - row["at"] if row else timedelta(0))
    if unsigned and oldest > CHECKPOINT_AGE_MAX:
        cause = f"The oldest of them waits for {_age(oldest)}: no worker runs, or {folder} cannot be written."
        cure = (
            f"Start `bellrock worker`; look for ledger.checkpoint_failed in its log; check who may write to {folder}."
        )
        return Finding("checkpoints", f"{unsigned} facts lie under no checkpoint outside", "bad", cause, cure)
    return Finding("checkpoints", f"up to date in {folder}")


async def _backups(tx: Transaction, settings: Settings) -> Finding:
    cure = "bellrock backup, every night (deploy/systemd/bellrock-backup.timer), and a copy on another machine."
    row = await (
        await tx.execute("SELECT finished_at, bytes FROM backups ORDER BY finished_at DESC LIMIT 1")
    ).fetchone()
    if row is None:
        state: Finding = Finding("backup", "none was ever made")
        if settings.demo:
            return state
        return Finding("backup", state.says, "soon", "Nobody has run `bellrock backup` yet.", cure)
    age = clock.now() - row["finished_at"]
    says = f"the last one is {_age(age)} old, {row['bytes'] / 1e6:.0f} MB"
    if age > BACKUP_AGE_MAX:
        return Finding("backup", says, "soon", "Whatever makes them has stopped.", cure)
    return Finding("backup", says)


async def _erasures(tx: Transaction, _settings: Settings) -> Finding:
    waiting = [each for each in await access.erasures(tx) if each.closed_at is None]
    late = [each for each in waiting if clock.now() - each.requested_at > ERASURE_AGE_MAX]
    if late:
        rooms = sorted({room for each in late for room in each.waits_for})
        cause = f"They wait for: {', '.join(rooms)}. The words are gone already; copies may be left."
        return Finding("erasures", f"{len(late)} are not finished after a day", "bad", cause, "Look for parked events.")
    return Finding("erasures", f"{len(waiting)} under way")


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
