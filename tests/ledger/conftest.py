"""A small installation of its own for each test: facts written, numbered, in the tree, under a checkpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.core import Actor, Database, Settings, journal, new_id, sequencer
from bellrock.core.journal import LOGS
from bellrock.vault import Vault

NOW = datetime(2026, 11, 18, 14, 31, 8, tzinfo=UTC)


@dataclass
class Installation:
    """Everything the record stands on."""

    database: Database
    vault: Vault
    settings: Settings
    subject: UUID

    @property
    def folder(self) -> Path:
        return self.settings.checkpoints_folder

    async def write(self, count: int, **given: Any) -> list[UUID]:
        """Write facts of one customer."""
        values: dict[str, Any] = {
            "kind": "conversations.received",
            "at": NOW,
            "actor": Actor("customer", self.subject),
            "subject_id": self.subject,
            "customer_id": self.subject,
            "words": {"text": "我的提现还没到账"},
            "audience": "public",
            **given,
        }
        async with self.database.transaction() as tx:
            return [await vaults.record(tx, self.vault, **values) for _ in range(count)]

    async def settle(self) -> None:
        """Number every fact and grow the trees."""
        async with await self.database.connect(autocommit=True) as connection:
            await sequencer.number_all(connection)
        for log in LOGS:
            async with self.database.transaction() as tx:
                facts = await journal.read(tx, log=log, after=await ledger.size_of(tx, log) - 1, limit=5_000)
                await ledger.extend(tx, facts)

    async def checkpoint(self, *, later: float = 0) -> None:
        """Settle, sign, and write outside."""
        await self.settle()
        now = NOW + timedelta(seconds=later)
        await ledger.keep(self.database, self.vault.keyring, self.settings, now=now)

    async def edit(self, *statements: str) -> None:
        """Change the database behind the product's back, as its owner could."""
        async with self.database.transaction() as tx:
            await tx.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await tx.execute(statement)

    async def verify(self) -> set[str]:
        report = await ledger.verify(self.database, self.vault.keyring, folder=self.folder)
        return {finding.code for finding in report.findings}

    async def audit(self) -> set[str]:
        report = await ledger.audit(self.database, self.vault, folder=self.folder, projections={})
        return {finding.code for finding in report.findings}

    async def audit_edited(self, *statements: str) -> set[str]:
        """Audit the database as it is after an edit, and take the edit back."""
        outside = await ledger.read_outside(self.folder)
        connection = await self.database.connect()
        try:
            await connection.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
            report = await ledger.audit_in(connection, self.vault, outside, {})
        finally:
            await connection.rollback()
            await connection.close()
            self.vault.subjects.forget_all()
        return {finding.code for finding in report.findings}

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        async with self.database.transaction() as tx:
            return await (await tx.execute(statement, parameters)).fetchall()


@pytest.fixture
async def here(database: Database, vault: Vault, tmp_path: Path) -> Installation:
    """An installation with one customer and nothing written yet."""
    return await _install(database, vault, tmp_path)


@pytest.fixture(scope="module")
async def filled(
    clone_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Installation]:
    """An installation with ten facts under two checkpoints, that this module's tests share and leave as it is."""
    folder = tmp_path_factory.mktemp("filled")
    async with Database(clone_database()) as database:
        there = await _install(database, Vault(vaults.Keyring.load(folder / "keys")), folder)
        await there.write(5)
        await there.checkpoint()
        await there.write(5)
        await there.checkpoint(later=5)
        yield there


async def _install(database: Database, vault: Vault, folder: Path) -> Installation:
    settings = replace(Settings(), keys=vault.keyring.folder, checkpoints=folder / "checkpoints")
    subject = new_id()
    async with database.transaction() as tx:
        await vault.bind(tx)
        await vault.create_subject(tx, subject)
    return Installation(database, vault, settings, subject)
