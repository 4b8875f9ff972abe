"""Ways to wake a browser."""

from __future__ import annotations

from bellrock.adapters.push.web import WebPush
from bellrock.core import Settings


def build_push(settings: Settings, seed: bytes) -> WebPush:
    """Return what wakes browsers, signing with a key made of a secret of this installation."""
    return WebPush(seed, contact=f"mailto:{settings.mail_from}")
