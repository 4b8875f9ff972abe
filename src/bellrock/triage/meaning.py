"""Which articles a question is about, in any language: the trained head's topics and the nearness of the articles' own words.

It stands where the encoder is loaded anyway, in the worker; web processes ask it over a socket and do without when it is silent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from bellrock import knowledge
from bellrock.core import Database
from bellrock.knowledge import Nearest
from bellrock.triage import model as models
from bellrock.triage.features import plain
from bellrock.triage.features import spoken as as_spoken
from bellrock.triage.languages import language_of
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.topics import NEAR_MISS

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from bellrock.triage.heads import Heads

BATCH_MAX = 16
"""So many translations are encoded in a row: in the background, beside customers who wait for the encoder."""
TEXT_CHARS_MAX = 300
_AT_ONCE = 4
COSINE_WEIGHT = 1.3
"""How much the cosine to an article's own words counts beside the logarithm of the head's probability of its topic."""
OWN_COSINE_WEIGHT, UNRELATED_COSINE = 4.0, 0.1
"""How much more it counts, above what articles on something else have, where an editor's article has no topic of ours."""
SELDOM_SOUGHT = {"greeting_or_thanks": 1.6, "out_of_scope": 0.4}
"""What is written to somebody, and short as queries are, but seldom searched for: so much is taken off the logarithm."""
_SHARE_MIN = 1e-4
_ANSWER_CHARS_MAX = 240
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Index:
    """The parts of all published articles: one row of length 1 each, and for each row and article whose it is."""

    stand: str
    rows: NDArray[float32]
    of_rows: NDArray[Any]
    articles: tuple[UUID, ...]
    labels: tuple[int, ...]


class ArticleMeaning:
    """Knows what published articles mean: `knowledge.Meaning`, of one process."""

    def __init__(self, database: Database, embedder: Embedder, heads: Heads | None = None) -> None:
        self._database = database
        self._embedder = embedder
        self._heads = heads
        self._index: _Index | None = None
        self._turn = asyncio.Lock()
        self._is_off = False
        self._is_whole = False

    async def nearest(self, text: str, *, language: str, limit: int) -> Nearest:
        """Return the articles nearest to a text; nothing before all there are were encoded once: half of them would mislead."""
        index, said = self._index, text[:TEXT_CHARS_MAX]
        if index is None or not self._is_whole or not index.articles or not said.strip():
            return knowledge.Nearest()
        async with self._turn:
            return await asyncio.to_thread(self._rank, index, said, language, limit)

    async def refresh(self, *, limit: int = BATCH_MAX) -> int:
        """Encode what was published since, at most `limit` translations, and read what others encoded; return how many."""
        head = shipped()
        if self._embedder.name != head.encoder:
            if not self._is_off:
                _log.warning("meaning.off", encoder=self._embedder.name, head=head.encoder)
            self._is_off = True
            return 0
        encoder = encoder_of(self._embedder, head)
        async with self._database.transaction() as tx:
            due = await knowledge.due_vectors(tx, encoder=encoder, limit=limit)
            if due:
                found = await asyncio.to_thread(self._encode, head, due)
                for item, vectors in zip(due, found, strict=True):
                    await knowledge.keep_vectors(tx, of=item, encoder=encoder, vectors=vectors)
            stand = await knowledge.vectors_stand(tx, encoder=encoder)
            if self._index is None or self._index.stand != stand:
                self._index = _index(stand, await knowledge.vectors(tx, encoder=encoder), head)
        self._is_whole = self._is_whole or len(due) < limit
        return len(due)

    def _encode(self, head: Model, due: list[knowledge.Due]) -> list[list[bytes]]:
        """Return the vectors of each translation's parts; a few texts at a time, so that no customer waits for the encoder."""
        found: list[list[bytes]] = []
        for at in range(0, len(due), _AT_ONCE):
            some = due[at : at + _AT_ONCE]
            texts = [as_spoken(part[:_ANSWER_CHARS_MAX]) for item in some for part in item.parts]
            languages = [item.language for item in some for _ in item.parts]
            rows = iter(_vectors(head, self._embedder, texts, languages)[:, self._embedder.compared].astype("<f4"))
            found += [[next(rows).tobytes() for _ in item.parts] for item in some]
        return found

    def _rank(self, index: _Index, text: str, language: str, limit: int) -> Nearest:
        import numpy as np

        # A taught head has the labels and means of the shipped one, so that the articles' vectors fit it too.
        head, compared = self._heads.newest if self._heads else shipped(), self._embedder.compared
        spoken, folded = language_of(text, prior=language), plain(text)
        vectors = _vectors(head, self._embedder, [as_spoken(text)], [spoken])
        logits, _ = head.logits(vectors, [folded], compared)
        shares = models.softmax(logits / np.float32(head.temperature))[0]
        scores = np.full(len(index.articles), -1.0, dtype=np.float32)
        np.maximum.at(scores, index.of_rows, index.rows @ vectors[0, compared])
        labels = np.array(index.labels)
        # An article without a topic of ours is as likely as that the question has none.
        likely = shares[np.where(labels >= 0, labels, head.labels.index(NEAR_MISS))]
        seldom = np.array([SELDOM_SOUGHT.get(label, 0.0) for label in (*head.labels, "")], dtype=np.float32)
        own = np.where(labels < 0, OWN_COSINE_WEIGHT * (scores - UNRELATED_COSINE), 0.0)
        scores = COSINE_WEIGHT * scores + own + np.log(likely + _SHARE_MIN) - seldom[labels]
        best = np.argsort(-scores, kind="stable")[:limit]
        return Nearest(
            tuple(index.articles[place] for place in best), spoken, tuple(float(scores[place]) for place in best)
        )


@cache
def shipped() -> Model:
    """Return the head that this installation works with, read once a process. Raises ModelMismatch."""
    return models.load()


def encoder_of(embedder: Embedder, head: Model) -> str:
    """Return the name under which vectors are kept: they fit one encoder and the means of one head."""
    return f"{embedder.name}/{head.version}/{_ANSWER_CHARS_MAX}"


def _vectors(head: Model, embedder: Embedder, texts: list[str], languages: list[str]) -> NDArray[float32]:
    return head.centred(embedder.embed(texts), languages, embedder.compared)


def _index(stand: str, vectors: list[knowledge.ArticleVector], head: Model) -> _Index:
    import numpy as np

    places: dict[UUID, int] = {}
    labels: list[int] = []
    for vector in vectors:
        if vector.article_id not in places:
            places[vector.article_id] = len(places)
            labels.append(head.labels.index(vector.topic) if vector.topic in head.labels else -1)
    rows = (
        np.stack([np.frombuffer(vector.vector, dtype="<f4") for vector in vectors])
        if vectors
        else np.empty((0, 1), dtype=np.float32)
    )
    owners = np.array([places[vector.article_id] for vector in vectors], dtype=np.int64)
    return _Index(stand, rows, owners, tuple(places), tuple(labels))
