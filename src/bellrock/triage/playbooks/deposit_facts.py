"""What goes into the judgement of a deposit, and what comes out: the customer's word, the exchange's, the chain's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bellrock.chains import Fees, Outcome, Transaction


@dataclass(frozen=True, slots=True)
class Claim:
    """What the customer says of a deposit. Networks are CAIP-2 ids; nothing of it is taken for true."""

    txid: str | None = None
    network: str | None = None
    address: str | None = None
    memo: str | None = None
    asset: str | None = None
    amount: Decimal | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address at which the exchange credits this customer, on these networks; with this memo, where it is shared."""

    address: str
    networks: frozenset[str]
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A coin that the exchange takes on a network. `contract` is empty for the chain's own coin.

    `is_open` is false while deposits of it are suspended: what arrives is credited afterwards, by `opens_at` where that is known.
    """

    network: str
    asset: str
    minimum: Decimal
    confirmations: int
    contract: str = ""
    adds_up: bool = False  # whether deposits below the minimum count together
    is_open: bool = True
    opens_at: datetime | None = None


class Credit(StrEnum):
    """What the exchange did with a deposit."""

    CREDITED = "credited"
    INTERNAL = "internal"  # moved inside the exchange, with no transaction on a chain
    WAITING = "waiting"  # seen, or counting confirmations
    SMALL = "small"  # arrived, below the minimum
    SUSPENDED = "suspended"  # arrived, until deposits are open again
    HELD = "held"  # arrived, under review
    RETURNED = "returned"  # sent back
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class KnownDeposit:
    """A deposit that the exchange knows of this customer."""

    reference: str
    credit: Credit
    asset: str
    amount: Decimal
    txid: str | None = None
    network: str | None = None
    at: datetime | None = None
    reason: str | None = None  # why it waits or was refused, in the exchange's words
    confirmations: int = 0
    confirmations_needed: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What bringing a deposit back costs the customer."""

    amount: Decimal
    asset: str


@dataclass(frozen=True, slots=True)
class ExchangeAnswer:
    """What the exchange says: this customer's addresses and deposits, what it takes, and what a recovery costs.

    `recoveries` has the verdicts after which the exchange brings coins back at all; a cost of None is one not known beforehand.
    It is None where it was not asked: then nothing is said of it.
    """

    addresses: tuple[OwnAddress, ...]
    listings: tuple[Listing, ...]
    deposits: tuple[KnownDeposit, ...] = ()
    recoveries: Mapping[Verdict, Cost | None] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """What one chain said of the transaction. `outcome` stands where it was seen before and is gone.

    `replacement` is what took its place, `fees` what a place costs now while it waits.
    """

    network: str
    block_seconds: float
    transaction: Transaction | None = None
    outcome: Outcome | None = None
    replacement: Transaction | None = None
    fees: Fees | None = None
    is_unavailable: bool = False


class Verdict(StrEnum):
    """What is the matter with a deposit."""

    CREDITED = "credited"
    INTERNAL = "internal"
    NOT_FOUND = "not_found"
    WRONG_NETWORK = "wrong_network"
    WRONG_CONTRACT = "wrong_contract"
    MEMO_MISSING = "memo_missing"
    MEMO_WRONG = "memo_wrong"
    BELOW_MINIMUM = "below_minimum"
    PENDING = "pending"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"  # enough confirmations, and the exchange has not credited it: its own matter
    REPLACED = "replaced"
    DROPPED = "dropped"
    FAILED = "failed"
    RETURNED = "returned"  # the exchange sent it back
    NOT_OURS = "not_ours"
    UNCLEAR = "unclear"  # there is no transaction id, or a node that would know does not answer


class Recovery(StrEnum):
    """Who can still do something about the coins."""

    NOT_NEEDED = "not_needed"
    WAIT = "wait"  # they arrive by themselves
    SENDER = "sender"  # they never left, or went back: send again
    EXCHANGE = "exchange"  # they lie at the exchange, which can bring them back or credit them by hand
    TOP_UP = "top_up"  # another deposit makes the sum large enough
    HOLDER = "holder"  # only whoever holds the address they went to
    NONE = "none"
    UNKNOWN = "unknown"


class Pace(StrEnum):
    """How what a waiting transaction pays compares with what others pay."""

    FAST = "fast"
    NORMAL = "normal"
    SLOW = "slow"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A verdict with the facts it rests on. What does not matter for the verdict is None.

    `eta_seconds` is until the last confirmation that is needed, as blocks usually come; `asked` names the networks that were
    looked at, `unanswered` those whose nodes did not answer. `opens_at` is until when deposits are suspended. `waits` says
    that a node saw the transaction in no block yet, `taken_seconds` in how long one takes it at that pace, `follows` that
    the sender has to have an earlier one confirmed first: nobody knows when that is.
    """

    verdict: Verdict
    recovery: Recovery
    network: str | None = None
    txid: str | None = None
    asset: str | None = None
    amount: Decimal | None = None
    confirmations: int | None = None
    confirmations_needed: int | None = None
    eta_seconds: int | None = None
    waits: bool = False
    taken_seconds: int | None = None
    follows: bool = False
    fee_rate: Decimal | None = None
    fees: Fees | None = None
    pace: Pace | None = None
    replaced_by: str | None = None
    replaced_pays: bool | None = None  # whether that one pays to the customer; None where it was not seen
    memo_found: str | None = None
    memo_expected: str | None = None
    minimum: Decimal | None = None
    contract: str | None = None
    went_to: str | None = None
    resembles: str | None = None  # the customer's own address that `went_to` is made to look like
    hangs_on: tuple[str, ...] = ()  # while it waits: what tells later whether it was replaced or dropped
    reason: str | None = None
    cost: Cost | None = None
    reference: str | None = None
    asked: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    opens_at: datetime | None = None
