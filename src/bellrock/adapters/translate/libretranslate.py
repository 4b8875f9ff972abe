"""LibreTranslate (https://github.com/LibreTranslate/LibreTranslate): JSON over HTTP, on a server of one's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

from bellrock.adapters import bounded
from bellrock.language.port import TranslatorFailed

TIMEOUT_SECONDS = 12.0
ANSWER_BYTES_MAX = 400_000
# Its codes where they are not ours. Both the old and the new servers know these.
_CODES = {"zh-Hans": "zh", "zh-Hant": "zt"}


class LibreTranslate:
    """Speaks `POST /translate`. One client a process; it follows no redirect, so that a text goes to the set address only."""

    def __init__(self, url: str, *, key: str = "", transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url.rstrip("/") + "/translate"
        self._key = key
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False, transport=transport, headers=bounded.PLAIN
        )

    @property
    def name(self) -> str:
        return f"LibreTranslate, {urlsplit(self._url).hostname}"

    def can(self, source: str, target: str) -> bool:
        """Return True: which pairs a server holds, it says when it is asked."""
        return source != target

    async def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """Return the texts in the target language, all in one request."""
        body = {
            "q": list(texts),
            "source": _CODES.get(source, source),
            "target": _CODES.get(target, target),
            "format": "text",
            **({"api_key": self._key} if self._key else {}),
        }
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS), self._client.stream("POST", self._url, json=body) as answer:
                content = await bounded.read(answer, bytes_max=ANSWER_BYTES_MAX)
            if answer.status_code != 200:
                raise TranslatorFailed
            found = json.loads(content).get("translatedText")
        except (httpx.HTTPError, TimeoutError, ValueError, AttributeError, RecursionError) as error:
            raise TranslatorFailed from error
        if not isinstance(found, list) or len(found) != len(texts) or not all(isinstance(item, str) for item in found):
            raise TranslatorFailed
        return found
