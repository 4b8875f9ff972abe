"""What the guard can find, the mark it leaves in the text, and what the customer is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bellrock.core import N_


class Kind(StrEnum):
    """The kinds of secret. The value stands in the mark, so it never changes and is at most four characters long."""

    SEED_PHRASE = "seed"
    PRIVATE_KEY = "key"
    API_SECRET = "api"  # noqa: S105
    AUTHENTICATOR = "2fa"
    PASSWORD = "pass"  # noqa: S105
    CARD = "card"
    ONE_TIME_CODE = "code"


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret that was removed: where its mark stands in the masked text, and its form, such as `bip39` or `wif`."""

    kind: Kind
    start: int
    end: int
    form: str


class Span(NamedTuple):
    """Where a detector saw a secret, in the text that it was given."""

    start: int
    end: int
    kind: Kind
    form: str


# A mark is shorter than every secret it replaces, so that a masked text never outgrows the limit of its original.
MARK = re.compile("⟦(" + "|".join(Kind) + ")⟧")

# Whoever holds one of these can move money, now.
DANGEROUS = frozenset({Kind.SEED_PHRASE, Kind.PRIVATE_KEY, Kind.API_SECRET, Kind.AUTHENTICATOR, Kind.PASSWORD})

_SHOWN = {
    Kind.SEED_PHRASE: N_("[recovery phrase removed]"),
    Kind.PRIVATE_KEY: N_("[private key removed]"),
    Kind.API_SECRET: N_("[API secret removed]"),
    Kind.AUTHENTICATOR: N_("[authenticator key removed]"),
    Kind.PASSWORD: N_("[password removed]"),
    Kind.CARD: N_("[card number removed]"),
    Kind.ONE_TIME_CODE: N_("[code removed]"),
}

_ADVICE = {
    Kind.SEED_PHRASE: N_(
        "You sent a recovery phrase. We removed it before the message was stored, but it travelled over the network. "
        "Treat this wallet as open: create a new wallet on a device you trust and move everything there now. "
        "We never ask for a recovery phrase, and nobody who does works for us."
    ),
    Kind.PRIVATE_KEY: N_(
        "You sent a private key. We removed it before the message was stored, but it travelled over the network. "
        "Move what this key controls to a new address now, and do not use the old one again. "
        "We never ask for a private key."
    ),
    Kind.API_SECRET: N_(
        "You sent an API secret or session token. We removed it before the message was stored. "
        "Delete this API key in your account now and create a new one; sign out of all devices if it was a session."
    ),
    Kind.AUTHENTICATOR: N_(
        "You sent the set-up key of your authenticator app. We removed it before the message was stored. "
        "Whoever has it can make your codes: turn the authenticator off and set it up again with a new key now."
    ),
    Kind.PASSWORD: N_(
        "You sent a password. We removed it before the message was stored. "
        "Change it now, and everywhere else you use it. We never ask for your password."
    ),
    Kind.CARD: N_(
        "You sent a card number. We removed it before the message was stored; the last four digits are all we ever "
        "need. If you sent it to anyone else as well, ask your bank to replace the card."
    ),
    Kind.ONE_TIME_CODE: N_(
        "You sent a code that belongs to you alone. We removed it before the message was stored. "
        "We never ask for codes in a conversation. If someone asked you for it, tell us now and change your password."
    ),
}


def mark(kind: Kind) -> str:
    """Return what stands in a text in the place of a secret."""
    return f"⟦{kind}⟧"


def advice(kind: Kind) -> str:
    """Return the msgid of what the customer must do now."""
    return _ADVICE[kind]


def label(kind: Kind) -> str:
    """Return the msgid that a reader sees in the place of a mark."""
    return _SHOWN[kind]


class Piece(NamedTuple):
    """A stretch of a masked text: plain words, or a removed secret with the msgid of its label as text."""

    text: str
    kind: Kind | None


def pieces(text: str) -> list[Piece]:
    """Split a masked text at its marks, for pages that draw a removed secret in its own style."""
    found: list[Piece] = []
    done = 0
    for match in MARK.finditer(text):
        if match.start() > done:
            found.append(Piece(text[done : match.start()], None))
        kind = Kind(match[1])
        found.append(Piece(_SHOWN[kind], kind))
        done = match.end()
    if done < len(text):
        found.append(Piece(text[done:], None))
    return found


def render(text: str, translate: Callable[[str], str]) -> str:
    """Return a masked text with each mark as words of the reader's language."""
    return MARK.sub(lambda match: translate(_SHOWN[Kind(match[1])]), text)
