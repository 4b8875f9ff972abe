"""The command `bellrock`. Each command imports what it needs when it runs, so that none waits for another's imports."""

from bellrock.cli import admitting, chains, exchange, exporting, first_line, keeping, operating, record, running
from bellrock.cli.frame import app, main
from bellrock.cli.running import commands_page, described_commands, settings_page

__all__ = [
    "admitting",
    "app",
    "chains",
    "commands_page",
    "described_commands",
    "exchange",
    "exporting",
    "first_line",
    "keeping",
    "main",
    "operating",
    "record",
    "running",
    "settings_page",
]
