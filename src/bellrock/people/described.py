"""A customer as the exchange's own software describes them, without a token of theirs."""

from __future__ import annotations

from datetime import datetime

from bellrock import vault as vaults
from bellrock.core import Actor, Invalid, Transaction
from bellrock.people.customers import customer_described
from bellrock.people.errors import TokenRefused
from bellrock.people.models import Customer, Tier
from bellrock.people.tokens import read_claims


async def describe_customer(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    external_id: str,
    name: str | None,
    email: str | None,
    locale: str | None,
    tier: Tier,
    by: Actor,
    now: datetime,
) -> Customer:
    """Keep what the exchange says about a customer, as a token would; meet them if they are new. Raises Invalid."""
    said = {"sub": external_id, "name": name, "email": email, "locale": locale, "tier": tier.value}
    try:
        claims = read_claims(said)
    except TokenRefused as error:
        raise Invalid from error
    return await customer_described(tx, vault, claims=claims, by=by, now=now)
