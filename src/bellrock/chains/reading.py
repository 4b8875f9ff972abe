"""Reading texts: every form is asked, and everything that fits is kept. One network is never claimed where several fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bellrock.chains import forms_accounts, forms_bitcoin, forms_others, forms_smaller, txids
from bellrock.chains.lookalikes import LATIN, WIDE
from bellrock.chains.models import Candidate, Kind, Match, Miss, NearMiss, Network, Reading, Why
from bellrock.chains.names import linked
from bellrock.chains.networks import NETWORKS

TEXT_MAX = 1_200
MESSAGE_MAX = 20_000
READINGS_MAX = 12
_FORMS: tuple[Callable[[str], Iterator[Match | Miss]], ...] = (
    forms_bitcoin.read_base58check,
    forms_bitcoin.read_segwit,
    forms_bitcoin.read_cashaddr,
    forms_bitcoin.read_invoice,
    forms_accounts.read_evm,
    txids.read_hex,
    forms_accounts.read_long_hex,
    forms_accounts.read_xrpl,
    forms_accounts.read_stellar,
    forms_accounts.read_algorand,
    forms_accounts.read_ton,
    forms_accounts.read_32_bytes,
    forms_accounts.read_near,
    forms_accounts.read_icp,
    forms_others.read_bech32,
    forms_others.read_cardano,
    forms_others.read_ss58,
    forms_others.read_monero,
    forms_others.read_tezos,
    forms_smaller.read_filecoin,
    forms_smaller.read_filecoin_delegated,
    forms_smaller.read_stacks,
    forms_smaller.read_nano,
    forms_smaller.read_hedera,
    forms_smaller.read_waves,
    forms_smaller.read_nuls,
    forms_smaller.read_icon,
    forms_smaller.read_antelope,
    txids.read_signature,
    txids.read_base64,
    txids.read_base32,
)
# Pieces of a message: what stands between blanks and signs of other scripts; then what stands between the signs of a web address.
_CHUNK = re.compile(r"[!-~]{5,2000}")
_AROUND = "\"'`*<>()[]{}.,;:!?|~#"
_CUTS = re.compile(r"(?:[/?&#,;:()<>\[\]{}\"'|@!*`]|=(?=[\w+-]))+")  # at the end, = belongs to base64
_EDGES = "_-="  # what is written around an id, and what base64 may end with
# Blanks and marks of no width and of direction, which come along with what is copied from pages and chats.
_UNSEEN = dict.fromkeys([0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
_HAS_UNSEEN = re.compile("[" + "".join(map(chr, _UNSEEN)) + "]")
_IMITATED_MIN = 24
# In a message, words and version numbers look like these names; there they count only with more behind them.
_WORDLIKE = frozenset({"name", "hedera"})
_CLEAR_NAME = re.compile(r"[a-z0-9._-]+\.near|0\.0\.\d{4,}(-[a-z]{5}|[-@]\d{9,10}[-.]\d{9})?")


def identify(text: str) -> Reading:
    """Return what one piece of text can be: an address or transaction id of some networks, or nearly one. Never raises.

    Blanks around it, signs that cannot be seen, wide letters and a scheme such as `ethereum:` or `bitcoin:` in front do no harm.
    Letters of other scripts that look like Latin ones are told as what is wrong. The most used networks come first.
    """
    stripped = text[: 2 * TEXT_MAX].translate(_UNSEEN).translate(WIDE).strip()
    if not 3 <= len(stripped) <= TEXT_MAX:
        return Reading(stripped[:TEXT_MAX], 0, (), ())
    if not stripped.isascii():
        return _imitating(stripped, identify(latin) if (latin := stripped.translate(LATIN)).isascii() else None)
    reading = _read(stripped, 0)
    scheme, colon, rest = stripped.partition(":")
    if not reading.candidates and colon and scheme.isalpha():
        address = rest.removeprefix("//")
        for inner in (_read(address, 0), _read(address.partition("?")[0], 0)):
            if inner.candidates:
                return inner
    return reading


def find(message: str) -> tuple[Reading, ...]:
    """Return what a message holds, in its order, each once, at most 12: addresses, transaction ids and near misses of them.

    Links to explorers are taken apart, and say which network comes first. Signs that cannot be seen, as copying leaves
    them inside, are left out. Names that could be words (`binancecleos`) are found by `identify` alone.
    """
    message = message[:MESSAGE_MAX].translate(WIDE)
    found = _found_in(message)
    if _HAS_UNSEEN.search(message):
        found = _joined(found, message)
    latin = message.translate(LATIN)
    if latin != message:
        for reading in _found_in(latin):
            written = message[reading.start : reading.start + len(reading.text)]
            if len(written) >= _IMITATED_MIN and not written.isascii() and reading.candidates:
                found = [one for one in found if one.text not in reading.text]
                found.append(_imitating(written, reading))
    return tuple(sorted(found, key=lambda one: one.start)[:READINGS_MAX])


def _joined(found: list[Reading], message: str) -> list[Reading]:
    """Add what is found once the signs that cannot be seen are out; pieces of it are no findings of their own."""
    places = [place for place, sign in enumerate(message) if ord(sign) not in _UNSEEN]
    for reading in _found_in(message.translate(_UNSEEN)):
        if reading.candidates and all(reading.text != one.text for one in found):
            found = [one for one in found if one.text not in reading.text]
            found.append(replace(reading, start=places[reading.start]))
    return found


def _imitating(written: str, meant: Reading | None) -> Reading:
    """Return what looks like an address or id, and is none: some of its letters are of another script."""
    near = {one.form: one for one in meant.candidates[::-1]} if meant else {}
    misses = tuple(NearMiss(form, (one.network,), Why.SIGN) for form, one in near.items())
    return Reading(written, meant.start if meant else 0, (), misses)


def _found_in(message: str) -> list[Reading]:
    found: list[Reading] = []
    looked_at: set[str] = set()
    for chunk in _CHUNK.finditer(message):
        if chunk[0] in looked_at:
            continue
        looked_at.add(chunk[0])
        for reading in _in_chunk(chunk[0], chunk.start()):
            if all(reading.text != known.text for known in found):
                found.append(_beside(linked(chunk[0]), reading))
        if len(found) >= READINGS_MAX:
            break
    return found[:READINGS_MAX]


def _beside(network: Network | None, reading: Reading) -> Reading:
    """Put the network of a link first, if it is among the candidates."""
    if network is None or network.id not in reading.networks:
        return reading
    ordered = sorted(reading.candidates, key=lambda one: one.network.id != network.id)
    return replace(reading, candidates=tuple(ordered), link=network)


def _in_chunk(chunk: str, start: int) -> Iterator[Reading]:
    whole = chunk.strip(_AROUND)
    at = start + chunk.find(whole) if whole else start
    reading = _read_in_message(whole, at)
    if reading.candidates:
        yield reading
        return
    near: list[Reading] = [reading] if reading.near else []
    for tagged in forms_accounts.XRPL_TAGGED.finditer(whole):
        part = _read(tagged[0], at + tagged.start())
        if part.candidates:
            near = []
            yield part
            whole = whole[: tagged.start()] + "," * len(tagged[0]) + whole[tagged.end() :]
    place = 0
    pieces = [piece for piece in _CUTS.split(whole) if piece]
    for piece in pieces if pieces != [whole.strip(_EDGES)] else []:
        place = whole.find(piece, place)
        part = _read_piece(piece.strip(_AROUND), at + place)
        place += len(piece)
        if part.candidates:
            near = []
            yield part
        elif part.near:
            near.append(part)
    yield from near


def _read_piece(text: str, start: int) -> Reading:
    """Read a piece of a chunk; what is no address or id with the dashes and lines at its ends is read without them."""
    reading, bare = _read_in_message(text, start), text.strip(_EDGES)
    if reading.candidates or bare == text:
        return reading
    inside = _read_in_message(bare, start + text.find(bare))
    return inside if inside.candidates else reading


def _read_in_message(text: str, start: int) -> Reading:
    if not 5 <= len(text) <= TEXT_MAX:
        return Reading(text, start, (), ())
    reading = _read(text, start)
    if not reading.candidates or _CLEAR_NAME.fullmatch(text):
        return reading
    return Reading(text, start, tuple(one for one in reading.candidates if one.form not in _WORDLIKE), reading.near)


def _read(text: str, start: int) -> Reading:
    candidates: list[Candidate] = []
    misses: list[NearMiss] = []
    for form in _FORMS:
        for found in form(text):
            if isinstance(found, Miss):
                networks = tuple(NETWORKS[name] for name in found.networks)
                misses.append(NearMiss(found.form, networks, found.why, found.slip))
            else:
                candidates += _candidates(found)
    unique = {(one.kind, one.network.id): one for one in reversed(candidates)}
    # A checksum that is right leaves no doubt about the form; what fits without one comes behind it.
    ordered = sorted(unique.values(), key=lambda one: (not one.checked, one.network.rank, one.kind is Kind.ADDRESS))
    return Reading(text, start, tuple(ordered), () if ordered else tuple(misses))


def _candidates(found: Match) -> list[Candidate]:
    return [
        Candidate(found.kind, NETWORKS[name], found.form, found.checked, found.notes, found.tag, found.account)
        for name in found.networks
    ]
