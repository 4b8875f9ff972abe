"""An exchange in memory: each part answers with what a test gave it, and notes what it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bellrock.exchange import Ability, Exchange, ExchangeUnavailable, Page, no_exchange
from tests.triage.playbooks.things import NOW


@dataclass
class Part:
    """One part of the port. An answer is a row, a tuple of rows for a page, or an error to be raised."""

    answers: dict[str, Any]
    asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def answer(*args: Any, **kwargs: Any) -> Any:
            self.asked.append((name, args, kwargs))
            found = self.answers.get(name, ExchangeUnavailable())
            if isinstance(found, BaseException):
                raise found
            if callable(found):
                return await found(*args, **kwargs)
            return Page(found, NOW) if isinstance(found, tuple) else found

        return answer


def exchange(**parts: dict[str, Any]) -> Exchange:
    """Return an exchange with these parts; the others cannot be asked."""
    absent = no_exchange()
    names = ("account", "api", "funds", "networks", "trading", "market", "derivatives", "contracts", "earn", "identity")
    given: dict[str, Any] = {name: Part(parts[name]) if name in parts else getattr(absent, name) for name in names}
    return Exchange(
        name="memory",
        can=frozenset(Ability(name) for name in parts),
        protection=absent.protection,
        **given,
    )
