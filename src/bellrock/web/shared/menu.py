"""The settings of the desk: every page that leads and administrators open, in groups, by what each of them may do.

A new page adds its line here and extends `shared/settings.html`; nothing else knows the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bellrock.core import N_


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the settings; shown to colleagues who hold one of `permissions`, to all where there is none."""

    address: str
    name: str
    about: str
    icon: str
    permissions: tuple[str, ...] = ()

    def is_open_to(self, held: frozenset[str]) -> bool:
        return not self.permissions or not held.isdisjoint(self.permissions)


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Pages that belong together."""

    name: str
    entries: tuple[MenuEntry, ...]


_GROUPS: tuple[MenuGroup, ...] = (
    MenuGroup(
        N_("People"),
        (
            MenuEntry(
                "/desk/people", N_("People"), N_("Who works here, and what they do"), "people", ("people_manage",)
            ),
            MenuEntry("/desk/teams", N_("Teams"), N_("Who takes which topics"), "list", ("teams_manage",)),
            MenuEntry("/desk/roles", N_("Roles"), N_("Who may do what, in sentences"), "key"),
        ),
    ),
    MenuGroup(
        N_("Work"),
        (
            MenuEntry(
                "/desk/hours", N_("Business hours"), N_("When people answer, and holidays"), "clock", ("desk_manage",)
            ),
            MenuEntry(
                "/desk/labels", N_("Labels"), N_("The words by which cases are sorted"), "flag", ("desk_manage",)
            ),
            MenuEntry("/desk/canned", N_("Canned replies"), N_("What is said often"), "reply", ("desk_manage",)),
            MenuEntry("/desk/macros", N_("Macros"), N_("Steps that belong together"), "hand", ("desk_manage",)),
        ),
    ),
    MenuGroup(
        N_("Customers"),
        (
            MenuEntry("/desk/brands", N_("Brands"), N_("Names, colours, logos and senders"), "lamp", ("desk_manage",)),
            MenuEntry(
                "/desk/articles/work",
                N_("Help centre work"),
                N_("What is missing in which language"),
                "book",
                ("articles_edit",),
            ),
            MenuEntry("/desk/gaps", N_("Gaps"), N_("What is asked and not settled"), "search", ("desk_manage",)),
            MenuEntry("/desk/first-line", N_("First line"), N_("What it is taught"), "lamp", ("desk_manage",)),
        ),
    ),
    MenuGroup(
        N_("Record"),
        (
            MenuEntry("/desk/looks", N_("Who looked"), N_("Every look at hidden data"), "eye", ("ledger_audit",)),
            MenuEntry("/desk/erasures", N_("Erasures"), N_("Customers who were erased"), "close", ("customer_erase",)),
            MenuEntry(
                "/desk/retention",
                N_("Retention"),
                N_("How long what is kept, and legal holds"),
                "clock",
                ("customer_erase",),
            ),
        ),
    ),
    MenuGroup(
        N_("System"),
        (
            MenuEntry("/desk/tokens", N_("API tokens"), N_("What other software may do here"), "key", ("administer",)),
            MenuEntry("/desk/webhooks", N_("Webhooks"), N_("Servers that hear of events"), "bell", ("administer",)),
        ),
    ),
)


def settings_menu(agent: Any) -> tuple[MenuGroup, ...]:
    """Return the groups with the pages that this colleague may open; no empty group."""
    return () if agent is None else _open_to(agent.permissions)


@lru_cache(maxsize=512)
def _open_to(permissions: frozenset[str]) -> tuple[MenuGroup, ...]:
    """Every page of the desk asks, and colleagues who may do the same see the same."""
    held = frozenset(str(permission) for permission in permissions)
    groups = (
        MenuGroup(group.name, tuple(entry for entry in group.entries if entry.is_open_to(held))) for group in _GROUPS
    )
    return tuple(group for group in groups if group.entries)


def settings_place(path: str) -> str:
    """Return the address of the entry that a page belongs to: the longest that its own begins with, else nothing."""
    addresses = [entry.address for group in _GROUPS for entry in group.entries]
    return max(
        (address for address in addresses if path == address or path.startswith(address + "/")), key=len, default=""
    )
