"""The checksums that addresses use and the standard library does not have: Keccak-256, CRC-16/XMODEM, SHA-256 twice."""

from __future__ import annotations

import hashlib
from functools import lru_cache

_MASK = (1 << 64) - 1
_RATE = 136
_ROUND = (
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
    0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
    0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
    0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
)  # fmt: skip
# The order in which rho and pi visit the lanes, and by how much each is turned.
_LANES = (10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1)
_TURNS = (1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44)


@lru_cache(maxsize=4096)
def keccak256(data: bytes) -> bytes:
    """Return the Keccak-256 of some bytes: SHA-3 before its padding was changed, as Ethereum, Monero and Waves use it.

    `hashlib` has SHA-3 alone, and the packages that have Keccak bring whole crypto libraries. The published vectors and
    EIP-55's own examples are its tests; it runs in about half a millisecond a block.
    """
    padded = bytearray(data)
    padded.append(1)
    padded += bytes(-len(padded) % _RATE)
    padded[-1] |= 0x80
    state = [0] * 25
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            at = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[at : at + 8], "little")
        _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permute(state: list[int]) -> None:
    for constant in _ROUND:
        column = [state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20] for x in range(5)]
        for x in range(5):
            turned = column[(x + 1) % 5]
            mixed = column[(x + 4) % 5] ^ (((turned << 1) | (turned >> 63)) & _MASK)
            for y in range(0, 25, 5):
                state[x + y] ^= mixed
        carried = state[1]
        for lane, turn in zip(_LANES, _TURNS, strict=True):
            state[lane], carried = ((carried << turn) | (carried >> (64 - turn))) & _MASK, state[lane]
        for y in range(0, 25, 5):
            row = state[y : y + 5]
            for x in range(5):
                state[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        state[0] ^= constant


def sha256d(data: bytes) -> bytes:
    """Return SHA-256 of SHA-256, the checksum of Bitcoin's relatives."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def blake2b(data: bytes, size: int) -> bytes:
    """Return BLAKE2b of `size` bytes."""
    return hashlib.blake2b(data, digest_size=size).digest()


def crc16(data: bytes) -> int:
    """Return CRC-16/XMODEM (polynomial 0x1021, start 0), as Stellar and TON use it."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc
