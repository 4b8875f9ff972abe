"""Replay: what the articles that readers see must say, told from the records of those who wrote them; the audit compares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from bellrock import ledger
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.knowledge import index
from bellrock.knowledge.rendering import render, render_line

_BATCH = 200
_FACTS = (
    "SELECT id, kind, at, actor_kind, actor_id, data FROM (SELECT number, 0::bigint AS position, id, kind, at,"
    "  actor_kind, actor_id, data FROM journal WHERE log = 'records' AND kind = ANY(%(kinds)s)"
    " UNION ALL SELECT 9223372036854775807, position, id, kind, at, actor_kind, actor_id, data FROM journal_inbox"
    "  WHERE log = 'records' AND kind = ANY(%(kinds)s)) AS facts ORDER BY number, position"
)
_SAVED = "knowledge.draft_saved"
_PUBLISHED = "knowledge.article_published"
_UNPUBLISHED = "knowledge.article_unpublished"

Translation = tuple[UUID, str]
Version = tuple[UUID, str, int]
Row = dict[str, Any]


async def compare_rows(tx: Transaction, vault: vaults.Vault) -> AsyncIterator[ledger.Finding | None]:
    """Yield for each version and each translation of an article what is wrong with its row, None where nothing is."""
    cursor = await tx.execute(_FACTS, {"kinds": [_SAVED, _PUBLISHED, _UNPUBLISHED]})
    facts = await cursor.fetchall()
    words = await _words(tx, vault, [fact["id"] for fact in facts if fact["kind"] == _SAVED])
    versions, translations = _replay(facts, words)
    cursor = await tx.execute("SELECT * FROM article_versions")
    found = {(row["article_id"], row["language"], row["number"]): row for row in await cursor.fetchall()}
    for version in versions.keys() | found.keys():
        yield _compare("article_versions", version[0], versions.get(version), found.get(version))
    cursor = await tx.execute("SELECT * FROM article_translations")
    standing = {(row["article_id"], row["language"]): row for row in await cursor.fetchall()}
    for translation in translations.keys() | standing.keys():
        expected = translations.get(translation)
        if expected is not None and expected["published_number"] is not None:
            expected |= _shown(versions.get((*translation, expected["published_number"])))
        yield _compare("article_translations", translation[0], expected, standing.get(translation))


async def _words(tx: Transaction, vault: vaults.Vault, ids: list[UUID]) -> dict[UUID, Row]:
    """Return what was written, of the records that open; the audit of records names the others."""
    found: dict[UUID, Row] = {}
    for start in range(0, len(ids), _BATCH):
        examined = await vaults.examine_records(tx, vault, ids[start : start + _BATCH])
        found |= {id: item.opened.record["words"] for id, item in examined.items() if item.opened is not None}
    return found


def _replay(facts: list[Row], words: Mapping[UUID, Row]) -> tuple[dict[Version, Row], dict[Translation, Row]]:
    versions: dict[Version, Row] = {}
    translations: dict[Translation, Row] = {}
    for fact in facts:
        translation = (UUID(fact["data"]["article"]), fact["data"]["language"])
        number = fact["data"]["number"]
        row = translations.setdefault(
            translation, {"published_number": None, "draft_number": None, "published_at": None}
        )
        if fact["kind"] == _SAVED:
            text = words.get(fact["id"], {})
            versions[(*translation, number)] = {
                "written_at": fact["at"],
                "written_by_kind": fact["actor_kind"],
                "written_by": fact["actor_id"],
                **{name: text[name].strip() for name in ("title", "answer", "body") if name in text},
            }
            row |= {"draft_number": number} | ({"slug": text["slug"]} if "slug" in text else {})
        elif fact["kind"] == _PUBLISHED:
            draft = row["draft_number"]
            kept = draft if draft is not None and draft > number else None
            row |= {"published_number": number, "published_at": fact["at"], "draft_number": kept}
        else:
            draft = row["draft_number"] or row["published_number"]
            row |= {"published_number": None, "published_at": None, "draft_number": draft}
    return versions, translations


def _shown(version: Row | None) -> Row:
    if version is None or not {"title", "answer", "body"} <= version.keys():
        return {}
    return {
        "answer_html": render_line(version["answer"]),
        "body_html": render(version["body"]),
        "words": index.spelling(title=version["title"], answer=version["answer"]),
    }


def _compare(table: str, id: UUID, expected: Row | None, row: Row | None) -> ledger.Finding | None:
    if expected is None:
        return ledger.Finding("row_stray", table, id=id)
    if row is None:
        return ledger.Finding("row_missing", table, id=id)
    wrong = sorted(name for name, value in expected.items() if row[name] != value)
    return ledger.Finding("row_differs", table, id=id, detail=", ".join(wrong)) if wrong else None
