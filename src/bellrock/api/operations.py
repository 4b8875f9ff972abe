"""The table of operations: what each takes, gives, and which scope it needs. Routes, OpenAPI and tests are made of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from bellrock import people
from bellrock.core.rates import Action
from bellrock.house import House
from bellrock.vault import HOUSE_SUBJECT

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, checked: who asks, of what, with which query and body. `tx` is the transaction of the work."""

    house: House
    tx: Any
    who: people.Integration
    now: datetime
    ids: Mapping[str, Any]
    query: Any
    body: Any
    if_match: str | None = None

    def id(self, name: str) -> UUID:
        """Return an id of the path."""
        value: UUID = self.ids[name]
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. `about` is the customer whom it speaks of: a kept copy is erased with them.

    `value` is what `gives` says, or the bytes of a file, which go out under `name`.
    """

    value: Any
    about: UUID = HOUSE_SUBJECT
    etag: str | None = None
    name: str = ""


Work = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for. `path` is relative to /api/v1, its ids in braces.

    Where `gives` or `takes` is `bytes`, a file goes out or comes in as it is.
    """

    name: str
    method: Method
    path: str
    scope: str
    work: Work = field(repr=False)
    gives: Any
    summary: str
    text: str
    query: type | None = None
    takes: type | None = None
    status: int = 200
    cost: Action = "read"
    has_version: bool = False
    is_patient: bool = False
    bytes_max: int = 64_000

    @property
    def resource(self) -> str:
        return self.scope.split(":")[0]

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


OPERATIONS: list[Operation] = []


def operation(
    method: Method,
    path: str,
    *,
    scope: str,
    gives: Any,
    query: type | None = None,
    takes: type | None = None,
    status: int = 200,
    cost: Action | None = None,
    has_version: bool = False,
    is_patient: bool = False,
    bytes_max: int = 64_000,
) -> Callable[[Work], Work]:
    """Enter a function into the table. Its name is the operation's, its docstring the description.

    `has_version`: answers carry an ETag, and If-Match is heeded. `is_patient`: it waits, so it opens its transactions itself.
    """

    def enter(work: Work) -> Work:
        summary, _, text = (work.__doc__ or "").strip().partition("\n")
        OPERATIONS.append(
            Operation(
                name=_camel(work.__name__),
                method=method,
                path=path,
                scope=scope,
                work=work,
                gives=gives,
                summary=summary,
                text=" ".join(text.split()),
                query=query,
                takes=takes,
                status=status,
                cost=cost or ("read" if method == "GET" else "write"),
                has_version=has_version,
                is_patient=is_patient,
                bytes_max=bytes_max,
            )
        )
        return work

    return enter


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
