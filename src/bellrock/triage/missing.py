"""What a person who takes over would have to ask first: asked for beside the hand-over, so that it is there when they come."""

from __future__ import annotations

from bellrock.triage.cases import Case
from bellrock.triage.concluding import FOR_COLLEAGUES, Outcome
from bellrock.triage.decisions import HandOver, Why
from bellrock.triage.entities import EntityKind, entities
from bellrock.triage.handing_over import History
from bellrock.triage.playbooks.book import playbooks
from bellrock.triage.playbooks.requests import read_request
from bellrock.triage.questions import is_asked

_OF_TOPIC = frozenset({Why.SURE, Why.CHOSEN, Why.FOLLOWS})
_KINDS = {
    "order": EntityKind.ORDER,
    "txid": EntityKind.TXID,
    "txid_withdrawn": EntityKind.TXID,
    "error": EntityKind.ERROR,
    "wallet": EntityKind.ADDRESS,
    "country": EntityKind.COUNTRY,
}
_FIELDS = {
    "order": ("order_id",),
    "txid": ("txid",),
    "txid_withdrawn": ("txid", "withdrawal_id"),
    "error": ("error_code",),
    "request": ("endpoint",),
    "wallet": ("wallet",),
    "country": ("country",),
    "product": ("product",),
    "bank": ("bank_reference",),
}


def still_missing(outcome: Outcome, case: Case, said: History) -> str | None:
    """Return the first fact that the topic's playbook asks for and nobody has, by its code in `texts.ASKS`.

    None where the topic is not certain, money is at risk, something was found out already, or one was asked for just now.
    """
    decision, found = outcome.decision, outcome.diagnosis
    if not isinstance(decision, HandOver) or decision.is_protective or decision.topic is None:
        return None
    if not _OF_TOPIC & set(decision.reasons) or is_asked(case):
        return None
    if found is not None and found.code not in FOR_COLLEAGUES:
        return None
    # The other questions of a playbook are about an answer that did not fit: there was none.
    asks = [fact for fact in playbooks()[decision.topic].asks if fact in _FIELDS]
    return next((fact for fact in asks if not _is_known(fact, said)), None)


def _is_known(fact: str, said: History) -> bool:
    if any(said.fields.get(name, "").strip() for name in _FIELDS.get(fact, ())):
        return True
    if fact == "request":
        return any(read_request(text) is not None for text in said.words)
    kind = _KINDS.get(fact)
    return kind is not None and any(entity.kind is kind for text in said.words for entity in entities(text))
