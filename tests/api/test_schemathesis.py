"""Schemathesis over the whole description, in this process: nothing fails on our side, nothing undescribed, nothing leaks."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from bellrock.api import events
from bellrock.core.rates import Standing
from tests.api.conftest import Desk
from tests.api.test_matrix import IDS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

EXAMPLES = 2
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _cases(operation: Any, mode: GenerationMode, ids: dict[str, Any]) -> list[Any]:
    """Make the same cases in every run: with ids that are there, and with whatever else the description allows or not."""
    found: list[Any] = []
    own = {name: str(ids[name]) for name in ids if "{" + name + "}" in operation.path}
    for given_ids in [own, None] if own else [None]:

        @seed(20261122)
        @settings(
            max_examples=EXAMPLES if given_ids or not own else EXAMPLES // 2,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode, path_parameters=given_ids))
        def collect(case: Any) -> None:
            found.append(case)

        collect()
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "wrong"])
async def test_the_description_holds(desk: Desk, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_seconds: float) -> None:
        return None

    monkeypatch.setattr(events, "pause", at_once)
    monkeypatch.setattr(desk.house.rates, "take", lambda *_args, **_more: Standing(600, 600, 0))
    described = (await desk.client.get("/api/v1/openapi.json")).json()
    schema = schemathesis.openapi.from_dict(described)
    insider, outsider = await desk.token(), await desk.token(teams=[desk.payments])
    ids = {name: own(desk) for name, (own, _, _) in IDS.items()}
    hidden = [str(id) for id in (desk.foreign, desk.stranger, desk.foreign_file, desk.foreign_webhook)]
    hidden.append("northwick-2@canary.example")
    sent, good = 0, 0
    for result in schema.get_all_operations():
        operation = result.ok()
        try:
            cases = _cases(operation, mode, ids)
        except Exception as error:
            if type(error).__name__ in ("Unsatisfiable", "SkipTest", "Skipped"):
                continue  # nothing about this operation can be wrong
            raise
        for number, case in enumerate(cases):
            secret = outsider if number % 2 else insider
            answer = await _send(desk, case, secret)
            sent += 1
            good += answer.is_success
            case.validate_response(answer, checks=CHECKS)
            assert b"Traceback" not in answer.content
            if secret is outsider:
                assert not [word for word in hidden if word in answer.text], (operation.label, answer.text)
    assert sent > 120
    if mode is GenerationMode.POSITIVE:
        assert good > sent / 4, f"only {good} of {sent} got through: the cases say little"


async def _send(desk: Desk, case: Any, secret: str) -> Any:
    asked = case.as_transport_kwargs(base_url="http://testserver.local/api/v1")
    headers = {name: value for name, value in dict(asked.get("headers") or {}).items() if value is not None}
    headers["Authorization"] = f"Bearer {secret}"
    kept = {name: value for name, value in headers.items() if _is_plain(name) and _is_plain(str(value))}
    more = {name: asked[name] for name in ("params", "json", "cookies") if asked.get(name)}
    if asked.get("data") is not None:
        more["content" if isinstance(asked["data"], str | bytes) else "data"] = asked["data"]
    return await desk.client.request(asked["method"], asked["url"], headers=kept, **more)


def _is_plain(text: str) -> bool:
    """Whether a header can be sent at all: clients refuse the others before anybody hears of them."""
    return text.isascii() and text.isprintable() and text == text.strip()
