"""The port for waking a browser: a message that says nothing but that something waits (RFC 8030)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from bellrock.core.errors import Unavailable


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A browser that asked to be woken: where, and the keys under which it reads (base64url, as browsers give them)."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


class PushUnavailable(Unavailable):
    """The push service did not take it; `is_gone` says that this browser will never be reached again."""

    code = "push_unavailable"

    def __init__(self, *, is_gone: bool = False, retryable: bool = True) -> None:
        super().__init__()
        self.is_gone = is_gone
        self.retryable = retryable and not is_gone


class Push(Protocol):
    """Who wakes browsers."""

    @property
    def public_key(self) -> str:
        """The key that a browser binds its subscription to: an uncompressed point of P-256, base64url."""
        ...

    def may_reach(self, endpoint: str) -> bool:
        """Say whether this address belongs to a push service that is called at all."""
        ...

    async def wake(self, target: PushTarget) -> None:
        """Tell a browser that something waits. Raises PushUnavailable."""
        ...
