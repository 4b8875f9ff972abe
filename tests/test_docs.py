"""The documents say what is true."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellrock import cli
from bellrock.core import settings
from bellrock.web.shared.metrics import FIGURES

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADR_LINES_MAX = 80
FOR_TESTS = {"BELLROCK_BROWSER_SLOWED", "BELLROCK_TEST_PROCESSES", "BELLROCK_CHROMIUM"}


def test_the_page_of_settings_lists_every_setting() -> None:
    """Written by `bellrock settings --markdown > docs/settings.md`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == cli.settings_page()


def test_the_page_of_commands_says_what_the_commands_say() -> None:
    """Written by `bellrock commands --markdown > docs/commands.md`."""
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == cli.commands_page()


def test_the_page_of_metrics_lists_every_figure() -> None:
    rows = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    for name, (says, label) in FIGURES.items():
        assert f"| `{name}` | {f'`{label}`' if label else ''} | {says} |" in rows
    assert set(re.findall(r"^\| `(bellrock_\w+)`", rows, re.M)) == set(FIGURES)


def test_every_page_stands_in_the_site() -> None:
    """`./run docs` builds the site from these; a page outside `nav` is one that nobody finds."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    named = set(re.findall(r"[\w./-]+\.md", repr(site["project"]["nav"])))
    assert named == {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_heading_that_is_linked_exists(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        text = (page.parent / target).read_text(encoding="utf-8") if target else page.read_text(encoding="utf-8")
        headings = {re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in text.splitlines()}
        assert anchor in headings, f"{target}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {variable for _, variable, _, _ in settings.table()} | {"BELLROCK_SETTINGS", "BELLROCK_SITE", *FOR_TESTS}
    for variable in re.findall(r"\bBELLROCK_[A-Z_]+[A-Z]\b", page.read_text(encoding="utf-8")):
        assert variable in known, variable


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("https://", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = set(_commands()) | {"check", "test", "bench", "docs", "lock", "assets"}
    for command in re.findall(r"(?:\./run|`bellrock|^ {4}bellrock) ([a-z]+)", page.read_text(encoding="utf-8"), re.M):
        assert command in known, command


def test_every_decision_fits_its_length() -> None:
    for page in (ROOT / "docs" / "adr").glob("*.md"):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= ADR_LINES_MAX, page


def test_the_script_is_plain_sh() -> None:
    for script in ("run", ".ci/run"):
        assert (ROOT / script).read_text().startswith("#!/bin/sh\n")
        subprocess.run(["sh", "-n", ROOT / script], check=True)


def test_every_command_has_help() -> None:
    for command in _commands():
        done = CliRunner().invoke(cli.app, [command, "--help"])
        assert done.exit_code == 0
        assert "Usage" in done.output


def test_every_command_teaches_by_example() -> None:
    silent = [
        name
        for name, text in cli.described_commands()
        if "Example" not in text and not name.startswith(("triage", "bench", "ledger key")) and name != "ledger"
    ]
    assert silent == []


def _commands() -> list[str]:
    return [
        command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback
    ] + [group.name for group in cli.app.registered_groups if group.name]
