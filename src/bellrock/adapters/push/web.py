"""Web push to the browsers' own services, signed by VAPID (RFC 8292). The message says only that something waits."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from bellrock.adapters.push.encryption import encrypt, point
from bellrock.core import clock
from bellrock.core.push import PushTarget, PushUnavailable

SECONDS_MAX = 10.0
KEPT_SECONDS = 600  # so long a service keeps a message for a browser that sleeps; later nobody is helped by it
TOKEN_SECONDS = 6 * 3600
SAYS = b'{"waits":true}'
ENDPOINT_MAX = 1_000
HOSTS = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)
"""The push services that are called. One that begins with a dot stands for everything below it."""

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class WebPush:
    """Wakes browsers. `seed` is 32 secret bytes that stay the same, `contact` where a push service may complain."""

    def __init__(
        self,
        seed: bytes,
        *,
        contact: str,
        hosts: Sequence[str] = HOSTS,
        transport: Any = None,
    ) -> None:
        self._key = ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())
        self._contact = contact
        self._hosts = tuple(hosts)
        self._transport = transport

    @property
    def public_key(self) -> str:
        return _encoded(point(self._key.public_key()))

    def may_reach(self, endpoint: str) -> bool:
        if len(endpoint) > ENDPOINT_MAX or not endpoint.isascii():
            return False
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        is_known = any(host.endswith(known) if known.startswith(".") else host == known for known in self._hosts)
        return parts.scheme == "https" and port in (None, 443) and not parts.username and is_known

    async def wake(self, target: PushTarget) -> None:
        import httpx  # only the worker calls; a web process has no use for its weight

        if not self.may_reach(target.endpoint):
            raise PushUnavailable(is_gone=True)
        try:
            body = encrypt(SAYS, receiver=_decoded(target.p256dh), auth=_decoded(target.auth))
        except (ValueError, binascii.Error) as error:
            raise PushUnavailable(is_gone=True) from error
        headers = {
            "authorization": f"vapid t={self._token(target.endpoint)}, k={self.public_key}",
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(KEPT_SECONDS),
            "topic": "waits",
            "urgency": "high",
        }
        try:
            async with httpx.AsyncClient(
                trust_env=False, follow_redirects=False, timeout=SECONDS_MAX, transport=self._transport
            ) as client:
                answer = await client.post(target.endpoint, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise PushUnavailable from error
        if answer.status_code in (404, 410):
            raise PushUnavailable(is_gone=True)
        if not 200 <= answer.status_code < 300:
            raise PushUnavailable(retryable=answer.status_code == 429 or answer.status_code >= 500)

    def _token(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(clock.now().timestamp()) + TOKEN_SECONDS,
            "sub": self._contact,
        }
        return jwt.encode(claims, self._key, algorithm="ES256")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
