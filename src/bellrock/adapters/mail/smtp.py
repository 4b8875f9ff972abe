"""Mail by SMTP: the one server of the settings and no other, always encrypted unless it is this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from bellrock.adapters.mail.letters import message_of
from bellrock.core import clock
from bellrock.core.mail import Letter, MailUnavailable
from bellrock.core.settings import SettingsWrong

TIMEOUT_SECONDS = 15.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Smtp:
    """One SMTP server. `smtps://` speaks TLS from the start, `smtp://` demands STARTTLS unless the host is loopback."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    implicit_tls: bool
    sender: str

    @classmethod
    def of(cls, url: str, *, sender: str) -> Smtp:
        """Parse `smtp://user:password@host:587` or `smtps://…`. Raises SettingsWrong, without repeating the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise SettingsWrong(name="smtp_url", why="it is no address") from error
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsWrong(name="smtp_url", why="it takes smtp://user:password@host:587 or smtps://…")
        implicit = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (465 if implicit else 587),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            implicit_tls=implicit,
            sender=sender,
        )

    async def send(self, letter: Letter) -> None:
        message = message_of(letter, sender=letter.sender or self.sender, now=clock.now())
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.implicit_tls,
                start_tls=None if self.implicit_tls or self.host in _LOOPBACK else True,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPResponseException as error:
            # 4xx: try again later; 5xx: the server will not take it (RFC 5321, 4.2.1).
            _log.warning("mail.refused", key=letter.key, code=error.code)
            raise MailUnavailable(retryable=400 <= error.code < 500) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refusal.code for refusal in error.recipients]
            _log.warning("mail.recipient_refused", key=letter.key, codes=codes)
            raise MailUnavailable(retryable=all(400 <= code < 500 for code in codes)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            _log.warning("mail.unreachable", key=letter.key, error=type(error).__name__)
            raise MailUnavailable(retryable=True) from error
