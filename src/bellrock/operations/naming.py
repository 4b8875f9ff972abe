"""Finding a customer by whatever an operator was given: a reference, the exchange's number, an address, our own id."""

from __future__ import annotations

import re
from uuid import UUID

from bellrock import conversations
from bellrock import vault as vaults
from bellrock.core import N_, SYSTEM, NotFound, Transaction

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REFERENCE = re.compile(r"BR-[0-9A-Z]{4,16}")


class CustomerUnknown(NotFound):
    """Nobody is known by this name."""

    code = "customer_unknown"
    text = N_("No customer is known by this. Give the reference of one of their cases.")


async def customer_named(tx: Transaction, vault: vaults.Vault, *, named: str) -> UUID:
    """Return the customer of a reference, an account number of the exchange, an e-mail address or an id.

    An address that several share names nobody. Raises CustomerUnknown.
    """
    given = named.strip()
    if _REFERENCE.fullmatch(given.upper()):
        try:
            return (await conversations.find_by_reference(tx, viewer=SYSTEM, reference=given)).customer_id
        except NotFound as error:
            raise CustomerUnknown from error
    if _ID.fullmatch(given.lower()):
        return await _only(tx, "id = %s", UUID(given))
    if "@" in given:
        return await _only(tx, "email_fingerprint = %s", vault.fingerprint("email", given))
    return await _only(tx, "external_fingerprint = %s", vault.fingerprint("external_id", given))


async def _only(tx: Transaction, where: str, value: UUID | bytes) -> UUID:
    cursor = await tx.execute(f"SELECT id FROM customers WHERE {where} AND erased_at IS NULL LIMIT 2", (value,))
    rows = await cursor.fetchall()
    if len(rows) != 1:
        raise CustomerUnknown
    found: UUID = rows[0]["id"]
    return found
