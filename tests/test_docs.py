"""The documents say what is true."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bellrock import cli

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ADR_LINES_MAX = 80


def test_the_page_of_settings_lists_every_setting() -> None:
    """Written by `bellrock settings --markdown > docs/settings.md`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == cli.settings_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("https://", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = set(_commands()) | {"check", "test", "bench", "lock", "assets"}
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


def _commands() -> list[str]:
    return [
        command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback
    ] + [group.name for group in cli.app.registered_groups if group.name]
