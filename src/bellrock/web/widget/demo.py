"""Northwick, the demo exchange: customers that exist only where BELLROCK_DEMO is on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bellrock.house import House
from bellrock.people import TokenKey

DEMO_COOKIE = "demo_as"
_KEY_ID = "demo"
_TOKEN_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """Somebody invented. `id` stands in addresses."""

    id: str
    name: str
    email: str
    language: str
    external_id: str


CUSTOMERS: Mapping[str, DemoCustomer] = {
    customer.id: customer
    for customer in (
        DemoCustomer("elif", "Elif Kaya", "elif@customers.example", "en", "NW-100281"),
        DemoCustomer("yutong", "陈雨桐", "yutong@customers.example", "zh-Hans", "NW-100417"),
        DemoCustomer("noura", "نورة السالم", "noura@customers.example", "ar", "NW-100533"),
    )
}


def demo_keys(house: House) -> dict[str, TokenKey]:
    """Return the key that signs demo tokens; none where the demo is off, so that such a token opens nothing."""
    if not house.settings.demo:
        return {}
    return {_KEY_ID: TokenKey("HS256", _secret(house))}


def demo_token(house: House, customer: DemoCustomer, *, now: datetime) -> str:
    """Sign a customer token as the exchange's server would."""
    import jwt

    claims = {
        "sub": customer.external_id,
        "aud": "bellrock",
        "iat": int(now.timestamp()),
        "exp": int((now + _TOKEN_LIFETIME).timestamp()),
        "name": customer.name,
        "email": customer.email,
        "locale": customer.language,
    }
    return jwt.encode(claims, _secret(house), algorithm="HS256", headers={"kid": _KEY_ID})


def _secret(house: House) -> bytes:
    return house.vault.fingerprint("demo-token-key", "northwick")
