"""Figures that only a real browser knows: actions of the console, and the help centre on a phone."""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import shutil
import statistics
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock.bench import ground
from bellrock.bench import stack as stacks
from bellrock.bench.desk_data import Sample
from bellrock.bench.report import Figure
from bellrock.demo_year import LANGUAGES

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ROOT = Path(__file__).resolve().parents[3]
TIMES = 25
PAUSE_SECONDS = 0.7  # between two cases: still faster than anybody works
_FLAGS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-zygote",
    "--disable-dev-shm-usage",
)
_PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}
# Does something in the page and says after how many milliseconds the page shows what the server made of it.
_UNTIL = """
async ([act, shows, value]) => {
  const done = new Function("value", `return Boolean(${shows})`);
  return await new Promise((resolve, reject) => {
    const began = performance.now();
    const end = () => { if (done(value)) { watch.disconnect(); clearTimeout(late); resolve(performance.now() - began); } };
    const watch = new MutationObserver(end);
    const late = setTimeout(() => { watch.disconnect(); reject(new Error("not shown in 10 s: " + shows)); }, 10000);
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    new Function("value", act)(value);
    end();
  });
}
"""
_SHOWN = "document.querySelector('#log') && document.querySelector('#log').dataset.id === value"
_WRITTEN = "[...document.querySelectorAll('.entry')].some((each) => each.textContent.includes(value))"
# The script empties the field once the server holds the reply, which can be taken back for a moment; not before.
_HELD = "document.querySelector('#write-reply textarea').value === ''"
_KEY = (
    "document.body.dispatchEvent(new KeyboardEvent('keydown', {{ code: '{code}', bubbles: true, cancelable: true }}));"
)


_GIVE = "document.querySelector('form[action$=\"/assignment\"] button[value=' + value + ']')"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Yield a headless Chromium: BELLROCK_CHROMIUM, else the system's, else the one of the checkout's node_modules."""
    from playwright.async_api import async_playwright

    path, environment = await asyncio.to_thread(program)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=path,
            args=[*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
            env=environment,
        )
        yield opened
        await opened.close()


def program() -> tuple[str, dict[str, str | float | bool]]:
    """Return a Chromium and its environment: BELLROCK_CHROMIUM, else the system's, else the one in node_modules."""
    environment: dict[str, str | float | bool] = dict(os.environ)
    for given in (os.environ.get("BELLROCK_CHROMIUM"), shutil.which("chromium")):
        if given:
            return given, environment
    cache = ROOT / "node_modules" / ".cache"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            ["node", ROOT / "scripts" / "chromium.mjs"], capture_output=True, text=True, check=True, cwd=ROOT
        )
    path = done.stdout.strip().splitlines()[-1]
    if not _has_fonts():  # where the machine has some, those of the package draw nothing
        environment["FONTCONFIG_PATH"] = str(Path(path).parent / "fonts")
    if subprocess.run([path, "--version"], capture_output=True).returncode != 0:
        environment["LD_LIBRARY_PATH"] = str(Path(path).parent / "al2023" / "lib")
    return path, environment


def _has_fonts() -> bool:
    """Return whether the machine has fonts of its own."""
    found = shutil.which("fc-list")
    return bool(found and subprocess.run([found], capture_output=True, text=True).stdout.strip())


