"""What published articles mean, kept as vectors: which are missing, keeping them, and reading them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bellrock.core import Transaction
from bellrock.knowledge.models import BRAND
from bellrock.knowledge.rendering import plain_line

DUE_MAX = 64
VECTORS_MAX = 200_000


@dataclass(frozen=True, slots=True)
class Due:
    """A published translation whose vectors are missing or old. `parts`: the texts to encode, in order."""

    article_id: UUID
    language: str
    number: int
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleVector:
    """A part of a published translation as an encoder sees it: 32-bit floats, little end first, of length 1."""

    article_id: UUID
    topic: str | None
    language: str
    vector: bytes


async def due_vectors(tx: Transaction, *, encoder: str, limit: int = DUE_MAX) -> list[Due]:
    """Return published translations that this encoder has not seen as they stand; other workers' are passed over."""
    cursor = await tx.execute(
        "SELECT t.article_id, t.language, t.published_number AS number, v.title, v.answer"
        " FROM article_translations t JOIN article_versions v"
        "   ON (v.article_id, v.language, v.number) = (t.article_id, t.language, t.published_number)"
        " WHERE NOT EXISTS (SELECT FROM article_vectors m WHERE (m.article_id, m.language) = (t.article_id, t.language)"
        "   AND m.number = t.published_number AND m.encoder = %s)"
        " ORDER BY t.language, t.article_id LIMIT %s FOR UPDATE OF t SKIP LOCKED",
        (encoder, limit),
    )
    return [
        Due(row["article_id"], row["language"], row["number"], _parts(row["title"], row["answer"]))
        for row in await cursor.fetchall()
    ]


async def keep_vectors(tx: Transaction, *, of: Due, encoder: str, vectors: Sequence[bytes]) -> None:
    """Keep the vectors of a translation in place of older ones."""
    await tx.execute(
        "DELETE FROM article_vectors WHERE article_id = %s AND language = %s", (of.article_id, of.language)
    )
    await tx.execute(
        "INSERT INTO article_vectors (article_id, language, part, number, encoder, vector)"
        " SELECT %s, %s, t.part - 1, %s, %s, t.vector FROM unnest(%s::bytea[]) WITH ORDINALITY AS t (vector, part)",
        (of.article_id, of.language, of.number, encoder, list(vectors)),
    )


async def vectors(tx: Transaction, *, encoder: str) -> list[ArticleVector]:
    """Return the vectors of everything that is published, as this encoder sees it."""
    cursor = await tx.execute(
        "SELECT m.article_id, a.topic, m.language, m.vector FROM article_vectors m JOIN articles a ON a.id = m.article_id"
        " JOIN article_translations t ON (t.article_id, t.language) = (m.article_id, m.language)"
        " WHERE m.encoder = %s AND t.published_number IS NOT NULL ORDER BY m.article_id, m.language, m.part LIMIT %s",
        (encoder, VECTORS_MAX),
    )
    return [ArticleVector(**{**row, "vector": bytes(row["vector"])}) for row in await cursor.fetchall()]


async def vectors_stand(tx: Transaction, *, encoder: str) -> str:
    """Return a mark that changes whenever `vectors` would return something else."""
    cursor = await tx.execute(
        "SELECT count(*) || '/' || coalesce(sum(hashtext(m.article_id::text || m.language || m.number)::bigint), 0) AS stand"
        " FROM article_vectors m JOIN article_translations t ON (t.article_id, t.language) = (m.article_id, m.language)"
        " WHERE m.encoder = %s AND t.published_number IS NOT NULL",
        (encoder,),
    )
    row = await cursor.fetchone()
    assert row is not None
    return str(row["stand"])


def _parts(title: str, answer: str) -> tuple[str, ...]:
    name = title.replace(BRAND, " ").strip()
    return name, f"{name}. {plain_line(answer).replace(BRAND, ' ')}"
