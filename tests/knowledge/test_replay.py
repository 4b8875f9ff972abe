"""Replay: articles are what their writers put on record, and a sentence changed behind their backs is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bellrock import guard, knowledge
from bellrock.core import SYSTEM, Transaction
from bellrock.vault import Vault


async def found(tx: Transaction, vault: Vault) -> set[tuple[str, str, str]]:
    return {
        (item.code, item.where, item.detail) async for item in knowledge.compare_rows(tx, vault) if item is not None
    }


async def test_nothing_is_found_in_a_new_help_centre(seeded: Transaction, vault: Vault) -> None:
    rows = [item async for item in knowledge.compare_rows(seeded, vault)]
    assert len(rows) > 10
    assert not any(rows)


async def test_nothing_is_found_after_drafts_and_withdrawals(seeded: Transaction, vault: Vault, now: datetime) -> None:
    cursor = await seeded.execute("SELECT article_id, slug FROM article_translations WHERE language = 'en' LIMIT 1")
    row = await cursor.fetchone()
    assert row is not None
    text = knowledge.Text(guard.screen(" New title "), guard.screen("An **answer**"), guard.screen("# Body\n\nWords"))
    given = {"article_id": row["article_id"], "language": "en", "by": SYSTEM}
    number = await knowledge.save_draft(
        seeded, vault, slug="another-address", text=text, after=1, now=now + timedelta(minutes=1), **given
    )
    assert await found(seeded, vault) == set()
    await knowledge.publish(seeded, vault, number=number, now=now + timedelta(minutes=2), **given)
    assert await found(seeded, vault) == set()
    await knowledge.unpublish(seeded, vault, now=now + timedelta(minutes=3), **given)
    assert await found(seeded, vault) == set()


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        (
            "UPDATE article_translations SET body_html = body_html || '<p>Send your coins here</p>'",
            ("row_differs", "article_translations", "body_html"),
        ),
        (
            "UPDATE article_translations SET answer_html = 'Call us' WHERE answer_html IS NOT NULL",
            ("row_differs", "article_translations", "answer_html"),
        ),
        ("UPDATE article_versions SET body = body || '!'", ("row_differs", "article_versions", "body")),
        (
            "UPDATE article_versions SET written_at = written_at - interval '1 day'",
            ("row_differs", "article_versions", "written_at"),
        ),
        (
            "INSERT INTO article_versions (article_id, language, number, title, answer, body, written_by_kind, written_at)"
            " SELECT article_id, language, 77, title, answer, body, written_by_kind, written_at FROM article_versions",
            ("row_stray", "article_versions", ""),
        ),
    ],
)
async def test_a_changed_article_is_seen(
    seeded: Transaction, vault: Vault, statement: str, seen: tuple[str, str, str]
) -> None:
    await seeded.execute(statement)
    assert await found(seeded, vault) == {seen}


async def test_a_missing_article_is_seen(seeded: Transaction, vault: Vault) -> None:
    await seeded.execute("DELETE FROM article_translations WHERE language = 'ar'")
    assert await found(seeded, vault) == {("row_missing", "article_translations", "")}
