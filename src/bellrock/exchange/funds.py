"""Balances, deposits, withdrawals, addresses, payments by bank and card, and the rules of networks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bellrock.exchange.facts import Caip2, Caip19, Code, Id, Instant, Text


class Wallet(StrEnum):
    """Where a balance lies."""

    SPOT = "spot"
    FUTURES = "futures"
    EARN = "earn"
    FUNDING = "funding"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has of an asset. `locked` is in orders, withdrawals under way or collateral."""

    wallet: Wallet
    asset: Code
    free: Decimal
    locked: Decimal


class DepositState(StrEnum):
    """Where a deposit is."""

    SEEN = "seen"  # on the network, in no block yet
    CONFIRMING = "confirming"
    CREDITED = "credited"
    BELOW_MINIMUM = "below_minimum"  # arrived and not credited
    SUSPENDED = "suspended"  # arrived; waits until deposits of this asset are open again
    HELD = "held"  # under review
    RETURNED = "returned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit of crypto. `confirmations` count up to `confirmations_needed`. Internal transfers have no txid."""

    id: Id
    asset: Code
    network: Caip2
    asset_id: Caip19
    amount: Decimal
    address: Text
    memo: Text | None
    txid: Text | None
    state: DepositState
    confirmations: int
    confirmations_needed: int
    seen_at: Instant
    credited_at: Instant | None
    is_internal: bool = False
    reason: Text | None = None


class WithdrawalState(StrEnum):
    """Where a withdrawal is."""

    AWAITING_CUSTOMER = "awaiting_customer"  # waits for a confirmation by link or code
    REVIEWING = "reviewing"
    QUEUED = "queued"
    SENT = "sent"  # on the network, not confirmed
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal of crypto. The destination receives `amount`; the account is charged `amount + fee`."""

    id: Id
    asset: Code
    network: Caip2
    asset_id: Caip19
    amount: Decimal
    fee: Decimal
    address: Text
    memo: Text | None
    txid: Text | None
    state: WithdrawalState
    created_at: Instant
    sent_at: Instant | None
    done_at: Instant | None
    due_at: Instant | None  # by when it is usually on
    is_internal: bool = False
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class DepositAddress:
    """An address of an account. Where many share it, `memo` tells whose a deposit is, and has to be given."""

    asset: Code
    network: Caip2
    address: Text
    memo: Text | None
    created_at: Instant


class PaymentState(StrEnum):
    """Where a payment is."""

    WAITING = "waiting"  # the money has not arrived
    REVIEWING = "reviewing"
    DONE = "done"
    REFUSED = "refused"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money by bank, card or another way of paying, in or out. `means` is shown as masked by the exchange."""

    id: Id
    is_deposit: bool
    currency: Code
    amount: Decimal
    fee: Decimal
    rail: Text  # sepa, swift, card, pix …
    means: Text
    state: PaymentState
    created_at: Instant
    due_at: Instant | None
    done_at: Instant | None
    reference: Text | None = None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class NetworkRule:
    """What an exchange takes and sends of an asset on a network. `memo` names what an address needs beside it: tag or memo.

    `withdrawal_max_daily` is that of the lowest level that may withdraw. Suspensions: since when, until when if known.
    """

    asset: Code
    network: Caip2
    asset_id: Caip19
    network_name: Text
    memo: Text | None
    takes_deposits: bool
    sends_withdrawals: bool
    deposit_min: Decimal
    deposit_fee: Decimal
    confirmations_to_credit: int
    confirmations_to_withdraw: int
    withdrawal_min: Decimal
    withdrawal_fee: Decimal
    withdrawal_max_daily: Decimal | None
    suspended_since: Instant | None
    suspended_until: Instant | None
    reason: Text | None = None


class Recoverable(StrEnum):
    """Whether what went astray can be fetched."""

    BY_ITSELF = "by_itself"  # will be credited without anybody asking
    ON_REQUEST = "on_request"
    SOMETIMES = "sometimes"  # specialists look at each case
    NEVER = "never"


class Astray(StrEnum):
    """How a deposit went astray."""

    WRONG_NETWORK = "wrong_network"
    WRONG_MEMO = "wrong_memo"
    UNLISTED_ASSET = "unlisted_asset"
    BELOW_MINIMUM = "below_minimum"
    CONTRACT_CALL = "contract_call"  # sent by a contract in a way that is not seen


@dataclass(frozen=True, slots=True)
class RecoveryRule:
    """What the exchange does for a deposit astray: what it costs, from which amount on, and how long it takes."""

    astray: Astray
    recoverable: Recoverable
    fee: Decimal
    fee_asset: Code
    amount_min: Decimal  # worth in `fee_asset`
    days: int
    needs: tuple[Text, ...]
    as_of: Instant


class Belonging(StrEnum):
    """Whose an address (with its memo) is, as far as the asking account may know."""

    THIS_ACCOUNT = "this_account"
    THIS_ACCOUNT_ELSEWHERE = "this_account_elsewhere"  # its address on another network: not watched here
    ANOTHER_ACCOUNT = "another_account"
    SHARED = "shared"  # the exchange's; only a memo tells whose
    EXCHANGE = "exchange"  # of the exchange itself: wallets from which it sends
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Belongs:
    """Whose an address is. `network` is the one on which the account has it, where that differs from the one asked about."""

    belonging: Belonging
    network: Caip2 | None
    as_of: Instant


class Sighting(StrEnum):
    """What the exchange knows of a transaction on a network."""

    UNKNOWN = "unknown"
    CREDITED = "credited"  # to this account
    UNDER_WAY = "under_way"  # for this account
    UNASSIGNED = "unassigned"  # arrived at the exchange, belongs to nobody yet: memo missing or wrong
    ANOTHER_ACCOUNT = "another_account"
    SENT_BY_US = "sent_by_us"  # a withdrawal
    IGNORED = "ignored"  # arrived, in an asset or a way that is not credited


@dataclass(frozen=True, slots=True)
class Sighted:
    """What the exchange knows of a transaction, and the deposit or withdrawal of this account that it belongs to."""

    sighting: Sighting
    deposit_id: Id | None
    withdrawal_id: Id | None
    astray: Astray | None
    as_of: Instant
