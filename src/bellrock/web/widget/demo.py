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
        # One for each other language, with the account and the worry that docs/exchange.md tells of.
        DemoCustomer("deniz", "Deniz Aydın", "deniz@customers.example", "tr", "NW-100602"),
        DemoCustomer("seoyeon", "김서연", "seoyeon@customers.example", "ko", "NW-100618"),
        DemoCustomer("hina", "佐藤陽菜", "hina@customers.example", "ja", "NW-100655"),
        DemoCustomer("marina", "Marina Alves", "marina@customers.example", "pt", "NW-100671"),
        DemoCustomer("jiaying", "林佳穎", "jiaying@customers.example", "zh-Hant", "NW-100689"),
        DemoCustomer("lucia", "Lucía Romero", "lucia@customers.example", "es", "NW-100704"),
        DemoCustomer("camille", "Camille Moreau", "camille@customers.example", "fr", "NW-100719"),
        DemoCustomer("timur", "Тимур Соколов", "timur@customers.example", "ru", "NW-100733"),
        DemoCustomer("jonas", "Jonas Weber", "jonas@customers.example", "de", "NW-100748"),
        DemoCustomer("minhanh", "Nguyễn Minh Anh", "minhanh@customers.example", "vi", "NW-100752"),
        DemoCustomer("giulia", "Giulia Conti", "giulia@customers.example", "it", "NW-100766"),
        DemoCustomer("zofia", "Zofia Kowalska", "zofia@customers.example", "pl", "NW-100781"),
        DemoCustomer("rizky", "Rizky Pratama", "rizky@customers.example", "id", "NW-100797"),
        DemoCustomer("sanne", "Sanne de Vries", "sanne@customers.example", "nl", "NW-100803"),
        DemoCustomer("olena", "Олена Бондар", "olena@customers.example", "uk", "NW-100818"),
    )
}


def demo_keys(house: House) -> dict[str, TokenKey]:
    """Return the key that signs demo tokens; none where the demo is off, so that such a token opens nothing."""
    if not house.settings.demo:
        return {}
    return {_KEY_ID: TokenKey("HS256", _secret(house))}


def demo_token(house: House, customer: DemoCustomer, *, now: datetime, is_proven: bool = False) -> str:
    """Sign a customer token as the exchange's server would; `is_proven` right after their authenticator."""
    import jwt

    claims: dict[str, object] = {
        "sub": customer.external_id,
        "aud": "bellrock",
        "iat": int(now.timestamp()),
        "exp": int((now + _TOKEN_LIFETIME).timestamp()),
        "name": customer.name,
        "email": customer.email,
        "locale": customer.language,
    }
    if is_proven:
        claims |= {"amr": ["pwd", "otp"], "auth_time": int(now.timestamp())}
    return jwt.encode(claims, _secret(house), algorithm="HS256", headers={"kid": _KEY_ID})


def _secret(house: House) -> bytes:
    return house.vault.fingerprint("demo-token-key", "northwick")
