"""What a log says of a failure: where it happened, and no word of what somebody wrote."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import structlog
from bellrock.core import logs
logs.configure(fmt={fmt!r})
log = structlog.get_logger("x")
def opens(words):
    raise KeyError(words)
try:
    try:
        opens("legal winner thank year")
    except KeyError as error:
        raise ValueError("row (grace@example.com)") from error
except ValueError:
    log.error("broken", exc_info=True, email="grace@example.com")
"""


def test_a_failure_is_logged_without_its_words() -> None:
    for fmt in ("json", "console"):
        done = subprocess.run([sys.executable, "-c", CODE.format(fmt=fmt)], capture_output=True, text=True, check=True)
        assert "ValueError" in done.stderr and "because of KeyError" in done.stderr and "in opens" in done.stderr
        assert "winner" not in done.stderr and "grace" not in done.stderr


OTHERS = """
import asyncio, logging
from bellrock.core import logs
logs.configure()
async def opens(words):
    raise KeyError(words)
async def main():
    asyncio.create_task(opens("legal winner thank year"))
    try:
        await opens("grace@example.com")
    except KeyError:
        logging.getLogger("procrastinate.worker").error("Job %s ended", 7, exc_info=True)
asyncio.run(main())
"""


def test_other_people_s_loggers_name_no_words_either() -> None:
    done = subprocess.run([sys.executable, "-c", OTHERS], capture_output=True, text=True, check=True)
    assert "ERROR procrastinate.worker Job 7 ended\nKeyError" in done.stderr and "in opens" in done.stderr
    assert "Task exception was never retrieved" in done.stderr
    assert "winner" not in done.stderr and "grace" not in done.stderr
