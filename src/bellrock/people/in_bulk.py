"""Customers by the thousand: the rows that meeting them one by one would make."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from bellrock import vault as vaults
from bellrock.core import Transaction, new_id
from bellrock.people.customers import PROFILE
from bellrock.people.models import Customer, CustomerKind, Profile, Tier


async def customer_rows(
    tx: Transaction, vault: vaults.Vault, *, profile: Profile, locale: str, tier: Tier, now: datetime
) -> tuple[Customer, dict[str, Any], dict[str, Any]]:
    """Return a customer whom nobody has met, with their rows of `subject_keys` and `customers`; the caller writes both.

    They are one with somebody whom the exchange vouches for later under the same external id.
    """
    customer = Customer(id=new_id(), kind=CustomerKind.CUSTOMER, locale=locale, tier=tier)
    key = vault.subjects.prepare((customer.id, vaults.CASE))
    encoded = msgspec.json.encode(profile)
    row = {
        "id": customer.id,
        "kind": str(customer.kind),
        "external_fingerprint": vault.fingerprint("external_id", profile.external_id or str(customer.id)),
        "email_fingerprint": vault.fingerprint("email", profile.email) if profile.email else None,
        "profile": await vault.seal_bytes(
            tx, object_id=customer.id, subject_id=customer.id, purpose=PROFILE, data=encoded
        ),
        "profile_fingerprint": vault.fingerprint("profile", encoded.decode()),
        "locale": locale,
        "tier": str(tier),
        "created_at": now,
    }
    return customer, key, row
