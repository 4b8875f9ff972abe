"""The contract as an OpenAPI 3.1 document, for those who build a service to it."""

from __future__ import annotations

from datetime import datetime
from enum import EnumMeta
from pathlib import Path
from typing import Any

import msgspec

from bellrock.exchange.facts import PAGE_ROWS_MAX
from bellrock.exchange.operations import (
    OPERATIONS,
    PREFIX,
    TEXT_MAX,
    VERSION,
    Declaration,
    Operation,
    Parameter,
    Problem,
    Taking,
)

FILE = Path(__file__).parent / "contract" / "openapi.json"
_TEMPLATE = "#/components/schemas/{name}"
_ABOUT = f"""\
Everything is read, except protective measures, which only take possibilities away. No request moves money.
Money is a plain decimal string, never a JSON number, and no answer holds a number with a fraction. Instants are RFC 3339 with
their offset. Networks are CAIP-2, assets on them CAIP-19. Lists have up to {PAGE_ROWS_MAX} rows, the newest first, and a cursor
in `next`. Fields beside these are left aside. `bellrock exchange conform` checks a service."""
_PROBLEMS = {
    "400": "invalid: the question cannot be read (422 means the same)",
    "401": "not_allowed: the token is missing or wrong",
    "403": "not_allowed: the token may not ask that",
    "404": "not_found: there is no account, order, … of this id",
    "409": "conflict: the idempotency key was used for another action, or the state of the account forbids it",
    "429": "rate_limited: with Retry-After in seconds",
    "500": "unavailable: trying again may help (502, 503 and 504 mean the same)",
    "501": "cannot: this service does not have this part",
}


def document() -> dict[str, Any]:
    """Return the contract as an OpenAPI 3.1 document."""
    answers = [Declaration, Problem, Taking, *[one.answer for one in OPERATIONS]]
    refs, schemas = msgspec.json.schema_components(answers, ref_template=_TEMPLATE)
    shapes = dict(zip([str(answer) for answer in answers], refs, strict=True))
    paths: dict[str, Any] = {PREFIX + "/": {"get": _root(shapes[str(Declaration)])}}
    for one in OPERATIONS:
        verb = "get" if one.is_read else "post"
        paths.setdefault(PREFIX + one.path, {})[verb] = _described(one, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "What support asks of an exchange",
            "version": VERSION,
            "description": _ABOUT,
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {status: _content(says, shapes[str(Problem)]) for status, says in _PROBLEMS.items()},
            "schemas": _plain(schemas),
        },
    }


def _root(answer: Any) -> dict[str, Any]:
    return {
        "operationId": "declaration",
        "summary": "What this service is, and which parts of the contract it has.",
        "responses": {"200": _content("The declaration.", answer), **_problems()},
    }


def _described(one: Operation, shapes: dict[str, Any]) -> dict[str, Any]:
    shown = [item for item in one.parameters if one.is_read or item.is_in_path]
    found: dict[str, Any] = {
        "operationId": f"{one.part}.{one.name}",
        "tags": [one.part.value],
        "summary": one.says,
        "parameters": [_parameter(item) for item in shown],
    }
    if not one.is_read:
        found["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "maxLength": 128},
            }
        )
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": shapes[str(Taking)]}}}
    found["responses"] = {"200": _content("The answer.", shapes[str(one.answer)]), **_problems()}
    return found


def _parameter(one: Parameter) -> dict[str, Any]:
    place = "path" if one.is_in_path else "query"
    return {"name": one.name, "in": place, "required": one.is_required, "schema": _schema(one)}


def _schema(one: Parameter) -> dict[str, Any]:
    if isinstance(one.kind, EnumMeta):
        return {"type": "string", "enum": [str(item.value) for item in one.kind]}  # type: ignore[var-annotated]
    if one.kind is datetime:
        return {"type": "string", "format": "date-time"}
    if one.kind is str:
        return {"type": "string", "minLength": 1, "maxLength": TEXT_MAX}
    return {"type": "boolean" if one.kind is bool else "integer"}


def _problems() -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in _PROBLEMS}


def _content(says: str, shape: Any) -> dict[str, Any]:
    return {"description": says, "content": {"application/json": {"schema": shape}}}


def _plain(schemas: Any) -> Any:
    """Give every decimal its pattern: digits, perhaps a sign and a point."""
    if isinstance(schemas, dict):
        plain = {name: _plain(value) for name, value in schemas.items()}
        return {**plain, "pattern": r"^-?\d{1,40}(\.\d{1,40})?$"} if plain.get("format") == "decimal" else plain
    return [_plain(item) for item in schemas] if isinstance(schemas, list | tuple) else schemas
