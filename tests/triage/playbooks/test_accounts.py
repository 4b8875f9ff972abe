"""What is said of an account: identification in each of its states, sign-ins, countries, and which product is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bellrock.exchange import (
    Anomaly,
    Availability,
    Bonus,
    BonusState,
    Document,
    Identity,
    IdentityReason,
    IdentityState,
    Login,
    LoginOutcome,
    Offer,
    Product,
)
from bellrock.triage.playbooks.accounts import explain_identity, explain_login, explain_region
from bellrock.triage.playbooks.asking import Asked, Missing
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import look
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.things import NOW

IDENTITY = Identity("nw-1", 0, 1, IdentityState.NONE, (), (), "DE", None, None, None, None, NOW)
DAY = timedelta(days=1)
R, S = IdentityReason, IdentityState


@pytest.mark.parametrize(
    ("changes", "code", "settles", "says"),
    [
        ({"missing": (Document.SELFIE,)}, "kyc_missing", True, "selfie"),
        ({"state": S.STARTED, "missing": (Document.PROOF_OF_ADDRESS,)}, "kyc_missing", True, "proof of address"),
        ({"state": S.EXPIRED, "missing": (Document.IDENTITY_DOCUMENT,)}, "kyc_expired", True, "identity document"),
        ({"state": S.PENDING, "submitted_at": NOW - DAY, "due_at": NOW + DAY}, "kyc_pending", True, "23 Nov 2026"),
        ({"state": S.PENDING, "submitted_at": NOW - 2 * DAY, "due_at": NOW - DAY}, "kyc_late", False, "was due by"),
        ({"state": S.APPROVED, "level": 2}, "kyc_approved", True, "level 2"),
        ({"state": S.REJECTED, "reasons": (R.GLARE,), "attempts_left": 2}, "kyc_rejected", True, "left: 2"),
        ({"state": S.REJECTED, "reasons": (R.GLARE,), "attempts_left": 0}, "kyc_refused", False, "too bright"),
        ({"state": S.REJECTED, "reasons": (R.UNDER_AGE,), "attempts_left": 2}, "kyc_refused", False, "of age"),
        (
            {"state": S.REJECTED, "reasons": (R.GLARE, R.DUPLICATE), "attempts_left": 2},
            "kyc_duplicate",
            False,
            "another acc",
        ),
        ({"state": S.REJECTED, "reasons": (R.REGION,), "attempts_left": 2}, "kyc_refused", False, "country of the doc"),
    ],
)
def test_each_state_of_an_identification_is_said_plainly(
    changes: dict[str, object], code: str, settles: bool, says: str
) -> None:
    found = explain_identity(replace(IDENTITY, **changes))
    assert found is not None
    assert (found.code, found.settles) == (code, settles)
    assert says in answer(found, "en")


@pytest.mark.parametrize("reason", list(R))
def test_every_reason_is_told_but_those_that_never_are(reason: IdentityReason) -> None:
    rejected = replace(IDENTITY, state=S.REJECTED, reasons=(reason,), attempts_left=1)
    assert (explain_identity(rejected) is None) is (reason in (R.REFUSED, R.OTHER))
    assert explain_identity(replace(rejected, reasons=(reason, R.REFUSED))) is None


def test_a_sign_in_that_failed_is_told_as_one_and_never_hides_one_that_succeeded() -> None:
    tried = Login("l2", NOW, LoginOutcome.WRONG_CODE, "Chrome", "RO", None, None, (Anomaly.NEW_COUNTRY,))
    came_in = replace(tried, id="l1", at=NOW - DAY, outcome=LoginOutcome.OK)
    usual = replace(tried, id="l3", outcome=LoginOutcome.OK, anomalies=())
    assert explain_login((usual,), as_of=NOW) is None
    for logins, code in (((usual, tried), "login_tried"), ((tried, came_in), "login_seen")):
        found = explain_login(logins, as_of=NOW)
        assert found is not None
        assert found.code == code
        assert "Romania" in answer(found, "en")
    assert "did not get in" in answer(explain_login((tried,), as_of=NOW) or pytest.fail(), "en")


def test_where_no_account_is_offered_that_is_said() -> None:
    offers = (Offer(Product.ACCOUNT, True), Offer(Product.SPOT, True), Offer(Product.FUTURES, False))
    open_ = explain_region(Availability("NL", offers, NOW))
    assert open_ is not None
    assert "Not offered there: \u2068Futures\u2069" in answer(open_, "en")
    for closed in (
        (Offer(Product.ACCOUNT, False), *offers[1:]),
        tuple(replace(one, is_offered=False) for one in offers),
    ):
        found = explain_region(Availability("US", closed, NOW))
        assert found is not None
        assert answer(found, "en") == "In United States we cannot offer you an account."
    assert explain_region(Availability("XK", (), NOW)) is None


async def test_a_visitor_is_asked_for_the_country() -> None:
    nobody = Asked(exchange(identity={}), {}, None, "is it allowed where I live?", (), NOW)
    assert await look("region", nobody) == Missing("country")


@pytest.mark.parametrize("state", list(BonusState))
async def test_where_a_bonus_is_stands_in_the_reader_s_language(state: BonusState) -> None:
    bonus = Bonus("b-1", "voucher", "Hoş geldin", "USDT", Decimal(5), state, ("1",), (), NOW, None)
    found = await look("bonus", Asked(exchange(earn={"bonuses": (bonus,)}), {}, "nw-1", "", (), NOW))
    assert isinstance(found, Diagnosis)
    said = {language: answer(found, language) for language in ("en", "tr", "ja")}
    assert len(set(said.values())) == 3
    assert not [language for language in ("tr", "ja") if state.value in said[language]]
