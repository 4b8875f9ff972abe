"""Receiving webhooks: prove that one is from Bellrock, then read it. By the conventions of Standard Webhooks."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from bellrock.client.errors import SignatureWrong

TOLERANCE = timedelta(minutes=5)


class Notice(msgspec.Struct, kw_only=True):
    """What a webhook says. `data` holds ids and codes; `data["event_id"]` is the same however often it is sent."""

    type: str
    timestamp: datetime
    data: dict[str, Any]
    id: str = ""

    @property
    def conversation_id(self) -> UUID | None:
        found = self.data.get("conversation_id")
        return UUID(found) if found else None


def verify_webhook(
    body: bytes, headers: Mapping[str, str], secrets: str | Sequence[str], *, now: datetime | None = None
) -> Notice:
    """Return what a webhook says once its signature fits one of your secrets. Raises SignatureWrong.

    `body` is the raw body as it came. Refuses what is more than five minutes off, so that nothing old can be played back.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    id, stamp, signatures = (sent.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not id or not stamp.isdecimal() or not signatures:
        raise SignatureWrong("a header is missing")
    at = datetime.fromtimestamp(min(int(stamp), 2**33), UTC)
    if abs((now or datetime.now(UTC)) - at) > TOLERANCE:
        raise SignatureWrong("the timestamp is too far off")
    signed = f"{id}.{stamp}.".encode() + body
    given = [part.removeprefix("v1,") for part in signatures.split(" ") if part.startswith("v1,")]
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        expected = base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()
        if any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in given):
            notice = msgspec.json.decode(body, type=Notice)
            notice.id = id
            return notice
    raise SignatureWrong("no signature fits")


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise SignatureWrong("the secret is not one of ours") from error
