"""What a chain says: transactions, movements, its tip, its fees, and what became of a transaction that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bellrock.core import N_, BellrockError

ACTIVITY_MAX = 50


class Ability(StrEnum):
    """What a node can be asked beyond transactions and its tip."""

    ACTIVITY = "activity"  # what an address received
    FEES = "fees"  # what a place in the next blocks costs
    FATE = "fate"  # what became of a transaction that was seen and is gone
    PENDING = "pending"  # it sees transactions before they are in a block
    TOKENS = "tokens"  # it sees tokens, not the chain's own coin alone


class State(StrEnum):
    """Where a transaction is."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"  # in a block, and without effect but its fee


@dataclass(frozen=True, slots=True)
class Movement:
    """Value that arrived somewhere. `asset` is empty for the chain's own coin, else the contract, mint or issuer of a token.

    `amount` is in whole coins, exact; None where a token does not tell its decimals. `memo` is the tag or memo for the receiver.
    """

    to: str
    amount: Decimal | None
    asset: str = ""
    source: str | None = None
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as a node sees it at `as_of`. `confirmations` counts its own block: 0 while it is pending.

    `fee` is in whole coins of the chain, `fee_rate` in the unit of the network's `Fees`. `hangs_on` names what it uses up:
    outputs (`txid:0`), sender and number (`0x…:7`), a block hash or a last ledger; `Chain.fate` needs it later.
    `hides` says that a contract ran whose own transfers of the chain's coin this node does not tell; `follows` that an
    earlier transaction of the same sender has to be confirmed before this one, where transactions are numbered.
    """

    network: str
    txid: str
    state: State
    confirmations: int
    movements: tuple[Movement, ...]
    as_of: datetime
    height: int | None = None
    block_at: datetime | None = None
    fee: Decimal | None = None
    fee_rate: Decimal | None = None
    hangs_on: tuple[str, ...] = ()
    calls: str | None = None  # the contract that it called, on chains that have them
    reason: str | None = None  # why it failed, in the chain's own words
    hides: bool = False
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """One movement to an address, and the transaction that brought it."""

    txid: str
    movement: Movement
    height: int | None
    block_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest block of a chain."""

    height: int
    block_at: datetime | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Fees:
    """What a place costs now, in `unit`: within some ten blocks, about three, and the next one.

    `waiting` counts transactions that wait, where the node knows.
    """

    unit: str
    slow: Decimal
    normal: Decimal
    fast: Decimal
    as_of: datetime
    waiting: int | None = None


class Fate(StrEnum):
    """What became of a transaction that was seen before."""

    THERE = "there"  # it is on the chain or waits
    REPLACED = "replaced"  # another one used what it hung on, so that it can never be confirmed
    DROPPED = "dropped"  # no node waits for it any more; its coins are where they were
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fate, and the transaction that took the place, where the node finds it."""

    fate: Fate
    by: str | None = None


class ChainUnavailable(BellrockError):
    """The node does not answer in time, refuses, or answers what cannot be read; trying again may help."""

    code = "chain_unavailable"
    status = 503
    retryable = True
    text = N_("The network's node does not answer just now.")


class ChainMixedUp(BellrockError):
    """The node that is set up for a network serves another one."""

    code = "chain_mixed_up"
    status = 500
    text = N_("The node that is set up for this network serves another one.")


class ChainCannot(BellrockError):
    """This node cannot be asked that; `can` says so beforehand."""

    code = "chain_cannot"
    status = 409
    text = N_("The node of this network cannot be asked for that.")


class TxidWrong(BellrockError):
    """The text is no transaction id or address of this network."""

    code = "txid_wrong"
    status = 422
    text = N_("This is no transaction or address of that network.")
