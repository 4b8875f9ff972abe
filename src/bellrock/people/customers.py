"""Customers and visitors: who the exchange vouches for, who wrote without signing in, and the day both are one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from bellrock import vault as vaults
from bellrock.core import Actor, Conflict, NotFound, Transaction, new_id
from bellrock.people.models import Customer, CustomerKind, Profile, customer_from_row
from bellrock.people.tokens import Claims, TokenKey, new_secret, read_token, secret_hash

VISITOR_LIFETIME = timedelta(days=90)
PROFILE = "profile"
FOUND_MAX = 10
COLUMNS = "id, kind, locale, tier"


async def customer_from_token(
    tx: Transaction, vault: vaults.Vault, *, token: str, keys: Mapping[str, TokenKey], now: datetime
) -> Customer:
    """Return the customer that a token of the exchange names; meet them on their first visit, note what changed later.

    Raises TokenRefused.
    """
    return await customer_described(tx, vault, claims=read_token(token, keys=keys, now=now), now=now)


async def customer_described(
    tx: Transaction, vault: vaults.Vault, *, claims: Claims, now: datetime, by: Actor | None = None
) -> Customer:
    """Return the customer whom the exchange describes; meet them the first time, note what changed later.

    `by` is who says so where that is not the customer's own token.
    """
    external = vault.fingerprint("external_id", claims.external_id)
    row = await _find(tx, external)
    if row is None:
        row = await _meet(tx, vault, claims, external, now, by)
    if row["is_joined"]:  # another account of a person who is known under this one: it is described by its own token
        return customer_from_row(row)
    profile = _profile_of_claims(claims)
    digest = _profile_fingerprint(vault, profile)
    locale = claims.locale or row["locale"]
    if (bytes(row["profile_fingerprint"] or b""), row["locale"], row["tier"]) != (digest, locale, claims.tier):
        await tx.execute(
            "UPDATE customers SET profile = %s, profile_fingerprint = %s, email_fingerprint = %s, locale = %s, tier = %s"
            " WHERE id = %s",
            (
                await _seal_profile(tx, vault, row["id"], profile),
                digest,
                _email_fingerprint(vault, profile.email),
                locale,
                claims.tier,
                row["id"],
            ),
        )
        who = customer_from_row(row)
        await _record(tx, vault, "people.customer_described", who, now, {"tier": claims.tier, "locale": locale}, by)
    return Customer(id=row["id"], kind=CustomerKind.CUSTOMER, locale=locale, tier=claims.tier)


async def _find(tx: Transaction, external: bytes) -> dict[str, Any] | None:
    cursor = await tx.execute(
        f"SELECT {COLUMNS}, profile_fingerprint, external_fingerprint IS DISTINCT FROM %(external)s AS is_joined"
        " FROM customers WHERE id = (SELECT coalesce(adopted_by, id) FROM customers"
        "  WHERE external_fingerprint = %(external)s)",
        {"external": external},
    )
    return await cursor.fetchone()


async def _meet(
    tx: Transaction, vault: vaults.Vault, claims: Claims, external: bytes, now: datetime, by: Actor | None
) -> dict[str, Any]:
    cursor = await tx.execute(
        "INSERT INTO customers (id, kind, external_fingerprint, locale, tier, created_at)"
        " VALUES (%s, 'customer', %s, %s, %s, %s) ON CONFLICT (external_fingerprint) DO NOTHING"
        f" RETURNING {COLUMNS}, profile_fingerprint, false AS is_joined",
        (new_id(), external, claims.locale or "en", claims.tier, now),
    )
    row = await cursor.fetchone()
    if row is None:  # another request met the same customer at the same moment
        row = await _find(tx, external)
        assert row is not None
        return row
    await vault.create_subject(tx, row["id"])
    await _record(tx, vault, "people.customer_met", customer_from_row(row), now, {"kind": "customer"}, by)
    return row


async def start_visitor(tx: Transaction, vault: vaults.Vault, *, locale: str, now: datetime) -> tuple[Customer, str]:
    """Make a visitor and return them with the secret by which their browser is known; only its hash is kept."""
    visitor = Customer(id=new_id(), kind=CustomerKind.VISITOR, locale=locale)
    secret = new_secret()
    await tx.execute(
        "INSERT INTO customers (id, kind, locale, created_at) VALUES (%s, 'visitor', %s, %s)", (visitor.id, locale, now)
    )
    await tx.execute(
        "INSERT INTO visitor_secrets (hash, visitor_id, expires_at) VALUES (%s, %s, %s)",
        (secret_hash(secret), visitor.id, now + VISITOR_LIFETIME),
    )
    await vault.create_subject(tx, visitor.id)
    await _record(tx, vault, "people.customer_met", visitor, now, {"kind": "visitor"})
    return visitor, secret


async def visitor_from_secret(tx: Transaction, *, secret: str, now: datetime) -> Customer | None:
    """Return the visitor of a browser's secret, or None when it is unknown, expired, or was adopted since."""
    cursor = await tx.execute(
        f"SELECT {COLUMNS} FROM visitor_secrets JOIN customers ON customers.id = visitor_id"
        " WHERE hash = %s AND expires_at > %s AND adopted_by IS NULL AND erased_at IS NULL",
        (secret_hash(secret), now),
    )
    row = await cursor.fetchone()
    return customer_from_row(row) if row else None


