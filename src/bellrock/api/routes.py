"""Every address of the API, made of the table of operations, and the pages that describe it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response, Router, get, route
from litestar.params import FromPath

from bellrock.api import (  # noqa: F401 - each enters its operations into the table
    articles,
    conversations,
    customers,
    events,
    files,
    incidents,
    messages,
    staff,
    webhooks,
)
from bellrock.api.answering import answer
from bellrock.api.operations import OPERATIONS, Operation

BASE = "/api/v1"
_NO_STORE = {"cache-control": "public, max-age=300"}


def _handler(operation: Operation) -> Any:
    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await answer(operation, request)

    # Without any `from __future__` names in its signature, the framework reads it in this module.
    handle.__name__ = operation.name
    return route(
        operation.path,
        http_method=operation.method,
        name=f"api.{operation.name}",
        status_code=operation.status,
        request_max_body_size=operation.bytes_max,
    )(handle)


@get("/openapi.json", name="api.openapi")
async def show_openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the description of the API in OpenAPI 3.1."""
    from bellrock.api.openapi import document

    return Response(
        document(request.app.state.house.settings.base_url), media_type="application/json", headers=_NO_STORE
    )


@get("/docs", name="api.docs")
async def show_docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Show the description of the API to people."""
    from bellrock.api.reference import page

    return Response(page(request.app.state.house.settings.base_url), media_type="text/html", headers=_NO_STORE)


@get("/docs.css", name="api.docs.look")
async def show_look() -> Response[str]:
    """Give the look of these pages."""
    from bellrock.api.reference import look

    return Response(look(), media_type="text/css", headers=_NO_STORE)


@get("/problems/{code:str}", name="api.problem")
async def show_problem(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
    """Say what a problem means and what to do."""
    from bellrock.api.reference import problem_page

    content = problem_page(request.app.state.house.settings.base_url, code)
    return Response(content, media_type="text/html", headers=_NO_STORE)


routes: list[Callable[..., Awaitable[Any]] | Any] = [
    Router(
        BASE,
        route_handlers=[
            *(_handler(operation) for operation in OPERATIONS),
            show_openapi,
            show_docs,
            show_look,
            show_problem,
        ],
    )
]
