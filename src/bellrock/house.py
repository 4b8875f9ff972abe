"""What every request and every listener is given: settings, database, vault, and the ports that belong to nobody else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bellrock.core.rates import Rates

if TYPE_CHECKING:
    from bellrock.core import Database, Settings
    from bellrock.vault import Vault


@dataclass(slots=True)
class House:
    """The parts of one running process. `app` builds it; nobody else makes one outside tests."""

    settings: Settings
    database: Database
    vault: Vault
    mail: Any = None
    files: Any = None
    hub: Any = None
    translator: Any = None
    llm: Any = None  # language.LanguageModel; None without one
    meaning: Any = None  # knowledge.Meaning; None: search goes by words alone
    push: Any = None
    chains: dict[str, Any] = field(default_factory=dict)
    exchange: Any = None  # exchange.Exchange; `app` always gives one, if only one that cannot be asked
    rates: Rates = field(default_factory=lambda: Rates())
    extras: dict[str, Any] = field(default_factory=dict)
