"""How often articles are read, counted in this process and written down together every so often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from bellrock import knowledge
from bellrock.core import clock
from bellrock.house import House

WRITTEN_EVERY_SECONDS = 15.0
_KEY = "article_reads"


@dataclass(slots=True)
class _Reads:
    counts: Counter[tuple[UUID, str]] = field(default_factory=Counter)
    written_at: float = field(default_factory=clock.monotonic)


async def note_read(house: House, article_id: UUID, language: str) -> None:
    """Count one reading; the first after a while writes down what came together."""
    reads: _Reads = house.extras.setdefault(_KEY, _Reads())
    reads.counts[article_id, language] += 1
    if clock.monotonic() - reads.written_at < WRITTEN_EVERY_SECONDS:
        return
    counts, reads.counts, reads.written_at = reads.counts, Counter(), clock.monotonic()
    async with house.database.transaction() as tx:
        await knowledge.note_read(tx, counts, day=clock.now().date())
