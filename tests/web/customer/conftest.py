"""Browsers of several people, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bellrock import people
from bellrock.core import clock
from bellrock.house import House


@dataclass
class Browser:
    """A browser that keeps its own cookies, sends forms with their hidden fields, and follows no redirect by itself."""

    client: Any
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, url: str) -> Any:
        return self._keep(await self.client.get(url, headers=self._headers(), follow_redirects=False))

    async def send(self, page: str, url: str, *, files: Any = None, **fields: str) -> Any:
        form = {**hidden(page), **fields}
        answer = await self.client.post(
            url, data=form, files=files or {"nothing": ("", b"")}, headers=self._headers(), follow_redirects=False
        )
        return self._keep(answer)

    def _headers(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"accept": "text/html", "cookie": cookie}

    def _keep(self, answer: Any) -> Any:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        self.client.cookies.clear()
        return answer


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the first form on a page that has any."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return dict(found)


@pytest.fixture
async def new_browser(client: Any, house: House) -> Callable[[], Browser]:
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())
    return lambda: Browser(client)
