"""What is shipped for operators fits what the program is: figures, commands, settings, units."""

from __future__ import annotations

import configparser
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from httpx import ASGITransport, AsyncClient, Response

from bellrock import cli
from bellrock.app import create_app
from bellrock.core import settings as declared
from bellrock.house import House
from bellrock.web.shared.metrics import FIGURES

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.*"))
_FIGURE = re.compile(r"\bbellrock_[a-z_]+\b")
_LABEL = re.compile(r"(bellrock_[a-z_]+)\{(\w+)=")


def _dashboard() -> list[str]:
    board = json.loads((DEPLOY / "grafana" / "bellrock.json").read_text(encoding="utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def _alerts() -> list[dict[str, object]]:
    loaded = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in loaded["groups"] for rule in group["rules"]]


async def test_figures_are_served_to_this_machine_alone(house: House) -> None:
    house.settings.data.mkdir(exist_ok=True, parents=True)
    async with house.database.transaction() as tx:
        await tx.execute("INSERT INTO rate_refusals VALUES ('customer', 3)")

    async def ask(host: str, **headers: str) -> Response:
        app = create_app(house=house)
        transport = ASGITransport(app, client=(host, 5))  # type: ignore[arg-type]
        async with app.lifespan(), AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/metrics", headers=headers)

    served = await ask("127.0.0.1")
    assert served.status_code == 200
    assert set(re.findall(r"^# HELP (\w+)", served.text, re.M)) == set(FIGURES)
    assert 'bellrock_rate_refusals{kind="customer"} 3.0' in served.text
    assert "bellrock_backup_age_seconds -1.0" in served.text
    assert (await ask("203.0.113.7")).status_code == 404
    assert (await ask("127.0.0.1", **{"x-forwarded-for": "127.0.0.1"})).status_code == 404
    house.settings = replace(house.settings, metrics_from=("10.0.0.0/8",))
    assert (await ask("10.1.2.3")).status_code == 200
    assert (await ask("127.0.0.1")).status_code == 404


@pytest.mark.parametrize("expression", [*_dashboard(), *[str(rule["expr"]) for rule in _alerts()]])
def test_alerts_and_dashboards_speak_of_figures_that_exist(expression: str) -> None:
    figures = set(_FIGURE.findall(expression))
    assert figures <= set(FIGURES), expression
    assert figures or expression.startswith("up{")
    for figure, label in _LABEL.findall(expression):
        assert FIGURES[figure][1] == label


def test_each_alert_says_what_it_is_and_what_to_do() -> None:
    rules = _alerts()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 10
    for rule in rules:
        notes = rule["annotations"]
        assert isinstance(notes, dict)
        assert notes["summary"]
        assert notes["do"]


def test_the_dashboard_shows_every_figure_once_at_least() -> None:
    shown = {figure for expression in _dashboard() for figure in _FIGURE.findall(expression)}
    assert set(FIGURES) - shown == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_run_commands_that_exist(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    if unit.suffix == ".timer":
        assert parser["Timer"]["OnCalendar"]
        assert unit.with_suffix(".service") in UNITS
        return
    program, _, command = parser["Service"]["ExecStart"].partition(" ")
    assert program.endswith("/bin/bellrock")
    words = [word for word in command.split() if not word.startswith("-")]
    assert " ".join(words) in {name for name, _help in cli.described_commands()}
    assert parser["Service"]["User"] == "bellrock"


def test_no_file_sets_a_setting_that_does_not_exist() -> None:
    known = {variable for _, variable, _, _ in declared.table()} | {"BELLROCK_SITE", "BELLROCK_UPSTREAM"}
    for path in [path for path in DEPLOY.rglob("*") if path.is_file()]:
        for variable in re.findall(r"\bBELLROCK_[A-Z_]+\b", path.read_text(encoding="utf-8")):
            assert variable in known, f"{path.name}: {variable}"


def test_the_container_runs_as_nobody_special_and_is_looked_after() -> None:
    text = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.M)
    assert "HEALTHCHECK" in last
    assert "/health/ready" in last
    compose = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["bellrock"]
    assert service["cap_drop"] == ["ALL"]
    assert "ports" not in service
    for mount in service["volumes"]:
        assert mount.split(":")[0] in compose["volumes"]


def test_proxies_let_streams_and_sockets_through_and_no_claimed_address() -> None:
    nginx = (DEPLOY / "proxy" / "nginx.conf").read_text() + (DEPLOY / "proxy" / "bellrock_proxy.conf").read_text()
    assert "proxy_buffering off" in nginx
    assert "proxy_set_header Upgrade" in nginx
    assert "X-Forwarded-For   $remote_addr" in nginx
    assert "proxy_add_x_forwarded_for" not in nginx
    caddy = (DEPLOY / "proxy" / "Caddyfile").read_text()
    assert "flush_interval -1" in caddy
    for text in (nginx, caddy):
        assert "/metrics" in text
