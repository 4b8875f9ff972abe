"""A brand, as other rooms see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock.core import Settings


@dataclass(frozen=True, slots=True)
class Brand:
    """A name under which customers know us. Without `id` it is what the settings say, where no brand was made yet.

    `hosts` are the host names it answers under, `sender` and `reply_to` the addresses of its mails (empty: those of the
    settings), `colour` and `colour_dark` `#rrggbb` or empty.
    """

    id: UUID | None
    slug: str
    name: str
    help_name: str = ""
    hosts: tuple[str, ...] = ()
    sender: str = ""
    reply_to: str = ""
    colour: str = ""
    colour_dark: str = ""
    logo_hash: str | None = None
    is_default: bool = False
    archived_at: datetime | None = None

    def base_url(self, settings: Settings) -> str:
        """Return where its customers read: its first host name, else the address of the settings."""
        if not self.hosts:
            return settings.base_url
        return f"{'https' if settings.is_https else 'http'}://{self.hosts[0]}"


@dataclass(frozen=True, slots=True)
class Brands:
    """All brands that are in use, at one moment."""

    all: tuple[Brand, ...]
    default: Brand

    def of_host(self, host: str) -> Brand:
        """Return the brand that answers under a host name (a port is left aside); the default one where none does."""
        plain = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        plain = plain.lower().rstrip(".")
        return next((brand for brand in self.all if plain in brand.hosts), self.default)

    def of_id(self, brand_id: UUID | None) -> Brand:
        """Return the brand of a conversation; the default one where it has none, or its brand was put away."""
        return next((brand for brand in self.all if brand.id == brand_id), self.default)


def brand_from_row(row: dict[str, Any]) -> Brand:
    """Make a brand of a row with its columns and `hosts`."""
    return Brand(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        help_name=row["help_name"],
        hosts=tuple(row["hosts"]),
        sender=row["sender"],
        reply_to=row["reply_to"],
        colour=row["colour"],
        colour_dark=row["colour_dark"],
        logo_hash=row["logo_hash"],
        is_default=row["is_default"],
        archived_at=row["archived_at"],
    )