async def console(folder: Path, sample: Sample, *, times: int = TIMES) -> Figure:
    """Measure open next, assign, note and reply, from the click to what the server's answer shows."""
    found: dict[str, list[float]] = {"open next": [], "assign": [], "note": [], "reply": []}
    with stacks.served(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        async with chromium() as browser:
            context = await browser.new_context(viewport={"width": 1440, "height": 900})
            name, _, value = sample.cookie.partition("=")
            url = f"http://127.0.0.1:{stack.port}"
            await context.add_cookies(
                [{"name": name, "value": value, "url": url}, {"name": "tz", "value": "UTC", "url": url}]
            )
            page = await context.new_page()
            await page.goto(f"{url}/desk?view=all")
            await page.wait_for_selector("html[data-ready]")
            for number in range(times + 3):
                took = await _round(page)
                await asyncio.sleep(PAUSE_SECONDS)
                if number >= 3:  # the first ones warm caches up
                    for action, milliseconds in took.items():
                        found[action].append(milliseconds)
    worst = max(ground.percentile(values, 95) for values in found.values())
    each = ", ".join(f"{action} {ground.percentile(values, 95):.0f}" for action, values in found.items())
    return Figure("console.action_p95_ms", worst, "ms", 100, note=f"p95: {each}")


async def _round(page: Page) -> dict[str, float]:
    following = await page.evaluate(
        """() => {
          const rows = [...document.querySelectorAll('#list .row')];
          const at = rows.findIndex((row) => row.id === 'row-' + (document.querySelector('#log')?.dataset.id ?? ''));
          return rows[(at + 1) % rows.length].id;
        }"""
    )
    took = {
        "open next": await _until(
            page, f"document.getElementById('{following}').click()", _SHOWN, following.removeprefix("row-")
        )
    }
    to = await page.evaluate(
        """() => ['me', 'queue'].find((to) => document.querySelector(`form[action$="/assignment"] button[value=${to}]`))"""
    )
    took["assign"] = await _until(page, f"{_GIVE}.click()", f"!{_GIVE}", to)
    for action, code, form in (("note", "KeyN", "#write-note"), ("reply", "KeyR", "#write-reply")):
        text = f"{action} {secrets.token_hex(6)}"
        await page.evaluate(_KEY.format(code=code))
        await page.fill(f"{form} textarea", text)
        shows = _WRITTEN if action == "note" else _HELD
        took[action] = await _until(page, f"document.querySelector('{form}').requestSubmit()", shows, text)
    return took


async def _until(page: Page, act: str, shows: str, value: str) -> float:
    return float(await page.evaluate(_UNTIL, [act, shows, value]))


async def help_centre(folder: Path) -> list[Figure]:
    """Measure an article's page in every language, as a phone loads it for the first time."""
    firsts: list[float] = []
    largest: list[float] = []
    without: list[str] = []
    with stacks.running(folder, first_line="0") as stack:
        async with chromium() as browser:
            for language in LANGUAGES:
                path = await _article(browser, stack.port, language)
                if path is None:
                    without.append(language)
                    continue
                for number in range(4):
                    first, paint = await _load(browser, f"http://127.0.0.1:{stack.port}{path}", language)
                    if number:  # the first fills the templates' caches
                        firsts.append(first)
                        largest.append(paint)
    note = f"{len(firsts)} loads" + (f"; no article in {', '.join(without)}" if without else "")
    return [
        Figure("help.ttfb_p95_ms", ground.percentile(firsts, 95), "ms", 50, note=note),
        Figure(
            "help.lcp_ms",
            ground.percentile(largest, 95),
            "ms",
            1_500,
            note=f"p95; median {statistics.median(largest):.0f}",
        ),
    ]


async def _article(browser: Browser, port: int, language: str) -> str | None:
    page = await browser.new_page(locale=language)
    try:
        for start in (f"/help/{language}",):
            await page.goto(f"http://127.0.0.1:{port}{start}")
            links: list[str] = await page.eval_on_selector_all(
                "a[href]", "(all) => all.map((each) => each.getAttribute('href'))"
            )
            depth = [link for link in links if link.startswith(f"/help/{language}/") and "?" not in link]
            articles = [link for link in depth if link.count("/") >= 4] or depth
            return max(articles, key=len) if articles else None
    finally:
        await page.close()
    return None


async def _load(browser: Browser, url: str, language: str) -> tuple[float, float]:
    options: Any = {**_PHONE, "locale": language}
    context = await browser.new_context(**options)
    page = await context.new_page()
    await page.goto(url, wait_until="load")
    found = await page.evaluate(
        """() => new Promise((resolve) => {
          let last = 0;
          new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
            .observe({ type: "largest-contentful-paint", buffered: true });
          const [load] = performance.getEntriesByType("navigation");
          setTimeout(() => resolve([load.responseStart - load.requestStart, last]), 300);
        })"""
    )
    await context.close()
    return float(found[0]), float(found[1])
