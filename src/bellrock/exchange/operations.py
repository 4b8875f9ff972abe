"""The contract: which question of the port is which request. Adapter, reference exchange and conformance kit follow it."""

from __future__ import annotations

import inspect
import re
import types
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, get_args, get_type_hints

import msgspec

from bellrock.exchange import port
from bellrock.exchange.errors import ExchangeInvalid
from bellrock.exchange.facts import Ability, Id, Instant, Text
from bellrock.exchange.protection import Approver, Measure

VERSION = "1"
PREFIX = "/support/v1"
TEXT_MAX = 512
_BRACES = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation; `kind` is str, bool, int, datetime or an enumeration."""

    name: str
    kind: type
    is_required: bool
    is_in_path: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One question of the port as a request. Only `take` is no GET."""

    part: Ability
    name: str
    path: str
    says: str
    parameters: tuple[Parameter, ...]
    answer: Any

    @property
    def is_read(self) -> bool:
        return self.name != "take"

    @property
    def names_account(self) -> bool:
        return self.path.startswith("/accounts/")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a service says of itself at the root of the contract."""

    name: Text
    version: Text
    can: tuple[Ability, ...]
    measures: tuple[Measure, ...]
    as_of: Instant


@dataclass(frozen=True, slots=True)
class Taking:
    """The body of the request that takes a measure; its idempotency key is in the header `Idempotency-Key`."""

    measure: Measure
    reason: Text
    approver: Approver
    target: Id | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """The body of a refusal. `detail` is for whoever runs the service, and is never shown to a customer."""

    code: Text
    detail: Text = ""


# Part, then question and path. Parameters in braces stand in the path, all others of the port's method in the query.
_PATHS = """
account profile /accounts/{account}
account security /accounts/{account}/security
account logins /accounts/{account}/logins
account sessions /accounts/{account}/sessions
account holds /accounts/{account}/holds
api keys /accounts/{account}/api-keys
api calls /accounts/{account}/api-calls
api signing /api/signing
api limits /api/limits
funds balances /accounts/{account}/balances
funds deposits /accounts/{account}/deposits
funds withdrawals /accounts/{account}/withdrawals
funds addresses /accounts/{account}/addresses
funds payments /accounts/{account}/payments
networks rules /networks
networks recovery /networks/{network}/recovery/{asset}
networks whose /accounts/{account}/whose
networks sighted /accounts/{account}/sighted
trading orders /accounts/{account}/orders
trading order /accounts/{account}/orders/{order_id}
trading trades /accounts/{account}/trades
trading fees /accounts/{account}/fees
market markets /markets
market book /markets/{symbol}/book
market prices /markets/{symbol}/prices
market fee_schedule /fees
derivatives margin /accounts/{account}/margin
derivatives path /accounts/{account}/positions/{position_id}/path
derivatives liquidations /accounts/{account}/liquidations
derivatives funding /accounts/{account}/funding
derivatives settlements /accounts/{account}/settlements
contracts contracts /contracts
contracts brackets /contracts/{symbol}/brackets
contracts rates /contracts/{symbol}/rates
earn products /earn/products
earn subscriptions /accounts/{account}/subscriptions
earn redemptions /accounts/{account}/redemptions
earn rewards /accounts/{account}/subscriptions/{subscription_id}/rewards
earn bonuses /accounts/{account}/bonuses
identity identity /accounts/{account}/identity
identity levels /countries/{country}/levels
identity availability /countries/{country}/availability
protection take /accounts/{account}/measures
protection taken /accounts/{account}/measures
"""


def _operation(part: str, name: str, path: str) -> Operation:
    protocol = getattr(port, f"{part.title()}Part")
    method = getattr(protocol, name)
    hints = get_type_hints(method)
    answer = hints.pop("return")
    in_path = set(_BRACES.findall(path))
    parameters = tuple(
        Parameter(one.name, _kind(hints[one.name]), one.default is inspect.Parameter.empty, one.name in in_path)
        for one in inspect.signature(method).parameters.values()
        if one.name != "self"
    )
    says = inspect.getdoc(method) or f"{protocol.__doc__.split('.')[0].split(': ')[0]}: {name.replace('_', ' ')}."
    return Operation(Ability(part), name, path, says.split("\n\n")[0], parameters, answer)


def _kind(hint: Any) -> type:
    """Return the type of a parameter that may also be None."""
    options = [one for one in get_args(hint) if one is not type(None)] if isinstance(hint, types.UnionType) else [hint]
    assert len(options) == 1
    assert isinstance(options[0], type)
    return options[0]


OPERATIONS = tuple(_operation(*row.split()) for row in _PATHS.strip().split("\n"))


def operation(part: Ability, name: str) -> Operation:
    """Return an operation. Raises KeyError."""
    for one in OPERATIONS:
        if one.part is part and one.name == name:
            return one
    raise KeyError(name)


def to_text(value: Any) -> str:
    """Return a parameter's value as it stands in a path or query. Raises ExchangeInvalid for an instant without offset."""
    match value:
        case datetime():
            if value.tzinfo is None:
                raise ExchangeInvalid
            return value.isoformat()
        case Enum():
            return str(value.value)
        case bool():
            return "true" if value else "false"
    return str(value)


def from_text(text: str, kind: type) -> Any:
    """Return a parameter's value. Raises ExchangeInvalid."""
    if len(text) > TEXT_MAX or not text.isprintable() or not text:
        raise ExchangeInvalid
    if kind is str:
        return text
    try:
        value: Any = msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ExchangeInvalid from error
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ExchangeInvalid
    return value
