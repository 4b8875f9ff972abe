"""Mail out: an SMTP server where one is set, else a folder of letters."""

from __future__ import annotations

from bellrock.core import Settings
from bellrock.core.mail import Mail


def build_mail(settings: Settings) -> Mail:
    """Return the mail port that the settings ask for. Raises SettingsWrong."""
    if settings.smtp_url:
        from bellrock.adapters.mail.smtp import Smtp

        return Smtp.of(settings.smtp_url, sender=settings.mail_from)
    from bellrock.adapters.mail.outbox import Outbox

    return Outbox(settings.data / "outbox", sender=settings.mail_from)
