"""The benches of the record, in a size for every run: one edit of each kind, one erasure."""

from __future__ import annotations

from pathlib import Path

from bellrock.bench import audit


def test_an_edit_of_every_kind_is_found(tmp_path: Path) -> None:
    (figure,) = audit.measure(tmp_path, edits=len(audit.KINDS), seed=7)
    assert figure.holds, figure.note
