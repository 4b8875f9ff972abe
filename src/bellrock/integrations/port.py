"""The port of outgoing calls: one POST to somebody else's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status with the beginning of the body, or why nothing did (a code)."""

    status: int | None
    problem: str = ""
    milliseconds: int = 0
    excerpt: str = field(default="", repr=False)

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Caller(Protocol):
    """Calls an address of an integrator, and nothing inside this house."""

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send, follow no redirect, wait a few seconds at most, and say what came of it; never raises for the far end."""
