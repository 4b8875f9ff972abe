"""Canonical JSON (RFC 8785): one way to write a value as bytes, so that a hash of it means something."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

import msgspec

from bellrock.vault.errors import NotCanonical

INTEGER_MAX = 2**53 - 1
DEPTH_MAX = 32
_SURROGATE = "text with a lone surrogate"

# For what `_is_plain` admits, this encoder writes the bytes of `_write`, in C.
_PLAIN = msgspec.json.Encoder(order="sorted")


def canonical(record: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 bytes of a record.

    A record has ASCII keys, strings, booleans, nulls and integers below 2^53, so that every implementation of the RFC,
    however small, writes the same bytes. Raises NotCanonical for anything else.
    """
    if type(record) is dict and _is_plain(record, 0):
        try:
            return _PLAIN.encode(record)
        except UnicodeEncodeError as error:
            raise NotCanonical(why=_SURROGATE) from error
    parts: list[str] = []
    _write(record, parts, strict=True, depth=0)
    return _utf8("".join(parts))


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 bytes of any JSON value, floats and keys of every script included."""
    parts: list[str] = []
    _write(value, parts, strict=False, depth=0)
    return _utf8("".join(parts))


def _is_plain(value: Any, depth: int) -> bool:
    """Whether a value is of dicts, lists, text, small integers, booleans and null themselves, with ASCII keys."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-INTEGER_MAX <= value <= INTEGER_MAX)
    if depth >= DEPTH_MAX:
        return False
    if kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii():
                return False
            if type(inner) is not str and not _is_plain(inner, depth + 1):
                return False
        return True
    if kind is list:
        return all(_is_plain(inner, depth + 1) for inner in value)
    return False


def _write(value: Any, parts: list[str], *, strict: bool, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise NotCanonical(why="it is nested too deeply")
    if isinstance(value, str):
        parts.append(_string(value))
    elif value is None or value is True or value is False:
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, int):
        parts.append(_integer(value, strict=strict))
    elif isinstance(value, Mapping):
        _write_object(value, parts, strict=strict, depth=depth)
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        _write_array(value, parts, strict=strict, depth=depth)
    elif isinstance(value, float) and not strict:
        parts.append(_number(value))
    else:
        raise NotCanonical(why=f"a value of type {type(value).__name__}")


def _write_object(value: Mapping[Any, Any], parts: list[str], *, strict: bool, depth: int) -> None:
    for key in value:
        if not isinstance(key, str) or (strict and not key.isascii()):
            raise NotCanonical(why="a key that is not ASCII text")
    # RFC 8785, 3.2.3: members are ordered by the UTF-16 code units of their names.
    keys = sorted(value) if strict else sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    separator = "{"
    for key in keys:
        parts.append(separator)
        parts.append(_string(key))
        parts.append(":")
        _write(value[key], parts, strict=strict, depth=depth + 1)
        separator = ","
    parts.append("}" if keys else "{}")


def _write_array(value: Sequence[Any], parts: list[str], *, strict: bool, depth: int) -> None:
    separator = "["
    for item in value:
        parts.append(separator)
        _write(item, parts, strict=strict, depth=depth + 1)
        separator = ","
    parts.append("]" if value else "[]")


def _string(value: str) -> str:
    # The standard library escapes exactly as RFC 8785, 3.2.2.2 asks: \b \t \n \f \r \" \\ and lower case \u00xx.
    return encode_basestring(value)


def _integer(value: int, *, strict: bool) -> str:
    if -INTEGER_MAX <= value <= INTEGER_MAX:
        return str(value)
    if strict:
        raise NotCanonical(why="an integer of 2^53 or more")
    return _number(float(value))


def _number(value: float) -> str:
    """Write a double as ECMAScript's Number.prototype.toString does (RFC 8785, 3.2.2.3)."""
    if not math.isfinite(value):
        raise NotCanonical(why="a number that is not finite")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The decimal point stands `point` places right of the first significant digit's left side.
    point = len(whole) + int(exponent or 0)
    if whole == "0":
        point = len(digits) - len(fraction) + int(exponent or 0)
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(why=_SURROGATE) from error
