"""What can go wrong while calling."""

from __future__ import annotations

import msgspec


class Problem(msgspec.Struct, kw_only=True):
    """An error of the API by RFC 9457. Branch on `code`; `retryable` says whether the same call may succeed later."""

    title: str = ""
    status: int = 0
    detail: str = ""
    code: str = "unknown"
    type: str = "about:blank"
    retryable: bool = False


class ApiError(Exception):
    """The API refused, or could not be reached (then `problem.status` is 0)."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail or problem.title}")
        self.problem = problem

    @property
    def code(self) -> str:
        return self.problem.code


class SignatureWrong(Exception):
    """A webhook is not from Bellrock, or is too old."""
