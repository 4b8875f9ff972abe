"""The links of the frames: what the site shows customers, what the desk shows each colleague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bellrock.core import N_


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A place of the desk; shown to colleagues who hold `permission`, or to all where it is empty."""

    url: str
    text: str
    icon: str
    permission: str = ""


_DESK_LINKS: tuple[DeskLink, ...] = (
    DeskLink("/desk/articles", N_("Articles"), "book", "articles_edit"),
    DeskLink("/desk/incidents", N_("Incidents"), "warn", "incidents_edit"),
    DeskLink("/desk/settings", N_("Settings"), "gear"),
)


def site_links(language: str) -> list[tuple[str, str]]:
    """Return (address, text) of the site's header."""
    return [
        (f"/help/{language}", N_("Help centre")),
        ("/contact", N_("Write to us")),
        ("/cases", N_("My cases")),
    ]


def desk_links(agent: Any) -> list[DeskLink]:
    """Return the places this colleague may open."""
    if agent is None:
        return []
    held = {str(permission) for permission in agent.permissions}
    return [link for link in _DESK_LINKS if not link.permission or link.permission in held]
