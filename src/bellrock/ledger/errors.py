"""What can go wrong with the record's proofs."""

from __future__ import annotations

from bellrock.core import BellrockError, Invalid


class ProofWrong(BellrockError):
    """A Merkle proof, a signature or a receipt does not hold."""

    code = "proof_wrong"
    status = 422
    text = "This proof does not hold: %(why)s"


class LedgerDamaged(BellrockError):
    """The stored tree does not fit its journal; the log is not extended until somebody looked."""

    code = "ledger_damaged"
    status = 500
    text = "The log %(log)s does not fit its journal. Run `bellrock ledger verify`."


class ReceiptUnreadable(Invalid):
    """The file is not a receipt of this format."""

    code = "receipt_unreadable"
    text = "This file is not a receipt: %(why)s"


class NothingToReceipt(Invalid):
    """The conversation has no closing record under a signed checkpoint yet."""

    code = "nothing_to_receipt"
    text = "There is no receipt yet: the conversation is not closed, or its checkpoint is still to be signed."
