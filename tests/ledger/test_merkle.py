"""The Merkle tree: the published proofs hold, the wrong ones do not, and any size works."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.ledger import ProofWrong, merkle

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "merkle"
NONE_HERE = pytest.mark.skipif(not VECTORS.exists(), reason="the public Merkle vectors are not here")


def vectors(kind: str) -> list[Any]:
    paths = sorted((VECTORS / kind).rglob("*.json"))
    cases = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in paths]
    return [pytest.param(case, id=f"{path.parent.name}/{path.stem}") for path, case in cases]


def holds(kind: str, case: dict[str, Any]) -> bool:
    proof = [_bytes(item) for item in case["proof"] or []]
    try:
        if kind == "inclusion":
            merkle.verify_inclusion(
                leaf=_bytes(case["leafHash"]),
                index=case["leafIdx"],
                size=case["treeSize"],
                root=_bytes(case["root"]),
                proof=proof,
            )
        else:
            merkle.verify_consistency(
                old=case["size1"],
                new=case["size2"],
                old_root=_bytes(case["root1"]),
                new_root=_bytes(case["root2"]),
                proof=proof,
            )
    except ProofWrong:
        return False
    return True


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@NONE_HERE
@pytest.mark.parametrize("case", vectors("inclusion"))
def test_judges_inclusion_as_published(case: dict[str, Any]) -> None:
    assert holds("inclusion", case) is not case["wantErr"]


@NONE_HERE
@pytest.mark.parametrize("case", vectors("consistency"))
def test_judges_consistency_as_published(case: dict[str, Any]) -> None:
    assert holds("consistency", case) is not case["wantErr"]


@NONE_HERE
def test_all_published_vectors_are_there() -> None:
    assert (len(vectors("inclusion")), len(vectors("consistency"))) == (98, 98)


def test_refuses_a_consistency_proof_from_nothing() -> None:
    with pytest.raises(ProofWrong):
        merkle.verify_consistency(old=0, new=1, old_root=merkle.EMPTY_ROOT, new_root=bytes(32), proof=[])


def root_by_definition(hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else merkle.EMPTY_ROOT
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return merkle.node_hash(root_by_definition(hashes[:half]), root_by_definition(hashes[half:]))


def grow(size: int) -> tuple[list[bytes], merkle.Frontier, dict[merkle.Node, bytes]]:
    leaves = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    frontier, nodes = merkle.Frontier(), {}
    for leaf in leaves:
        nodes.update(frontier.append(leaf))
    return leaves, frontier, nodes


@given(size=st.integers(0, 300))
def test_the_frontier_has_the_root_of_the_definition(size: int) -> None:
    leaves, frontier, _ = grow(size)
    assert frontier.root() == root_by_definition(leaves)


@given(data=st.data(), size=st.integers(1, 300))
def test_every_leaf_is_proved_and_no_other_passes(data: st.DataObject, size: int) -> None:
    leaves, frontier, nodes = grow(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.prove(merkle.inclusion_path(index, size), nodes.__getitem__)
    given_proof = {"leaf": leaves[index], "index": index, "size": size, "root": frontier.root(), "proof": proof}
    merkle.verify_inclusion(**given_proof)
    wrong = data.draw(
        st.sampled_from(
            [
                {"leaf": merkle.leaf_hash(b"other")},
                {"root": merkle.leaf_hash(b"other")},
                {"index": size},
                {"index": -1},
                {"proof": [*proof, bytes(32)]},
                *([{"proof": proof[:-1]}, {"proof": [b"short", *proof[1:]]}] if proof else []),
            ]
        )
    )
    with pytest.raises(ProofWrong):
        merkle.verify_inclusion(**{**given_proof, **wrong})


@given(data=st.data(), new=st.integers(2, 300))
def test_a_tree_continues_each_of_its_beginnings_and_no_other(data: st.DataObject, new: int) -> None:
    leaves, frontier, nodes = grow(new)
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.prove(merkle.consistency_path(old, new), nodes.__getitem__)
    given_proof = {
        "old": old,
        "new": new,
        "old_root": root_by_definition(leaves[:old]),
        "new_root": frontier.root(),
        "proof": proof,
    }
    merkle.verify_consistency(**given_proof)
    changed = [merkle.leaf_hash(b"changed"), *leaves[1:]]
    for wrong in (
        {"old_root": root_by_definition(changed[:old])},
        {"new_root": root_by_definition(changed)},
        {"proof": [*proof, bytes(32)]},
        {"proof": proof[:-1]},
    ):
        with pytest.raises(ProofWrong):
            merkle.verify_consistency(**{**given_proof, **wrong})
