"""The fault that a customer names in words decides which refused call is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bellrock.exchange import ApiFault
from bellrock.triage.playbooks.asking import Asked, Missing
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.faults import faults_in
from bellrock.triage.playbooks.looking import look
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_signatures import CALL
from tests.triage.playbooks.things import NOW, SIGNING


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("my api call returns signature invalid", ApiFault.SIGNATURE),
        ("API 서명 오류가 나요", ApiFault.SIGNATURE),
        ("chữ ký không hợp lệ", ApiFault.SIGNATURE),
        ("İmza geçersiz diyor", ApiFault.SIGNATURE),
        ("错误：签名不对", ApiFault.SIGNATURE),
        ("التوقيع غير صحيح", ApiFault.SIGNATURE),
        ("метка времени вне окна", ApiFault.TIMESTAMP),
        ("タイムスタンプのエラー", ApiFault.TIMESTAMP),
        ("trop de requêtes", ApiFault.RATE),
        ("mein Server ist nicht auf der Whitelist", ApiFault.ADDRESS),
        ("kein Recht: Berechtigung fehlt", ApiFault.PERMISSION),
    ],
)
def test_faults_are_named_in_many_languages(text: str, fault: ApiFault) -> None:
    assert faults_in(text) == {fault}


def test_the_last_line_that_names_one_counts() -> None:
    assert faults_in("signature invalid\nnow the timestamp is wrong\nhelp") == {ApiFault.TIMESTAMP}
    assert faults_in("confirm my order") == frozenset()


async def test_another_fault_than_the_one_named_is_not_told() -> None:
    late = replace(CALL, id="late", fault=ApiFault.TIMESTAMP, code="-1021", sent_at=NOW - timedelta(seconds=9))
    api = {"signing": SIGNING, "calls": (late,), "limits": ()}

    def asked(text: str) -> Asked:
        return Asked(exchange(api=api), {}, "nw-1", text, (), NOW)

    told = await look("call", asked("why is my call refused"))
    assert isinstance(told, Diagnosis)
    assert told.code == "api_clock"
    assert await look("call", asked("why is my signature refused")) == Missing("request")
