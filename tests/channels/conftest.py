"""What the suites of this room share: somebody who writes, and a folder for files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bellrock import people
from bellrock.adapters.files.local import LocalFiles
from bellrock.core import Transaction
from bellrock.people import Customer
from bellrock.vault import Vault

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@pytest.fixture
async def visitor(tx: Transaction, vault: Vault) -> Customer:
    return (await people.start_visitor(tx, vault, locale="en", now=NOW))[0]


@pytest.fixture
async def stranger(tx: Transaction, vault: Vault) -> Customer:
    return (await people.start_visitor(tx, vault, locale="en", now=NOW))[0]


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")
