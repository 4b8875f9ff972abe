"""Signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint describe them. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bellrock.ledger.errors import ProofWrong

_ED25519 = b"\x01"
_SIGNATURE = re.compile(r"^— ([^ +\n]+) ([A-Za-z0-9+/=]+)$")
NOTE_CHARS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement: the log `origin` had `size` leaves with this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def verifier_key(origin: str, public: Ed25519PublicKey) -> str:
    """Return the public key in the form `name+id+key`, which any C2SP tool reads."""
    key = _ED25519 + public.public_bytes_raw()
    return f"{origin}+{_key_id(origin, public).hex()}+{base64.b64encode(key).decode()}"


def parse_verifier_key(text: str) -> tuple[str, Ed25519PublicKey]:
    """Return (origin, key) of a verifier key. Raises ProofWrong when it is not one."""
    origin, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decode(encoded, what="the public key")
    if len(key) != 33 or key[:1] != _ED25519:
        raise ProofWrong(why="the public key is not Ed25519")
    public = Ed25519PublicKey.from_public_bytes(key[1:])
    if _key_id(origin, public).hex() != key_id:
        raise ProofWrong(why="the public key does not fit its name")
    return origin, public


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the checkpoint as a note signed under its own origin."""
    signature = _key_id(checkpoint.origin, key.public_key()) + key.sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n— {checkpoint.origin} {base64.b64encode(signature).decode()}\n"


def open_note(note: str, public: Ed25519PublicKey) -> Checkpoint:
    """Return the checkpoint of a note if this key signed it. Raises ProofWrong. Other signatures are passed over."""
    text, signatures = split(note)
    checkpoint = _parse(text)
    if not is_signed(text, signatures, checkpoint.origin, public):
        raise ProofWrong(why="the checkpoint is not signed by this key")
    return checkpoint


def parse(note: str) -> Checkpoint:
    """Return what a note says, without looking at who signed it. Raises ProofWrong."""
    return _parse(split(note)[0])


def split(note: str) -> tuple[str, str]:
    """Return (signed text, signature lines) of a note. Raises ProofWrong."""
    if len(note) > NOTE_CHARS_MAX:
        raise ProofWrong(why="the checkpoint is too long")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise ProofWrong(why="the checkpoint is not a signed note")
    return text + "\n", signatures


def is_signed(text: str, signatures: str, name: str, public: Ed25519PublicKey) -> bool:
    """Say whether one of the lines is this key's signature under this name. Raises ProofWrong for other lines."""
    for line in signatures.split("\n")[:-1]:
        found = _SIGNATURE.match(line)
        if found is None:
            raise ProofWrong(why="the checkpoint has a line that is not a signature")
        signature = _decode(found[2], what="a signature")
        if found[1] == name and signature[:4] == _key_id(name, public) and _verifies(public, signature[4:], text):
            return True
    return False


def _verifies(public: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    try:
        public.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def _parse(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) or not lines[0]:
        raise ProofWrong(why="the checkpoint's lines are not origin, size and root")
    root = _decode(lines[2], what="the root")
    if len(root) != 32:
        raise ProofWrong(why="the root is not 32 bytes long")
    checkpoint = Checkpoint(lines[0], int(lines[1]), root)
    if text != checkpoint.text:
        raise ProofWrong(why="the checkpoint has lines that Bellrock does not write")
    return checkpoint


def _key_id(name: str, public: Ed25519PublicKey) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + public.public_bytes_raw()).digest()[:4]


def _decode(text: str, *, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProofWrong(why=f"{what} is not base64") from error
