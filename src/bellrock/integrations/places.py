"""Cursors for programs: a place in a list, sealed so that it tells nothing and fits nowhere else."""

from __future__ import annotations

import base64
import binascii
import os
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bellrock import vault as vaults
from bellrock.integrations.errors import CursorWrong

CURSOR_MAX = 400
_NONCE_BYTES = 12


def seal_place(vault: vaults.Vault, place: Any, *, of: str) -> str:
    """Return a cursor for a place; it opens only with the same `of`, which names the reader and the list."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(vault).encrypt(nonce, msgspec.msgpack.encode(place), of.encode())
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def open_place(vault: vaults.Vault, cursor: str, *, of: str, type: Any) -> Any:
    """Return the place in a cursor. Raises CursorWrong for one that we did not make for this reader and list."""
    if len(cursor) > CURSOR_MAX:
        raise CursorWrong
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        plain = _cipher(vault).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], of.encode())
        return msgspec.msgpack.decode(plain, type=type)
    except (binascii.Error, ValueError, InvalidTag, msgspec.MsgspecError) as error:
        raise CursorWrong from error


def _cipher(vault: vaults.Vault) -> AESGCM:
    return AESGCM(vault.fingerprint("api", "cursor"))
