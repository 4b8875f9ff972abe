"""The description of the API for people: one page made of the same table, and one for each problem. No script, no stranger."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bellrock.api import openapi, problems
from bellrock.core import NotFound
from bellrock.integrations import KINDS, SCOPES

_FOLDER = Path(__file__).resolve().parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=4)
def page(base_url: str) -> str:
    """Return the page of the whole API."""
    described = openapi.describe(base_url)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(
                {"path": path, "method": method.upper(), **operation, "fields": _fields(operation, described)}
            )
    return (
        _environment()
        .get_template("reference.html")
        .render(
            base=f"{base_url}/api/v1",
            groups=groups,
            scopes=SCOPES,
            kinds=list(KINDS.values()),
            problems=problems.KNOWN,
            schemas={
                name: _rows(schema, described)
                for name, schema in described["components"]["schemas"].items()
                if schema.get("properties")
            },
        )
    )


def problem_page(base_url: str, code: str) -> str:
    """Return the page of one problem. Raises NotFound for a code that there is not."""
    known = problems.known(code)
    if known is None:
        raise NotFound
    return _environment().get_template("problem.html").render(problem=known, base=f"{base_url}/api/v1")


@lru_cache(maxsize=1)
def look() -> str:
    """Return the style of these pages."""
    return (_FOLDER / "reference.css").read_text(encoding="utf-8")


def _fields(operation: dict[str, Any], described: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    """Return (name, form, whether it is needed, where) of everything that an operation takes."""
    rows = [
        (item["name"], _form(item["schema"]), bool(item["required"]), str(item["in"]))
        for item in operation["parameters"]
    ]
    body = operation.get("requestBody")
    if body:
        if "application/json" not in body["content"]:
            return [*rows, ("the file itself", "bytes", True, "body")]
        name = body["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        schema = described["components"]["schemas"][name]
        rows += [(*row, "body") for row in _rows(schema, described)]
    return rows


def _rows(schema: dict[str, Any], _described: dict[str, Any]) -> list[tuple[str, str, bool]]:
    required = set(schema.get("required", ()))
    return [(name, _form(value), name in required) for name, value in schema["properties"].items()]


def _form(schema: dict[str, Any]) -> str:
    """Return a schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_form(part) for part in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    kind = str(schema.get("format") or schema.get("type") or "any")
    if kind == "array":
        return f"list of {_form(schema['items'])}"
    bounds = [f"at most {schema[name]}" for name in ("maxLength", "maximum", "maxProperties") if name in schema]
    return ", ".join([kind, *bounds])
