"""How answers go over the wire: JSON in UTF-8, money as plain decimal strings, instants with their offset, no fractions."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

import msgspec

from bellrock.exchange.errors import ExchangeMixedUp

T = TypeVar("T")
_DIGITS_MAX = 60


def encode(answer: Any) -> bytes:
    """Return the JSON of an answer."""
    plain = msgspec.to_builtins(answer, builtin_types=(Decimal,))
    return json.dumps(plain, default=_decimal, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def decode(raw: bytes, shape: type[T]) -> T:
    """Return an answer in its shape. Raises ExchangeMixedUp; fields that are not of the contract are left aside."""
    try:
        found = json.loads(raw, parse_float=_no_fraction, parse_constant=_no_fraction)
        answer = msgspec.convert(found, shape, strict=True)
        _check_money(answer, found)
        return answer
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise ExchangeMixedUp from error


def _decimal(value: Any) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{value!r} has no place on the wire")
    return format(value, "f")


def _no_fraction(text: str) -> NoReturn:
    """Money is never a JSON number: it would have lost digits before anybody saw it."""
    raise ValueError(text[:_DIGITS_MAX])


def _check_money(value: Any, written: Any) -> None:
    """Raise ValueError for amounts that are no strings, or no amounts: NaN, infinity, thousands of digits or of zeros."""
    if isinstance(value, Decimal):
        if not isinstance(written, str):
            raise ValueError("money is a string")
        if not value.is_finite() or abs(value.adjusted()) > _DIGITS_MAX or len(value.as_tuple().digits) > _DIGITS_MAX:
            raise ValueError("no amount")
    elif isinstance(value, tuple):
        for item, one in zip(value, written, strict=True):
            _check_money(item, one)
    elif is_dataclass(value):
        for field in fields(value):
            _check_money(getattr(value, field.name), written.get(field.name))
