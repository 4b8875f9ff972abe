"""OpenAPI 3.1, made of the table of operations: nothing is described that is not served, and nothing served undescribed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from bellrock.api.operations import OPERATIONS, Operation
from bellrock.integrations import SCOPES

VERSION = "1.0.0"
_ID = re.compile(r"{(?P<name>\w+):(?P<kind>\w+)}")
_KINDS: dict[str, dict[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 1, "maximum": 2_147_483_647},
    "str": {"type": "string", "maxLength": 10, "pattern": "^[a-z]{2,3}(-[A-Z][a-z]{3})?$"},
}
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "An address that explains the problem."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stays the same for the same problem: branch on this."},
        "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
    },
}
_ALWAYS = (400, 401, 403, 404, 429, 503)
_OF_WRITES = (409, 410, 413, 415, 422)
_SAYS = {
    400: "The query, a header or a cursor does not fit.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token lacks the scope, or its limits do not allow this.",
    404: "It does not exist, or this token must not know that it does.",
    409: "Its state does not allow this.",
    410: "The customer was erased.",
    412: "It changed since it was read.",
    413: "The body is too large.",
    415: "The body is not of the kind that is described.",
    422: "The body does not fit, or the idempotency key belongs to another request.",
    429: "Too fast; Retry-After says when to go on.",
    503: "Not available now; nothing was kept.",
}
_RATE_HEADERS = {
    "RateLimit": {"$ref": "#/components/headers/RateLimit"},
    "RateLimit-Policy": {"$ref": "#/components/headers/RateLimit-Policy"},
}


_ORDER = (
    "conversations",
    "messages",
    "notes",
    "files",
    "customers",
    "organisations",
    "agents",
    "teams",
    "labels",
    "articles",
    "incidents",
    "events",
    "webhooks",
)


@lru_cache(maxsize=4)
def document(base_url: str) -> bytes:
    """Return the description as JSON."""
    return msgspec.json.encode(describe(base_url))


def describe(base_url: str) -> dict[str, Any]:
    """Return the description."""
    structs: list[Any] = []
    operations = sorted(OPERATIONS, key=lambda operation: _ORDER.index(operation.resource))
    for operation in operations:
        structs += [part for part in (operation.gives, operation.takes, operation.query) if part not in (None, bytes)]
    (*_,), schemas = msgspec.json.schema_components(
        list(dict.fromkeys(structs)), ref_template="#/components/schemas/{name}"
    )
    queries = {operation.query.__name__ for operation in operations if operation.query}
    paths: dict[str, Any] = {}
    for operation in operations:
        path = paths.setdefault(path_of(operation), {})
        path[operation.method.lower()] = _operation(operation, schemas)
    kept = {name: schema for name, schema in schemas.items() if name not in queries}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bellrock",
            "version": VERSION,
            "description": "Customer support of a crypto exchange, for its own software and for integrators.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{base_url}/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.resource for operation in operations)],
        "paths": paths,
        "components": {
            "schemas": {**kept, "Problem": _PROBLEM},
            "headers": {
                "RateLimit": {
                    "description": "What is left of the budget (`r`), and the seconds until it is whole (`t`).",
                    "schema": {"type": "string"},
                },
                "RateLimit-Policy": {
                    "description": "The budget: `q` points within `w` seconds. Reads cost 1, writes 2, messages 3.",
                    "schema": {"type": "string"},
                },
            },
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "brk_…",
                    "description": "Made by an administrator at /desk/tokens. Scopes: "
                    + ", ".join(f"`{scope}`" for scope in SCOPES),
                }
            },
        },
    }


def path_of(operation: Operation) -> str:
    """Return the path as OpenAPI writes it."""
    return _ID.sub(lambda found: "{" + found["name"] + "}", operation.path)


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.resource],
        "security": [{"token": []}],
        "x-scope": operation.scope,
        "parameters": [*_ids(operation), *_query(operation, schemas), *_headers(operation)],
        "responses": _responses(operation),
    }
    if operation.text:
        described["description"] = operation.text
    if operation.takes is not None:
        described["requestBody"] = {
            "required": True,
            "content": _content(operation.takes),
        }
    return described


def _ids(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": found["name"], "in": "path", "required": True, "schema": _KINDS[found["kind"]]}
        for found in _ID.finditer(operation.path)
    ]


def _query(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = schemas[operation.query.__name__]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _given(value)}
        for name, value in schema["properties"].items()
    ]


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a query's value: null cannot be sent, it is left out."""
    if "anyOf" not in schema:
        return schema
    given = [part for part in schema["anyOf"] if part != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**given[0], **rest} if len(given) == 1 else {"anyOf": given, **rest}


def _headers(operation: Operation) -> list[dict[str, Any]]:
    headers = []
    if operation.is_write:
        headers.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "8 to 128 visible ASCII characters. For 24 hours the same key gives the same answer.",
                "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"},
            }
        )
    if operation.has_version:
        name = "If-Match" if operation.is_write else "If-None-Match"
        headers.append(
            {
                "name": name,
                "in": "header",
                "required": False,
                "description": "An ETag that was given before.",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
            }
        )
    return headers


def _responses(operation: Operation) -> dict[str, Any]:
    headers: dict[str, Any] = dict(_RATE_HEADERS)
    if operation.has_version:
        headers["ETag"] = {"description": "The version.", "schema": {"type": "string"}}
    responses: dict[str, Any] = {
        str(operation.status): {
            "description": "Done." if operation.is_write else "What was asked for.",
            "headers": headers,
            "content": _content(operation.gives),
        }
    }
    if operation.has_version and not operation.is_write:
        responses["304"] = {"description": "You have this version.", "headers": headers}
    failures = list(_ALWAYS)
    if operation.is_write:
        failures += _OF_WRITES
        failures += [412] if operation.has_version else []
    for status in sorted(failures):
        responses[str(status)] = {
            "description": _SAYS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return responses


def _content(struct: Any) -> dict[str, Any]:
    if struct is bytes:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": _ref(struct)}}


def _ref(struct: Any) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{struct.__name__}"}
