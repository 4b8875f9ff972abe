"""Letters to colleagues: the invitation and the link to a new password."""

from __future__ import annotations

import hashlib

import structlog

from bellrock.core import N_, BellrockError, i18n
from bellrock.core.mail import Letter
from bellrock.house import House
from bellrock.web.shared.branding import refresh

_log = structlog.get_logger(__name__)

INVITATION_SUBJECT = N_("You are invited to the support desk of %(brand)s")
INVITATION_TEXT = N_(
    "Hello %(name)s,\n\n"
    "you are invited to the support desk of %(brand)s. Choose your password here:\n\n%(address)s\n\n"
    "The link works once, for three days. If you did not expect this, do nothing and tell your team lead."
)
RESET_SUBJECT = N_("A new password for the support desk of %(brand)s")
RESET_TEXT = N_(
    "Hello %(name)s,\n\n"
    "somebody asked for a new password for your account. If it was you, choose it here:\n\n%(address)s\n\n"
    "The link works once, for 30 minutes. Your authenticator is still needed afterwards.\n"
    "If it was not you, do nothing and tell your team lead."
)


async def send_invitation(house: House, *, to: str, name: str, language: str, secret: str) -> None:
    """Mail an invitation; a failure is logged, since the link is on the inviter's screen as well."""
    address = f"{house.settings.base_url}/desk/join/{secret}"
    await _send(house, to, language, secret, INVITATION_SUBJECT, INVITATION_TEXT, name=name, address=address)


async def send_reset(house: House, *, to: str, name: str, language: str, secret: str) -> None:
    """Mail the link to a new password; a failure is logged, and the person asks again."""
    address = f"{house.settings.base_url}/desk/reset/{secret}"
    await _send(house, to, language, secret, RESET_SUBJECT, RESET_TEXT, name=name, address=address)


async def _send(
    house: House, to: str, language: str, secret: str, subject: str, text: str, *, name: str, address: str
) -> None:
    brand = (await refresh(house)).default
    values = {"brand": brand.name, "name": name, "address": address}
    letter = Letter(
        to=to,
        subject=i18n.translate(language, subject, brand=brand.name),
        text=i18n.translate(language, text, **values),
        # Derived, so that the secret itself stands in no file name and no header.
        key="people-" + hashlib.sha256(f"letter:{secret}".encode()).hexdigest()[:24],
        language=language,
        sender=brand.sender,
    )
    try:
        await house.mail.send(letter)
    except BellrockError as error:
        _log.warning("people.letter_not_sent", code=error.code)
