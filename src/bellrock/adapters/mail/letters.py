"""A letter as an Internet message (RFC 5322): plain text, marked as automatic, its id made from its key."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bellrock.core.mail import Letter, MailUnavailable


def message_of(letter: Letter, *, sender: str, now: datetime) -> EmailMessage:
    """Return the message of a letter. Raises MailUnavailable for an address or subject that no header can hold."""
    domain = sender.rpartition("@")[2].strip("> ")
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
        if letter.reply_to:
            message["Reply-To"] = Address(addr_spec=letter.reply_to)
    except (ValueError, IndexError, AttributeError) as error:
        raise MailUnavailable(retryable=False) from error
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{domain}>"
    message["Content-Language"] = letter.language
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    return message
