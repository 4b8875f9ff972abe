"""Search by meaning: fused with words, asked over a socket, and never waited for."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from bellrock import knowledge
from bellrock.adapters.meaning import socket
from bellrock.adapters.meaning.socket import MeaningServer, SocketMeaning
from bellrock.core import Transaction
from bellrock.knowledge import Nearest


class Knows:
    """Something that finds the same articles for every question, as a stand-in for the encoder behind the port."""

    def __init__(
        self, *articles: UUID, language: str | None = None, seconds: float = 0.0, scores: tuple[float, ...] = ()
    ) -> None:
        self.found, self.seconds = Nearest(articles, language, scores), seconds
        self.asked: list[tuple[str, str, int]] = []

    async def nearest(self, text: str, *, language: str, limit: int) -> Nearest:
        self.asked.append((text, language, limit))
        await asyncio.sleep(self.seconds)
        return self.found


async def id_of(tx: Transaction, topic: str) -> UUID:
    answer = await knowledge.answer_for(tx, topic=topic, language="en")
    assert answer is not None
    return answer.article_id


async def test_what_no_word_finds_is_found_by_meaning_in_the_readers_language(seeded: Transaction) -> None:
    wanted = await id_of(seeded, "withdrawal_suspended")
    hits = await knowledge.search(
        seeded, text="Warum darf mein Geld nicht hinaus?", language="ar", meaning=Knows(wanted, language="de")
    )
    assert (hits[0].card.article_id, hits[0].card.language) == (wanted, "ar")


async def test_meaning_goes_before_words_that_happen_to_stand_there(seeded: Transaction) -> None:
    wanted = await id_of(seeded, "kyc_how_to")
    asked = "I read about the funding rate while I wait, how much longer until you have looked at my papers?"
    by_words = await knowledge.search(seeded, text=asked, language="en")
    fused = await knowledge.search(seeded, text=asked, language="en", meaning=Knows(wanted))
    assert by_words[0].card.article_id != wanted
    assert fused[0].card.article_id == wanted
    assert by_words[0].card.article_id in [hit.card.article_id for hit in fused[:2]]


async def test_words_decide_about_a_word_or_two_where_meaning_doubts(seeded: Transaction) -> None:
    right, other = await id_of(seeded, "funding_rate"), await id_of(seeded, "greeting_or_thanks")
    doubts = Knows(other, right, scores=(-0.5, -2.5))
    for asked, first in (("funding rate", right), ("thank you for all that you have done for me today", other)):
        hits = await knowledge.search(seeded, text=asked, language="en", meaning=doubts)
        assert hits[0].card.article_id == first


async def test_words_are_looked_up_in_the_language_of_the_question(seeded: Transaction) -> None:
    wanted = await id_of(seeded, "funding_rate")
    hits = await knowledge.search(seeded, text="资金费率", language="en", meaning=Knows(language="zh-Hans"))
    assert (hits[0].card.article_id, hits[0].card.language) == (wanted, "en")


async def test_nothing_is_found_twice_and_drafts_are_not_found(seeded: Transaction) -> None:
    wanted, gone = await id_of(seeded, "kyc_how_to"), await id_of(seeded, "api_rate_limit")
    await seeded.execute(
        "UPDATE article_translations SET draft_number = published_number, published_number = NULL, published_at = NULL,"
        " answer_html = NULL, body_html = NULL, search = NULL, words = NULL WHERE article_id = %s",
        (gone,),
    )
    hits = await knowledge.search(seeded, text="passport", language="en", meaning=Knows(gone, wanted, wanted))
    found = [hit.card.article_id for hit in hits]
    assert len(found) == len(set(found))
    assert gone not in found


async def test_vectors_are_due_once_for_each_text_and_encoder(seeded: Transaction) -> None:
    due = await knowledge.due_vectors(seeded, encoder="e/1", limit=500)
    assert {item.language for item in due} == {"en", "zh-Hans", "ar"}
    assert all(len(item.parts) == 2 and "{{brand}}" not in "".join(item.parts) for item in due)
    first, stand = due[0], await knowledge.vectors_stand(seeded, encoder="e/1")
    await knowledge.keep_vectors(seeded, of=first, encoder="e/1", vectors=[b"\0" * 8, b"\1" * 8])
    left = await knowledge.due_vectors(seeded, encoder="e/1", limit=500)
    assert len(left) == len(due) - 1
    assert await knowledge.vectors_stand(seeded, encoder="e/1") != stand
    assert [found.vector for found in await knowledge.vectors(seeded, encoder="e/1")] == [b"\0" * 8, b"\1" * 8]
    assert len(await knowledge.due_vectors(seeded, encoder="e/2", limit=500)) == len(due)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Path, Knows]]:
    path, known = tmp_path / "m.sock", Knows(UUID(int=7), language="tr", scores=(-0.25,))
    server = MeaningServer(path, known)
    assert await server.keep()
    yield path, known
    await server.close()


async def test_the_worker_answers_over_a_socket_of_our_own_user_alone(served: tuple[Path, Knows]) -> None:
    path, known = served
    found = await SocketMeaning(path).nearest("param nerede?", language="en", limit=5)
    assert found == Nearest((UUID(int=7),), "tr", (-0.25,))
    assert known.asked == [("param nerede?", "en", 5)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_silent_or_slow_worker_costs_an_instant_and_no_answer(
    served: tuple[Path, Knows], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, known = served
    assert await SocketMeaning(tmp_path / "none.sock").nearest("x", language="en", limit=5) == Nearest()
    monkeypatch.setattr(socket, "ANSWER_SECONDS", 0.05)
    known.seconds = 5.0
    assert await SocketMeaning(path).nearest("x", language="en", limit=5) == Nearest()


async def test_nonsense_on_the_socket_is_no_answer_and_harms_nobody(served: tuple[Path, Knows]) -> None:
    path, _ = served
    for nonsense in (b"nonsense\n", b"{}\n", b"x" * 40_000 + b"\n", b""):
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(nonsense)
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
    assert (await SocketMeaning(path).nearest("x", language="en", limit=5)).articles


async def test_one_worker_serves_and_another_takes_over_when_it_is_gone(served: tuple[Path, Knows]) -> None:
    path, _ = served
    other = MeaningServer(path, Knows(UUID(int=9)))
    assert not await other.keep()
    assert (await SocketMeaning(path).nearest("x", language="en", limit=5)).articles == (UUID(int=7),)
    path.unlink()  # as after a crash and a clean-up
    assert await other.keep()
    assert (await SocketMeaning(path).nearest("x", language="en", limit=5)).articles == (UUID(int=9),)
    await other.close()
