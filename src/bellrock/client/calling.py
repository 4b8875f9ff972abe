"""What both clients do alike: the request, what an answer means, whether and when to try again."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
import msgspec

from bellrock.client.errors import ApiError, Problem

T = TypeVar("T")
BASE = "/api/v1"
TRIES_MAX = 5
WAIT_SECONDS_MAX = 30.0
_AGAIN = frozenset({429, 502, 503, 504})


def headers_of(token: str) -> dict[str, str]:
    """Return the headers of every request."""
    return {"authorization": f"Bearer {token}", "accept": "application/json", "user-agent": "bellrock-client/1"}


def write_headers(key: str | None, version: int | None) -> dict[str, str]:
    """Return the headers of a write: a key under which it is done once however often it is sent, and the version meant."""
    headers = {"idempotency-key": key or uuid.uuid4().hex, "content-type": "application/json"}
    return headers if version is None else {**headers, "if-match": f'"{version}"'}


def body_of(values: Mapping[str, Any]) -> bytes:
    """Return a body of what is given; what is not is left out."""
    return msgspec.json.encode({name: value for name, value in values.items() if value is not msgspec.UNSET})


def query_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Return a query string's values; None is left out, lists are joined by commas."""
    return {
        name: ",".join(value) if isinstance(value, list | tuple) else str(value)
        for name, value in values.items()
        if value is not None
    }


def read(response: httpx.Response, type: type[T]) -> T:
    """Return what was answered. Raises ApiError."""
    if response.is_success:
        return msgspec.json.decode(response.content, type=type)
    raise ApiError(problem_of(response))


def content_of(response: httpx.Response) -> bytes:
    """Return a file that was answered. Raises ApiError."""
    if response.is_success:
        return response.content
    raise ApiError(problem_of(response))


def problem_of(response: httpx.Response) -> Problem:
    """Return an error as a problem, whoever made it."""
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.MsgspecError:
        problem = Problem(title=response.reason_phrase)
    problem.status = response.status_code
    return problem


def unreachable(error: httpx.HTTPError) -> ApiError:
    """Return the failure to reach the API at all."""
    return ApiError(Problem(title="not reached", detail=type(error).__name__, code="not_reached", retryable=True))


def wait_before(attempt: int, response: httpx.Response | None) -> float | None:
    """Return how many seconds to wait before trying again (attempt 1 was the first), None for no more.

    What the server asks for is heeded; else doubled each time, half of it by chance.
    """
    if attempt >= TRIES_MAX or (response is not None and response.status_code not in _AGAIN):
        return None
    asked = response.headers.get("retry-after", "") if response is not None else ""
    if asked.isdecimal():
        return min(float(asked), WAIT_SECONDS_MAX)
    full: float = min(0.25 * 2.0**attempt, WAIT_SECONDS_MAX)
    return full / 2 + random.random() * full / 2
