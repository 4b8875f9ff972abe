"""Passwords: argon2id in a thread, few at once, so that guessing costs the guesser and not the house."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar
from weakref import WeakKeyDictionary

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from bellrock.core import TooMany
from bellrock.people.errors import PasswordWeak

T = TypeVar("T")
LENGTH_MIN = 12
LENGTH_MAX = 256
_AT_ONCE = 2
_WAITING_MAX = 40

# OWASP's recommendation for argon2id where memory is dear: 19 MiB, 2 passes, 1 lane; about 25 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)

# Checked when there is no such agent, so that the answer takes as long. Made with the costs above; nobody's password.
_STAND_IN = "$argon2id$v=19$m=19456,t=2,p=1$/NwtX8oCmRgnCPjofUaWEA$GP5kXI4GXOUrIE9yq6B8HJ0XwbIQoEt+XJmxvK8/b2I"

_COMMON = frozenset(
    {
        "password", "passwort", "letmein", "welcome", "qwerty", "qwertz", "azerty", "iloveyou", "administrator",
        "changeme", "bellrock", "northwick", "bitcoin", "ethereum", "crypto", "support", "secret", "monkey", "dragon",
        "football", "baseball", "superman", "trustno", "abc", "abcdef", "abcdefgh", "asdf", "asdfgh", "zxcvbn",
    }
)  # fmt: skip


class _Gate:
    """Lets a few hashes run at once and turns away a crowd. One per event loop."""

    def __init__(self) -> None:
        self.slots = asyncio.Semaphore(_AT_ONCE)
        self.waiting = 0


_gates: WeakKeyDictionary[asyncio.AbstractEventLoop, _Gate] = WeakKeyDictionary()


def check_strength(password: str, *, email: str = "", name: str = "") -> None:
    """Raise PasswordWeak for a password that is too short, too long, or little more than a word or a run."""
    bare = "".join(sign for sign in password.casefold() if sign.isalpha())
    own = {part for text in (email.casefold().split("@")[0], *name.casefold().split()) if (part := text.strip())}
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX or len(set(password)) < 6:
        raise PasswordWeak
    if bare in _COMMON or bare in own or (not bare and len(password) < 20) or _is_run(password):
        raise PasswordWeak


def _is_run(password: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return steps <= {-1, 0, 1}


async def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    return await _run(lambda: _hasher.hash(password))


async def matches(stored: str | None, password: str) -> bool:
    """Return whether a password fits a stored hash; without one, spend the same time and return False.

    Raises TooMany when too many wait already.
    """
    if len(password) > LENGTH_MAX:
        password = ""
    fits = await _run(lambda: _fits(stored or _STAND_IN, password))
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """Return whether a stored hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(stored)


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


async def _run(work: Callable[[], T]) -> T:
    gate = _gates.setdefault(asyncio.get_running_loop(), _Gate())
    if gate.waiting >= _WAITING_MAX:
        raise TooMany
    gate.waiting += 1
    try:
        async with gate.slots:
            return await asyncio.to_thread(work)
    finally:
        gate.waiting -= 1