async def adopt_visitor(
    tx: Transaction, vault: vaults.Vault, *, visitor_id: UUID, customer: Customer, now: datetime
) -> None:
    """Say that a visitor is this customer, once and for good: the visitor's secret and sessions end.

    The rooms that hold the visitor's history attach it on `people.visitor_adopted` (data: `visitor`). Raises Conflict when
    the visitor was adopted before or is no visitor.
    """
    if customer.kind is not CustomerKind.CUSTOMER:
        raise Conflict
    cursor = await tx.execute(
        "UPDATE customers SET adopted_by = %s WHERE id = %s AND kind = 'visitor' AND adopted_by IS NULL"
        " AND erased_at IS NULL",
        (customer.id, visitor_id),
    )
    if cursor.rowcount != 1:
        raise Conflict
    await tx.execute("DELETE FROM visitor_secrets WHERE visitor_id = %s", (visitor_id,))
    await tx.execute(
        "UPDATE widget_sessions SET ended_at = %s WHERE customer_id = %s AND ended_at IS NULL", (now, visitor_id)
    )
    await _record(tx, vault, "people.visitor_adopted", customer, now, {"visitor": str(visitor_id)})


async def give_contact(
    tx: Transaction, vault: vaults.Vault, *, visitor: Customer, name: str | None, email: str | None, now: datetime
) -> None:
    """Keep, sealed, the name and e-mail that a visitor gave for an answer. Raises Conflict for a customer.

    A customer's own come from the exchange alone. What a visitor says proves nothing about who they are.
    """
    if visitor.kind is not CustomerKind.VISITOR:
        raise Conflict
    profile = Profile(name=name, email=email)
    await tx.execute(
        "UPDATE customers SET profile = %s, profile_fingerprint = %s, email_fingerprint = %s"
        " WHERE id = %s AND erased_at IS NULL",
        (
            await _seal_profile(tx, vault, visitor.id, profile),
            _profile_fingerprint(vault, profile),
            _email_fingerprint(vault, email),
            visitor.id,
        ),
    )
    await _record(tx, vault, "people.contact_given", visitor, now, {})


async def customer(tx: Transaction, customer_id: UUID) -> Customer:
    """Return a customer by id. Raises NotFound."""
    row = await (await tx.execute(f"SELECT {COLUMNS} FROM customers WHERE id = %s", (customer_id,))).fetchone()
    if row is None:
        raise NotFound
    return customer_from_row(row)


async def customer_by_external_id(tx: Transaction, vault: vaults.Vault, *, external_id: str) -> Customer | None:
    """Return the customer whom the exchange knows by this id."""
    row = await _find(tx, vault.fingerprint("external_id", external_id))
    return customer_from_row(row) if row else None


async def customers(tx: Transaction, *, ids: list[UUID]) -> dict[UUID, Customer]:
    """Return customers by id; unknown ids are absent."""
    cursor = await tx.execute(f"SELECT {COLUMNS} FROM customers WHERE id = ANY(%s)", (ids,))
    return {row["id"]: customer_from_row(row) for row in await cursor.fetchall()}


async def profiles(tx: Transaction, vault: vaults.Vault, *, ids: list[UUID]) -> dict[UUID, Profile]:
    """Return the sealed profiles in clear, by customer; those without one, or erased, are absent.

    Whoever shows more than the name to an agent goes through `access` first.
    """
    cursor = await tx.execute("SELECT id, profile FROM customers WHERE id = ANY(%s) AND profile IS NOT NULL", (ids,))
    rows = await cursor.fetchall()
    await vault.subjects.load(tx, ((row["id"], vaults.CASE) for row in rows))
    return {row["id"]: await open_profile(tx, vault, row["id"], row["profile"]) for row in rows}


