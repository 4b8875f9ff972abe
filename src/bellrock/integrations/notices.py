"""The letter about a webhook that was paused: to whoever answers for it, in their language."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import N_, Database, Settings, clock, i18n
from bellrock.core.mail import Letter, Mail
from bellrock.integrations.endpoints import Endpoint
from bellrock.people import AgentStatus

_SUBJECT = N_("Webhook paused: %(host)s")
_BODY = N_(
    "Nothing arrived at %(host)s for three days, so nothing more is sent there.\n\n"
    "Look at the log, resume it when the server works, and send again what it missed: %(url)s"
)


class House(Protocol):
    """The parts of the process that a letter needs."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def vault(self) -> vaults.Vault: ...
    @property
    def mail(self) -> Mail: ...


async def write_about_pause(house: House, endpoint: Endpoint) -> bool:
    """Write to whoever answers for an endpoint that it was paused; False where nobody is left to write to."""
    reader = await _reader(house, endpoint.kept_by)
    if reader is None:
        return False
    language, to = reader.agent.locale, reader.email
    url = f"{house.settings.base_url}/desk/webhooks/{endpoint.id}"
    await house.mail.send(
        Letter(
            to=to,
            subject=i18n.translate(language, _SUBJECT, host=endpoint.host),
            text=i18n.translate(language, _BODY, host=endpoint.host, url=url),
            key=f"webhook-{endpoint.id}-{clock.now():%Y%m%d}",
            language=language,
        )
    )
    return True


async def _reader(house: House, agent_id: UUID | None) -> people.AgentRow | None:
    if agent_id is None:
        return None
    async with house.database.transaction() as tx:
        rows = await people.directory(tx, house.vault, now=clock.now(), agent_id=agent_id)
    return next((row for row in rows if row.status is not AgentStatus.CLOSED), None)
