"""The job that gives notice, on a whole house."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest

from bellrock import channels, conversations, guard, people
from bellrock.channels import BUILTIN, Envelope
from bellrock.core import FIRST_LINE, clock
from bellrock.core.mail import Letter, MailUnavailable
from bellrock.house import House


class Postbox:
    """A mail port that keeps letters, or refuses them."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.is_open = True

    async def send(self, letter: Letter) -> None:
        if not self.is_open:
            raise MailUnavailable(retryable=True)
        self.letters.append(letter)


@pytest.fixture
def postbox(house: House) -> Postbox:
    house.mail = Postbox()
    return house.mail


async def unread_answer(house: House, language: str) -> UUID:
    now = clock.now()
    async with house.database.transaction() as tx:
        visitor, _ = await people.start_visitor(tx, house.vault, locale=language, now=now)
        await people.give_contact(tx, house.vault, visitor=visitor, name=None, email="elif@example.org", now=now)
        body = msgspec.json.encode({"client_key": "key-00000001", "text": "Where is my deposit?"})
        accepted = await channels.accept(
            tx,
            house.vault,
            channel=BUILTIN["widget"],
            envelope=Envelope(body=body, customer=visitor),
            language=language,
            now=now,
        )
        await conversations.reply(
            tx,
            house.vault,
            by=FIRST_LINE,
            conversation_id=accepted.conversation_id,
            text=guard.screen("The secret answer"),
            now=now,
        )
    return accepted.conversation_id


async def test_writes_one_letter_without_content_however_often_the_job_runs(house: House, postbox: Postbox) -> None:
    conversation_id = await unread_answer(house, "ar")
    work = channels.jobs(house)[channels.AWAY_NOTICE]
    for _ in range(3):
        await work(conversation_id=str(conversation_id))
    (letter,) = postbox.letters
    assert letter.to == "elif@example.org"
    assert "secret" not in letter.text and "deposit" not in letter.text
    address = letter.text.partition(f"{house.settings.base_url}/cases/")[2].split()[0]
    reference, _, secret = address.partition("?key=")
    async with house.database.transaction() as tx:
        found = await channels.customer_of_link(tx, reference=reference, secret=secret, now=clock.now())
    assert found is not None and found[1] == conversation_id
    assert letter.subject == "أجابك دعم Northwick"


async def test_comes_back_with_the_same_letter_when_the_mail_was_not_accepted(house: House, postbox: Postbox) -> None:
    conversation_id = await unread_answer(house, "en")
    postbox.is_open = False
    with pytest.raises(MailUnavailable):
        await channels.send_notice(house, conversation_id=conversation_id)
    postbox.is_open = True
    assert await channels.send_notice(house, conversation_id=conversation_id)
    assert not await channels.send_notice(house, conversation_id=conversation_id)
    assert len(postbox.letters) == 1
