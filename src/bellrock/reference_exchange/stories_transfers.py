"""Stories of deposits, withdrawals, payments and yield."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bellrock.exchange import (
    Astray,
    Bonus,
    BonusState,
    DepositState,
    EarnState,
    Payment,
    PaymentState,
    Redemption,
    RedemptionState,
    Reward,
    Sighted,
    Sighting,
    Subscription,
    Wallet,
    WithdrawalState,
)
from bellrock.reference_exchange import accounts, rules
from bellrock.reference_exchange.state import State
from bellrock.reference_exchange.world import World

D = Decimal


def withdrawal_on_the_network(world: World, state: State) -> None:
    """USDT on Ethereum, sent three hours ago with too low a fee, not confirmed; another one waits for its link."""
    rule = world.rule("USDT", rules.ETHEREUM)
    sent = accounts.withdrawal(world.draw, world.account, rule, "stuck", D(640), at=world.ago(hours=3))
    waiting = accounts.withdrawal(world.draw, world.account, rule, "by link", D(75), at=world.ago(minutes=25))
    state.withdrawals[:0] = [
        replace(
            waiting,
            state=WithdrawalState.AWAITING_CUSTOMER,
            txid=None,
            sent_at=None,
            done_at=None,
            reason="The link in the e-mail was not opened.",
        ),
        replace(sent, state=WithdrawalState.SENT, done_at=None),
    ]


def wrong_network(world: World, state: State) -> None:
    """USDT sent over BNB Smart Chain, where the exchange takes none, to the customer's Ethereum address."""
    txid = world.txid(rules.BSC, "wrong network")
    state.sighted[(rules.BSC, txid)] = Sighted(Sighting.IGNORED, None, None, Astray.WRONG_NETWORK, world.at)


def memo_missing(world: World, state: State) -> None:
    """XRP sent to the shared address without the tag."""
    txid = world.txid(rules.XRPL, "memo missing")
    state.sighted[(rules.XRPL, txid)] = Sighted(Sighting.UNASSIGNED, None, None, Astray.WRONG_MEMO, world.at)


def deposit_confirming(world: World, state: State) -> None:
    """Bitcoin seen and in no block; a small one in ether that stays below the minimum; a TON one while that is suspended."""
    seen = world.deposit(state, world.rule("BTC", rules.BITCOIN), "confirming", "0.0185", at=world.ago(minutes=22))
    small = world.deposit(state, world.rule("ETH", rules.ETHEREUM), "small", "0.0004", at=world.ago(hours=20))
    paused = world.deposit(state, world.rule("TON", rules.TON), "paused", "120", at=world.ago(minutes=40))
    state.deposits[:0] = [
        seen,
        replace(paused, state=DepositState.SUSPENDED, confirmations=40),
        replace(small, state=DepositState.BELOW_MINIMUM, confirmations=900),
    ]


def payment_late(world: World, state: State) -> None:
    """A bank transfer that did not arrive, a card that was declined, and a voucher that waits for trading volume."""
    state.payments = [
        Payment(
            "pay-card", True, "EUR", D(250), D(0), "card", "•••• 4417", PaymentState.REFUSED, world.ago(hours=5), None,
            None, None, "The bank declined it.",
        ),
        Payment(
            "pay-sepa", True, "EUR", D(1_200), D(0), "sepa", "DE•• •••• 3391", PaymentState.WAITING, world.ago(days=2),
            world.ago(hours=20), None, "NW8842", None,
        ),
    ]  # fmt: skip
    state.bonuses = [
        Bonus(
            "bonus-1",
            "voucher",
            "Welcome voucher",
            "USDT",
            D(10),
            BonusState.PENDING,
            ("deposit 100 USDT", "trade 500 USDT"),
            ("deposit 100 USDT",),
            world.ago(days=6),
            world.at + timedelta(days=8),
        )
    ]


def earn_in_doubt(world: World, state: State) -> None:
    """A flexible subscription over two tiers, with rewards; one day's is late. A locked one is left early."""
    flexible, locked = rules.earn_products()[:2]
    begun = world.ago(days=12)
    accrues = begun + timedelta(hours=flexible.accrues_after_hours)
    amount = D(1_500)
    rewards = []
    for number in range(11):
        day: date = (accrues + timedelta(days=number)).date()
        yearly = D(1_000) * D("0.08") + D(500) * D("0.035")
        reward = (yearly / 365).quantize(D("0.00000001"))
        paid = None if number == 10 else accrues + timedelta(days=number + 1)
        rate = (yearly / amount).quantize(D("0.00000001"))
        rewards.append(Reward(f"rew-{number:02}", "sub-flexible", day, "USDT", amount, rate, reward, paid))
    state.rewards["sub-flexible"] = rewards[::-1]
    rewarded = sum((row.reward for row in rewards if row.paid_at), D(0))
    state.subscriptions = [
        Subscription(
            "sub-flexible", flexible.id, "USDT", amount, EarnState.EARNING, begun, accrues, None, False, rewarded
        ),
        Subscription(
            "sub-locked",
            locked.id,
            "USDT",
            D(2_000),
            EarnState.REDEEMING,
            world.ago(days=31),
            world.ago(days=30),
            world.at + timedelta(days=59),
            True,
            D(0),
        ),
    ]
    state.rewards["sub-locked"] = []
    lost = (D(2_000) * D("0.062") / 365 * 30).quantize(D("0.00000001"))
    state.redemptions = [
        Redemption(
            "red-early",
            "sub-locked",
            "USDT",
            D(2_000),
            True,
            lost,
            RedemptionState.WAITING,
            world.ago(hours=8),
            world.at + timedelta(hours=16),
            None,
        )
    ]
    state.balances = [replace(row, free=amount) if row.wallet is Wallet.EARN else row for row in state.balances]
