"""Addresses and ids as they can be compared, and addresses that are made to be taken for others."""

from __future__ import annotations

from collections.abc import Sequence

from bellrock import chains
from bellrock.triage.playbooks.deposit_facts import OwnAddress

_HEAD = 4  # how many characters at each end wallets show of an address
_SLIPS_MAX = 2


def account_of(address: str) -> tuple[str, str | None]:
    """Return an address as it can be compared, and the tag inside it: X-addresses, capitals and prefixes do not matter."""
    reading = chains.identify(address)
    for candidate in reading.candidates[:1]:
        if candidate.account:
            return candidate.account, candidate.tag
        if candidate.form in ("cashaddr", "bech32", "bech32m", "evm", "eip55"):
            return reading.text.lower().removeprefix("bitcoincash:"), candidate.tag
    return address.strip(), None


def plain_id(text: str) -> str:
    """Return an id as it can be compared: hexadecimal ones without 0x and in small letters, all others as they are."""
    stripped = text.strip()
    digits = stripped.lower().removeprefix("0x")
    return digits if digits and not set(digits) - set("0123456789abcdef") else stripped


def is_hash(digits: str) -> bool:
    """Say whether a plain id is 64 hexadecimal digits, as most chains write them."""
    return len(digits) == 64 and not set(digits) - set("0123456789abcdef")


def txid_candidates(text: str, claimed: str | None) -> tuple[chains.Candidate, ...]:
    """Return what a transaction id can be, as it is written and without the harm of copying.

    A table puts it into capitals: every network that writes such digits stays open. Somebody adds a 0x: then it can be of the
    claimed network as well.
    """
    found = _txids(text)
    if is_hash(digits := plain_id(text)):
        has_0x = text.strip()[:2].lower() == "0x"
        found += [one for one in _txids(digits) if not has_0x or one.network.id == claimed]
    return tuple(found)


def _txids(text: str) -> list[chains.Candidate]:
    return [one for one in chains.identify(text).candidates if one.kind is chains.Kind.TXID]


def resembled(address: str, own: Sequence[OwnAddress]) -> str | None:
    """Return the customer's address that another one is easily taken for: the same ends, or one or two characters apart.

    Such addresses are made on purpose and put into histories of wallets, to be copied by mistake.
    """
    there = account_of(address)[0]
    for one in own:
        here = account_of(one.address)[0]
        if here == there or len(here) != len(there):
            continue
        head = _HEAD + (2 if here.startswith("0x") else 0)
        apart = sum(left != right for left, right in zip(here, there, strict=True))
        if apart <= _SLIPS_MAX or (here[:head], here[-_HEAD:]) == (there[:head], there[-_HEAD:]):
            return one.address
    return None
