"""What every way of mailing does: each letter arrives as it was written, a wrong address is told from a server that is away."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from bellrock.adapters.mail import build_mail
from bellrock.adapters.mail.outbox import Outbox
from bellrock.adapters.mail.smtp import Smtp
from bellrock.core.mail import Letter, Mail, MailUnavailable
from bellrock.core.settings import Settings, SettingsWrong

SENDER = "support@northwick.example"


@dataclass
class Server:
    """A mail server of these tests: takes everything, or answers RCPT with `refusal`."""

    refusal: str = ""
    port: int = 0
    taken: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 tests")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                say("354 go on")
                self.taken.append((await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n."))
                say("250 taken")
            elif verb == b"RCPT" and self.refusal:
                say(self.refusal)
            elif verb == b"QUIT":
                say("221 bye")
                break
            else:
                say("250 fine")
            await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Server]:
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


Taken = Callable[[], list[EmailMessage]]


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture(params=["outbox", "smtp"])
async def mail(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Mail, Taken]]:
    """A way of mailing, and what it took."""
    if request.param == "outbox":
        folder = tmp_path / "outbox"
        yield Outbox(folder, sender=SENDER), lambda: [parsed(path.read_bytes()) for path in folder.glob("*.eml")]
        return
    async with serving(Server()) as server:
        yield (
            Smtp.of(f"smtp://127.0.0.1:{server.port}", sender=SENDER),
            lambda: [parsed(data) for data in server.taken],
        )


def letter(**changes: str) -> Letter:
    values = {
        "to": "elif@customers.example",
        "subject": "تم الرد · 已回复",
        "text": "Line one.\n.\n第二行",
        "key": "notice-1",
    }
    return Letter(**{**values, **changes})


async def test_a_letter_arrives_as_it_was_written(mail: tuple[Mail, Taken]) -> None:
    way, taken = mail
    await way.send(letter())
    [message] = taken()
    assert (message["to"], message["from"], message["subject"]) == (
        "elif@customers.example",
        SENDER,
        "تم الرد · 已回复",
    )
    assert message.get_content().splitlines() == ["Line one.", ".", "第二行"]
    assert message["auto-submitted"] == "auto-generated"
    assert message["message-id"].endswith("@northwick.example>")


async def test_a_retry_is_the_same_letter(mail: tuple[Mail, Taken]) -> None:
    way, taken = mail
    await way.send(letter())
    await way.send(letter())
    assert len({message["message-id"] for message in taken()}) == 1
    await way.send(letter(key="notice-2"))
    assert len({message["message-id"] for message in taken()}) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ""},
        {"to": "nobody"},
        {"to": "a@b.example, c@d.example"},
        {"to": "a@b.example\r\nBcc: all@example.org"},
        {"subject": "hello\r\nBcc: all@example.org"},
    ],
)
async def test_a_wrong_address_or_header_goes_nowhere(mail: tuple[Mail, Taken], changes: dict[str, str]) -> None:
    way, taken = mail
    with pytest.raises(MailUnavailable) as caught:
        await way.send(letter(**changes))
    assert not caught.value.retryable
    assert taken() == []


@pytest.mark.parametrize(("refusal", "retryable"), [("450 later", True), ("550 nobody here", False)])
async def test_a_refusal_says_whether_to_try_again(refusal: str, retryable: bool) -> None:
    async with serving(Server(refusal=refusal)) as server:
        with pytest.raises(MailUnavailable) as caught:
            await Smtp.of(f"smtp://127.0.0.1:{server.port}", sender=SENDER).send(letter())
    assert caught.value.retryable is retryable


async def test_a_server_that_is_away_is_tried_again() -> None:
    async with serving(Server()) as server:
        port = server.port
    with pytest.raises(MailUnavailable) as caught:
        await Smtp.of(f"smtp://127.0.0.1:{port}", sender=SENDER).send(letter())
    assert caught.value.retryable


def test_an_outbox_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "outbox"
    asyncio.run(build_mail(Settings(data=tmp_path / "data")).send(letter(key="../../etc/x")))
    [path] = folder.iterdir()
    assert path.stat().st_mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://host:port"])
def test_refuses_an_address_that_is_no_mail_server(url: str) -> None:
    with pytest.raises(SettingsWrong):
        build_mail(Settings(smtp_url=url))


def test_a_password_never_shows_itself() -> None:
    way = Smtp.of("smtps://user:hidden%2Fword@mail.example", sender=SENDER)
    assert way.password == "hidden/word" and "hidden" not in repr(way)
    assert (way.port, way.implicit_tls) == (465, True)
