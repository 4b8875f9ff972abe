"""The main job, whole, in a browser: a customer writes, is answered, asks for a person, and the record proves it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from tests.fixtures.serving import LiveServer

Open = Callable[..., Awaitable[Any]]

# language, its agent, a question that an article answers, a word of that answer, a wish for a person, the agent's reply
LANGUAGES = [
    pytest.param(
        "en",
        "Mara Lindqvist",
        "How do I turn on two-factor authentication with an authenticator app?",
        "authenticator",
        "I want to talk to a person please",
        "Hello, this is Mara. What can I do for you?",
        id="english",
    ),
    pytest.param(
        "zh-Hans",
        "Lin Yue",
        "现货交易手续费怎么算？",  # whoever then wants a person gets one of the trading team, as Lin is
        "吃单",
        "请帮我转人工客服",
        "您好，我是林悦，请问有什么可以帮您？",
        id="chinese",
    ),
    pytest.param(
        "ar",
        "Omar Haddad",
        "كيف أفعّل المصادقة الثنائية باستخدام تطبيق المصادقة؟",
        "المصادقة",
        "أريد التحدث مع موظف من فضلك",
        "مرحبًا، معك عمر. كيف أستطيع مساعدتك؟",
        id="arabic",
    ),
]


@pytest.mark.parametrize(("language", "agent", "question", "expected", "wish", "reply"), LANGUAGES)
async def test_a_customer_is_answered_then_helped_by_a_person(
    live_server: LiveServer,
    new_context: Open,
    assert_accessible: Open,
    shot: Open,
    language: str,
    agent: str,
    question: str,
    expected: str,
    wish: str,
    reply: str,
) -> None:
    # The colleagues of the other languages go home, so that the case comes to this one.
    with psycopg.connect(live_server.database_url) as connection:
        connection.execute("DELETE FROM agent_presence")
    desk = await (await new_context(viewport={"width": 1440, "height": 900})).new_page()
    await desk.goto(f"{live_server.url}/desk/sign-in")
    await desk.get_by_text(agent).click()
    await desk.wait_for_selector("html[data-ready]")

    site = await (await new_context(locale=language)).new_page()
    await site.goto(f"{live_server.url}/?lang={language}")
    widget = site.locator("bellrock-widget")
    await widget.get_by_role("button").first.click()
    box = widget.get_by_role("textbox")
    await box.wait_for()
    log = widget.get_by_role("log")

    await box.fill(question)
    await box.press("Enter")
    # The bubble of the answer, not of the question: an article's card comes with it.
    await log.get_by_role("link").first.wait_for(timeout=30_000)
    assert expected in await log.inner_text()
    await shot(site, "answered")
    await assert_accessible(site)

    await box.fill(wish)
    await box.press("Enter")
    row = desk.locator(f"#row-{newest_conversation(live_server)}")
    await row.wait_for(timeout=20_000)
    await row.click()
    await desk.get_by_text(wish).first.wait_for(timeout=20_000)
    await desk.locator("#write-reply textarea").fill(reply)
    await desk.keyboard.press("Control+Enter")
    await log.get_by_text(reply).wait_for(timeout=20_000)
    await shot(site, "helped")
    await shot(desk, "desk")

    # Another tab of the same browser has the whole thread, nothing twice.
    other = await site.context.new_page()
    await other.goto(f"{live_server.url}/?lang={language}")
    await other.locator("bellrock-widget").get_by_role("button").first.click()
    again = other.locator("bellrock-widget").get_by_role("log")
    await again.get_by_text(reply).wait_for()
    assert await again.get_by_text(question, exact=True).count() == 1
    assert await again.get_by_text(reply, exact=True).count() == 1


def newest_conversation(server: LiveServer) -> str:
    with psycopg.connect(server.database_url) as connection:
        row = connection.execute("SELECT id::text FROM conversations ORDER BY created_at DESC LIMIT 1").fetchone()
    assert row is not None
    return str(row[0])


async def test_the_record_of_these_conversations_holds(live_server: LiveServer) -> None:
    with psycopg.connect(live_server.database_url) as connection:
        for _ in range(100):
            row = connection.execute(
                "SELECT (SELECT count(*) FROM journal_inbox), max(next - 1 - number)"
                " FROM cursors JOIN sequencer USING (log) WHERE name LIKE 'ledger.%'"
            ).fetchone()
            connection.rollback()
            if row == (0, 0):
                break
            await asyncio.sleep(0.1)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bellrock", "ledger", "audit", "--json"],
        capture_output=True,
        text=True,
        env=live_server.environment,
        cwd=live_server.folder,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)
