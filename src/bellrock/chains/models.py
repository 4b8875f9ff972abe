"""What addresses and transaction ids are told apart into: networks, candidates, near misses."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bellrock.chains.repair import Slip
from bellrock.core import N_


class Family(StrEnum):
    """Networks of one kind: they write addresses alike and answer the same questions."""

    EVM = "evm"
    BITCOIN = "bitcoin"
    SOLANA = "solana"
    TRON = "tron"
    XRPL = "xrpl"
    COSMOS = "cosmos"
    OTHER = "other"


class Memo(StrEnum):
    """What an exchange wants beside the address, because many customers share it there."""

    NONE = "none"
    TAG = "tag"  # a number, called destination tag
    MEMO = "memo"  # a text or number, called memo, comment or message


@dataclass(frozen=True, slots=True)
class Network:
    """One chain. `id` is its CAIP-2 name; `block_seconds` the usual time between blocks; `rank` orders by how much it is used."""

    id: str
    name: str
    symbol: str
    family: Family
    decimals: int
    block_seconds: float
    memo: Memo
    is_test: bool
    rank: int


class Kind(StrEnum):
    """What a piece of text is."""

    ADDRESS = "address"
    TXID = "txid"
    INVOICE = "invoice"  # of Lightning: paid once, and no address


class Note(StrEnum):
    """What is worth knowing about an address that can be right."""

    NO_CHECKSUM = "no_checksum"
    SAME_EVERYWHERE = "same_everywhere"
    TAG_INSIDE = "tag_inside"
    OTHER_PREFIX = "other_prefix"
    NETWORK_CLOSED = "network_closed"
    PREFIX_MISSING = "prefix_missing"


class Why(StrEnum):
    """What keeps a text from being the address or transaction id that it looks like."""

    CHECKSUM = "checksum"
    CAPITALS = "capitals"
    LENGTH = "length"
    SIGN = "sign"


NOTES: dict[Note, str] = {
    Note.NO_CHECKSUM: N_("It holds no checksum: a wrong character in it cannot be seen."),
    Note.SAME_EVERYWHERE: N_("The same address exists on every network of this kind."),
    Note.TAG_INSIDE: N_("The tag or memo is part of this address."),
    Note.OTHER_PREFIX: N_("It is written for a sister network; the account behind it is the same."),
    Note.NETWORK_CLOSED: N_("This network was closed."),
    Note.PREFIX_MISSING: N_("It is usually written with 0x in front."),
}
WHYS: dict[Why, str] = {
    Why.CHECKSUM: N_("The checksum does not match: at least one character is wrong or missing."),
    Why.CAPITALS: N_("The checksum in its capital and small letters does not match."),
    Why.LENGTH: N_("It is too short or too long: the copy is not complete."),
    Why.SIGN: N_("It has a character that such an address never has."),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a piece of text: it can be this kind of thing on this network.

    `form` names the way of writing, `checked` says that a checksum in it is right. `tag` is one that stands inside;
    `account` is the plain address where the text holds more, or a shorter way of writing it.
    """

    kind: Kind
    network: Network
    form: str
    checked: bool
    notes: tuple[Note, ...] = ()
    tag: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """What a text nearly is."""

    form: str
    networks: tuple[Network, ...]
    why: Why
    slip: Slip | None = field(default=None, compare=False, repr=False)

    def position(self) -> int | None:
        """Return the place, from 1, of the only character whose change would make it right. Takes up to 0.2 s."""
        return self.slip() if self.slip else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a piece of text can be. Several candidates mean just that: the text alone does not tell which.

    `link` is the network of the explorer, where it stood in a link to one: what the customer looked at, still no proof.
    """

    text: str
    start: int
    candidates: tuple[Candidate, ...]
    near: tuple[NearMiss, ...]
    link: Network | None = None

    @property
    def networks(self) -> frozenset[str]:
        """The CAIP-2 ids that it can belong to."""
        return frozenset(candidate.network.id for candidate in self.candidates)

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(candidate.kind for candidate in self.candidates)


@dataclass(frozen=True, slots=True)
class Match:
    """What a form says of a text, before networks are looked up by their ids."""

    kind: Kind
    form: str
    networks: tuple[str, ...]
    checked: bool = True
    notes: tuple[Note, ...] = ()
    tag: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A near miss of a form, before networks are looked up."""

    form: str
    networks: tuple[str, ...]
    why: Why
    slip: Slip | None = None
