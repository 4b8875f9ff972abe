"""What an examination of the record found, in words for an operator and codes for a machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from bellrock.core.journal import Log

FINDINGS_MAX = 1_000

# Read by operators at a terminal, in English.
TEXTS = {
    "journal_gap": "The numbers of the journal do not run on without a gap.",
    "journal_short": "The journal has fewer facts than the log has leaves: facts were deleted, or an older state restored.",
    "sequencer_differs": "The sequencer's next number does not follow the journal.",
    "tile_differs": "A tile of the tree does not fit the journal.",
    "tile_missing": "A tile of the tree is missing.",
    "tile_stray": "There is a tile that the tree does not have.",
    "checkpoint_wrong": "A checkpoint is not what was signed.",
    "checkpoint_missing": "A checkpoint that was written outside is missing in the database.",
    "checkpoint_unknown": "A checkpoint in the database was never written outside.",
    "outside_wrong": "A checkpoint outside the database is not signed by this installation's key.",
    "outside_missing": "There are checkpoints in the database and none outside it.",
    "older_state": "A signed checkpoint has more leaves than the log: an older state was restored.",
    "root_differs": "The journal does not lead to the root that was signed.",
    "record_missing": "A fact has no record.",
    "record_tampered": "A record does not open: its words, salt, leaf, key or place were changed.",
    "record_differs": "A fact in the journal says something else than its record.",
    "record_keyless": "The key of a record's subject is gone, and no erasure says so.",
    "record_shredded": "A record was erased, and no fact says so.",
    "record_returned": "A record that was erased is back.",
    "record_stray": "A record belongs to no fact.",
    "leaf_differs": "A record's leaf is not the one in the journal.",
    "row_missing": "A row that a screen shows is missing.",
    "row_stray": "A row that a screen shows belongs to no fact.",
    "row_differs": "A row that a screen shows says something else than the record.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed. `where` names the log, table or column; `detail` never holds words."""

    code: str
    where: str
    number: int | None = None
    id: UUID | None = None
    detail: str = ""


@dataclass(slots=True)
class Report:
    """The outcome of `verify` or `audit`: how much was looked at, and what was found."""

    sizes: dict[Log, int] = field(default_factory=dict)
    checkpoints: int = 0
    outside: int = 0
    records: int = 0
    shredded: int = 0
    rows: int = 0
    findings: list[Finding] = field(default_factory=list)
    is_cut: bool = False

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def add(
        self, code: str, where: str, *, number: int | None = None, id: UUID | None = None, detail: str = ""
    ) -> None:
        """Keep a finding, `FINDINGS_MAX` at most; past that only the fact that there were more."""
        assert code in TEXTS
        if len(self.findings) >= FINDINGS_MAX:
            self.is_cut = True
            return
        self.findings.append(Finding(code, where, number, id, detail))