async def known(
    tx: Transaction, vault: vaults.Vault, *, ids: list[UUID]
) -> dict[UUID, tuple[Customer, Profile | None]]:
    """Return customers with their profiles in clear, as `customers` and `profiles` do, in one journey."""
    cursor = await tx.execute(f"SELECT {COLUMNS}, profile FROM customers WHERE id = ANY(%s)", (ids,))
    rows = await cursor.fetchall()
    sealed = [row for row in rows if row["profile"] is not None]
    await vault.subjects.load(tx, ((row["id"], vaults.CASE) for row in sealed))
    opened = {row["id"]: await open_profile(tx, vault, row["id"], row["profile"]) for row in sealed}
    return {row["id"]: (customer_from_row(row), opened.get(row["id"])) for row in rows}


async def profile(tx: Transaction, vault: vaults.Vault, *, customer_id: UUID) -> Profile:
    """Return one customer's profile; an empty one when nothing is known or it was erased."""
    return (await profiles(tx, vault, ids=[customer_id])).get(customer_id, Profile())


async def adopted_visitors(tx: Transaction, *, customer_id: UUID) -> list[UUID]:
    """Return the ids of the visitors whose history belongs to this customer."""
    cursor = await tx.execute("SELECT id FROM customers WHERE adopted_by = %s ORDER BY created_at", (customer_id,))
    return [row["id"] for row in await cursor.fetchall()]


async def forget_customer(tx: Transaction, *, customer_id: UUID, now: datetime) -> list[UUID]:
    """Delete what people keeps of a customer and of the visitors they were; return all their ids.

    The keys are shredded by `access`; the rows stay without anything that points at a person.
    """
    cursor = await tx.execute(
        "UPDATE customers SET external_fingerprint = NULL, email_fingerprint = NULL, profile = NULL,"
        " profile_fingerprint = NULL, zone = NULL, organisation_id = NULL, erased_at = coalesce(erased_at, %s)"
        " WHERE id = %s OR adopted_by = %s RETURNING id",
        (now, customer_id, customer_id),
    )
    ids = [row["id"] for row in await cursor.fetchall()]
    await tx.execute("DELETE FROM visitor_secrets WHERE visitor_id = ANY(%s)", (ids,))
    await tx.execute("DELETE FROM widget_sessions WHERE customer_id = ANY(%s)", (ids,))
    return ids


def _profile_of_claims(claims: Claims) -> Profile:
    return Profile(name=claims.name, email=claims.email, external_id=claims.external_id)


def _profile_fingerprint(vault: vaults.Vault, profile: Profile) -> bytes:
    return vault.fingerprint("profile", msgspec.json.encode(profile).decode())


def _email_fingerprint(vault: vaults.Vault, email: str | None) -> bytes | None:
    return vault.fingerprint("email", email) if email else None


async def _seal_profile(tx: Transaction, vault: vaults.Vault, customer_id: UUID, profile: Profile) -> bytes:
    return await vault.seal_bytes(
        tx, object_id=customer_id, subject_id=customer_id, purpose=PROFILE, data=msgspec.json.encode(profile)
    )


async def open_profile(tx: Transaction, vault: vaults.Vault, customer_id: UUID, sealed: bytes) -> Profile:
    data = await vault.open_bytes(tx, object_id=customer_id, subject_id=customer_id, purpose=PROFILE, sealed=sealed)
    return msgspec.json.decode(data, type=Profile)


async def _record(
    tx: Transaction,
    vault: vaults.Vault,
    kind: str,
    who: Customer,
    now: datetime,
    data: dict[str, str],
    by: Actor | None = None,
) -> None:
    await vaults.record(
        tx,
        vault,
        kind=kind,
        at=now,
        actor=by or who.actor,
        data=data,
        subject_id=who.id,
        customer_id=who.id,
    )


async def find_customers(tx: Transaction, vault: vaults.Vault, *, text: str, limit: int = FOUND_MAX) -> list[UUID]:
    """Return the customers whose e-mail address or account number at the exchange this is, the newest first.

    Compares keyed fingerprints: it finds what is typed whole, and nothing by a part of it. Whoever was adopted is found as
    who they turned out to be, too.
    """
    wanted = text.strip()
    if not wanted:
        return []
    cursor = await tx.execute(
        "SELECT id, adopted_by, created_at FROM customers WHERE external_fingerprint = %(external)s"
        " UNION SELECT id, adopted_by, created_at FROM customers WHERE email_fingerprint = %(email)s"
        " ORDER BY created_at DESC LIMIT %(limit)s",
        {
            "external": vault.fingerprint("external_id", wanted),
            "email": vault.fingerprint("email", wanted),
            "limit": min(limit, FOUND_MAX),
        },
    )
    ids = [id for row in await cursor.fetchall() for id in (row["id"], row["adopted_by"]) if id]
    return list(dict.fromkeys(ids))
