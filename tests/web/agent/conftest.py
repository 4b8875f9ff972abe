"""The desk of these tests, and browsers of its people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from bellrock.house import House
from tests.web.agent import scene as scenes
from tests.web.agent.scene import Scene

OWNER, TEAMMATE, OUTSIDER, ADMIN = "Mara Lindqvist", "Tomás Reyes", "Omar Haddad", "Ines Duarte"
FRAGMENT = {"x-requested-with": "fragment", "accept": "text/html, application/problem+json"}


@dataclass
class Someone:
    """A browser of one agent, or of nobody."""

    client: Any
    token: str | None

    async def get(self, url: str, **headers: str) -> Any:
        return await self.client.get(url, headers=self._headers(headers), follow_redirects=False)

    async def post(self, url: str, *, files: Any = None, fragment: bool = True, **form: str) -> Any:
        headers = self._headers(FRAGMENT if fragment else {"accept": "text/html"})
        data = form if fragment else {**form, "_csrf_token": headers["x-csrftoken"]}
        return await self.client.post(url, data=data, files=files, headers=headers, follow_redirects=False)

    async def send(self, method: str, url: str, json: Any) -> Any:
        return await self.client.request(method, url, json=json, headers=self._headers(FRAGMENT))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        csrf = self.client.cookies.get("bellrock_csrf", "")
        cookies = {"bellrock_csrf": csrf, **({"bellrock_agent": self.token} if self.token else {})}
        return {
            "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "x-csrftoken": csrf,
            "accept": "text/html",
            **more,
        }


@dataclass
class Play:
    """The scene with its browsers, and one conversation of the payments team, held by its owner."""

    house: House
    scene: Scene
    client: Any
    case: UUID

    def __call__(self, name: str | None) -> Someone:
        return Someone(self.client, self.scene.tokens[name] if name else None)

    def url(self, resource: str = "") -> str:
        return f"/desk/conversations/{self.case}{resource}"


@pytest.fixture
async def play(house: House, client: Any) -> Play:
    """Everybody at their desks, and a customer who waits."""
    scene = await scenes.build(house)
    case = await scenes.queued(
        house, scene, "Elif Yılmaz", "en", "Is my money gone?", scenes.core.clock.now(), topic="deposit_wrong_network"
    )
    await client.get("/desk/sign-in")  # gives the browser its CSRF cookie
    played = Play(house, scene, client, case)
    assert (await played(OWNER).post(played.url("/assignment"), to="me")).status_code == 204
    return played
