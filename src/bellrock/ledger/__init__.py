"""The Merkle logs over the journal: checkpoints, proofs, receipts, erasures that leave a fact, and the audit."""

from bellrock.ledger.audit import Projection, audit, audit_in
from bellrock.ledger.checkpoints import Kept, keep, newest, newest_outside, origin_of, run
from bellrock.ledger.erasure import (
    RECORD_SHREDDED,
    RECORDS_MAX,
    RECORDS_SHREDDED,
    SUBJECT_SHREDDED,
    shred_record,
    shred_records,
    shred_subject,
)
from bellrock.ledger.errors import LedgerDamaged, NothingToReceipt, ProofWrong, ReceiptUnreadable
from bellrock.ledger.findings import TEXTS, Finding, Report
from bellrock.ledger.log import catch_up, extend, prove_consistency, prove_inclusion, root_of, size_of
from bellrock.ledger.merkle import verify_consistency, verify_inclusion
from bellrock.ledger.notes import Checkpoint, open_note, parse_verifier_key, verifier_key
from bellrock.ledger.receipts import CLOSING, Checked, check_receipt, closing, closing_of, make_receipt
from bellrock.ledger.verify import read_outside, read_outside_now, verify

__all__ = [
    "CLOSING",
    "RECORDS_MAX",
    "RECORDS_SHREDDED",
    "RECORD_SHREDDED",
    "SUBJECT_SHREDDED",
    "TEXTS",
    "Checked",
    "Checkpoint",
    "Finding",
    "Kept",
    "LedgerDamaged",
    "NothingToReceipt",
    "Projection",
    "ProofWrong",
    "ReceiptUnreadable",
    "Report",
    "audit",
    "audit_in",
    "catch_up",
    "check_receipt",
    "closing",
    "closing_of",
    "extend",
    "keep",
    "make_receipt",
    "newest",
    "newest_outside",
    "open_note",
    "origin_of",
    "parse_verifier_key",
    "prove_consistency",
    "prove_inclusion",
    "read_outside",
    "read_outside_now",
    "root_of",
    "run",
    "shred_record",
    "shred_records",
    "shred_subject",
    "size_of",
    "verifier_key",
    "verify",
    "verify_consistency",
    "verify_inclusion",
]
