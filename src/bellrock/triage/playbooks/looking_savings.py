"""Savings looked up: which product is meant, its rewards, and what comes back of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bellrock.exchange import EarnProduct, EarnState, Page, Redemption, Reward, Subscription
from bellrock.triage.playbooks.asking import LATELY, Asked, Missing
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.savings import explain_ahead, explain_redemption, explain_yield, newest

_REWARDS_SINCE = timedelta(days=40)


async def redemption(asked: Asked) -> Diagnosis | Missing | None:
    """Say where a redemption is; where none was asked for, when one would be there."""
    assert asked.account is not None
    earn = asked.exchange.earn
    page: Page[Redemption] = await earn.redemptions(asked.account, since=asked.now - LATELY * 3)
    asset, amounts = asked.asset, asked.amounts
    rows = [one for one in page.rows if asset is None or one.asset == asset]
    rows = [one for one in rows if one.amount in amounts] or rows
    products = {one.id: one for one in (await earn.products()).rows}
    subscriptions = (await earn.subscriptions(asked.account)).rows
    if (found := newest(rows)) is not None:
        product = _product(found.subscription_id, subscriptions, products)
        return explain_redemption(rows, as_of=page.as_of, product=product)
    meant = _meant(asked, subscriptions, products)
    if len(meant) > 1:
        return Missing("product")
    if not meant or meant[0].product_id not in products:
        return None
    return explain_ahead(meant[0], products[meant[0].product_id], as_of=page.as_of)


async def earned(asked: Asked) -> Diagnosis | Missing | None:
    """Check the rewards of the subscription that can be meant; where more than one can, ask which."""
    assert asked.account is not None
    earn = asked.exchange.earn
    subscriptions = (await earn.subscriptions(asked.account)).rows
    products = {one.id: one for one in (await earn.products()).rows}
    meant = _meant(asked, subscriptions, products)
    if len(meant) > 1:
        return Missing("product")
    product = products.get(meant[0].product_id) if meant else None
    if product is None:
        return None
    page: Page[Reward] = await earn.rewards(
        asked.account, subscription_id=meant[0].id, since=asked.now - _REWARDS_SINCE
    )
    return explain_yield(meant[0], product, page.rows, as_of=page.as_of)


def _meant(asked: Asked, subscriptions: Sequence[Subscription], products: dict[str, EarnProduct]) -> list[Subscription]:
    """Return the subscriptions that the words can mean: those of a product, kind or coin that they name; running ones first."""
    asset, words = asked.asset, asked.text.casefold()
    rows = [one for one in subscriptions if asset is None or one.asset == asset]
    running = [one for one in rows if one.state in (EarnState.EARNING, EarnState.STARTING)] or rows

    def names(one: Subscription) -> bool:
        product = products.get(one.product_id)
        return product is not None and any(
            word.casefold() in words for word in (product.name, product.id, product.kind.value)
        )

    return [one for one in rows if names(one)] or running


def _product(
    subscription_id: str, subscriptions: Sequence[Subscription], products: dict[str, EarnProduct]
) -> EarnProduct | None:
    of = next((one.product_id for one in subscriptions if one.id == subscription_id), None)
    return products.get(of) if of else None
