"""The Merkle tree of RFC 9162 (RFC 6962): pure functions over hashes of 32 bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from bellrock.ledger.errors import ProofWrong

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = tuple[int, int]
"""(level, index) of a perfect subtree: it covers the leaves from index * 2**level, 2**level of them."""

Range = tuple[int, int]
"""Leaves from the first (included) to the second (excluded)."""


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of sibling hashes."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


class Frontier:
    """The right edge of a growing tree: the roots of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Add a leaf hash; return the perfect subtrees it completed, from the leaf upwards."""
        level, node = 0, leaf
        completed = [((0, self.size), node)]
        while self._roots and self._roots[-1][0] == level:
            node = node_hash(self._roots.pop()[1], node)
            level += 1
            completed.append(((level, self.size >> level), node))
        self._roots.append((level, node))
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        return fold([root for _, root in self._roots])


def fold(roots: Sequence[bytes]) -> bytes:
    """Return the root over adjoining perfect subtrees, largest first."""
    if not roots:
        return EMPTY_ROOT
    node = roots[-1]
    for left in reversed(roots[:-1]):
        node = node_hash(left, node)
    return node


def subtrees(leaves: Range) -> list[Node]:
    """Return the perfect subtrees that make up a range which starts a (sub)tree, largest first."""
    begin, end = leaves
    found: list[Node] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def inclusion_path(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes are the inclusion proof of a leaf (RFC 9162, 2.1.3.1), from the leaf upwards."""
    if not 0 <= index < size:
        raise ProofWrong(why="the leaf is not in the tree")
    path: list[Range] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_path(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that the tree of `new` leaves continues that of `old` (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ProofWrong(why="there is no consistency proof between these sizes")
    path: list[Range] = []
    begin, end = 0, new
    whole = True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
            whole = False
    if not whole:
        path.append((begin, end))
    return path[::-1]


def prove(path: Sequence[Range], hash_of: Callable[[Node], bytes]) -> list[bytes]:
    """Return the hashes of a path, given the hash of each perfect subtree."""
    return [fold([hash_of(node) for node in subtrees(leaves)]) for leaves in path]


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf hash stands at `index` of the tree (RFC 9162, 2.1.3.2). Raises ProofWrong."""
    if not 0 <= index < size:
        raise ProofWrong(why="the leaf is not in the tree")
    _check_hashes(leaf, root, *proof)
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofWrong(why="the proof is too long")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofWrong(why="the proof is too short")
    if result != root:
        raise ProofWrong(why="the leaf does not lead to the root")


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that one tree continues the other (RFC 9162, 2.1.4.2). Raises ProofWrong, always for an old size of 0."""
    if not 0 < old <= new:
        raise ProofWrong(why="there is no consistency proof between these sizes")
    if old == new:
        if proof or old_root != new_root:
            raise ProofWrong(why="trees of the same size differ")
        return
    _check_hashes(old_root, new_root, *proof)
    if not proof:
        raise ProofWrong(why="the proof is too short")
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node >>= 1
        last >>= 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofWrong(why="the proof is too long")
        if node & 1 or node == last:
            first = node_hash(sibling, first)
            second = node_hash(sibling, second)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            second = node_hash(second, sibling)
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofWrong(why="the proof is too short")
    if first != old_root or second != new_root:
        raise ProofWrong(why="the trees do not continue one another")


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if any(len(item) != HASH_BYTES for item in hashes):
        raise ProofWrong(why="a hash is not 32 bytes long")
