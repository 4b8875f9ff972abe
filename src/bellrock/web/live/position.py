"""Opaque positions for customers: where they are in the journal, without telling how much happens in it."""

from __future__ import annotations

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bellrock.vault import Vault

_NONCE_BYTES = 12
_PLACE = b"bellrock/1/position"


class Positions:
    """Seals journal numbers for customers and opens what they send back."""

    def __init__(self, vault: Vault) -> None:
        self._key = AESGCM(vault.fingerprint("position", "customer"))

    def seal(self, number: int) -> str:
        """Return an opaque text for a journal number (from -1)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._key.encrypt(nonce, (number + 1).to_bytes(8, "big"), _PLACE)
        return base64.urlsafe_b64encode(sealed).decode("ascii")

    def open(self, position: str | None) -> int:
        """Return the number of an opaque text; -1, the beginning, for none or one that is not ours."""
        if not position or len(position) > 64:
            return -1
        try:
            sealed = base64.urlsafe_b64decode(position.encode("ascii"))
            plain = self._key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _PLACE)
        except (ValueError, binascii.Error, InvalidTag, UnicodeEncodeError):
            return -1
        return int.from_bytes(plain, "big") - 1
