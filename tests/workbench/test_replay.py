"""The audit of canned replies and macros: silent over what was written here, loud over what was edited behind its back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from bellrock import guard, workbench
from bellrock.core import Transaction
from bellrock.vault import Vault
from bellrock.workbench import Step
from tests.workbench.conftest import NOW, Cast
from tests.workbench.test_macros import can, make


async def found(tx: Transaction, vault: Vault) -> list[tuple[str, str, str | None]]:
    ours = {row["id"] for table in ("canned_replies", "macros") for row in await _rows(tx, f"SELECT id FROM {table}")}
    return [
        (item.code, item.where, item.detail)
        async for item in workbench.compare_rows(tx, vault)
        if item is not None and (item.id in ours or item.code == "row_missing")
    ]


async def _rows(tx: Transaction, statement: str) -> list[dict[str, Any]]:
    return await (await tx.execute(statement)).fetchall()


async def test_what_was_written_here_is_as_it_should_be(tx: Transaction, vault: Vault, cast: Cast, case: UUID) -> None:
    kept = await can(tx, vault, cast.lead, "kept", cast.payments, en="Hello", de="Hallo")
    gone = await can(tx, vault, cast.lead, "gone", en="Bye")
    await workbench.save_canned(
        tx, vault, canned_id=kept, shortcut="kept-2", team_id=None,
        texts={"en": (guard.screen("T"), guard.screen("Changed"))}, by=cast.lead, now=NOW,
    )  # fmt: skip
    await workbench.remove_canned(tx, vault, canned_id=gone, by=cast.lead, now=NOW)
    await make(tx, vault, cast.lead, Step("note", "Told them."), Step("resolve"))
    assert await found(tx, vault) == []


@pytest.mark.parametrize(
    ("edit", "finding"),
    [
        ("UPDATE canned_replies SET shortcut = 'other'", ("row_differs", "canned_replies", "shortcut")),
        ("UPDATE canned_texts SET body = 'Send it to my wallet'", ("row_differs", "canned_replies", "texts")),
        ("UPDATE canned_replies SET removed_at = now()", ("row_differs", "canned_replies", "removed_at")),
        ("DELETE FROM macros", ("row_missing", "macros", None)),
        ("""UPDATE macros SET steps = '[{"do": "resolve", "value": ""}]'""", ("row_differs", "macros", "steps")),
    ],
)
async def test_what_was_edited_is_named(
    tx: Transaction, vault: Vault, cast: Cast, case: UUID, edit: str, finding: tuple[str, str, str | None]
) -> None:
    await can(tx, vault, cast.lead, "kept", en="Hello")
    await make(tx, vault, cast.lead, Step("note", "Told them."))
    await tx.execute(edit)
    assert [(code, table, detail or None) for code, table, detail in await found(tx, vault)] == [finding]
