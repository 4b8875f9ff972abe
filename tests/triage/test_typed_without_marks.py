"""Messages typed without the marks of their letters, as many do in Vietnamese, Polish and Turkish."""

from __future__ import annotations

import pytest

from bellrock.app import build_embedder
from bellrock.triage import model, training
from bellrock.triage.corpus import Example
from bellrock.triage.trying import attempt

PLAIN = [
    ("login_failed", "toi quen mat khau, khong dang nhap duoc nua"),
    ("deposit_not_credited", "nap usdt tu sang den gio chua thay vao tai khoan"),
    ("withdrawal_pending", "lenh rut btc cua toi dang xu ly ca ngay roi chua xong"),
    ("kyc_pending", "xac minh danh tinh gui 5 ngay roi van cho duyet"),
    ("two_factor_lost", "mat dien thoai roi nen khong co ma xac thuc google nua"),
    ("trading_fee", "phi giao dich spot tinh the nao vay"),
    ("network_fee", "rut usdt qua mang trc20 mat phi bao nhieu"),
    ("api_key", "tao api key chi doc thi lam o dau"),
    ("earn_yield", "lai goi tiet kiem tinh theo ngay hay theo thang"),
    ("talk_to_human", "cho toi gap nhan vien"),
]


@pytest.mark.parametrize(
    ("typed", "bare"),
    [("rút tiền về ví điện tử", "rut tien ve vi dien tu"), ("żółw łąka", "zolw laka"), ("ışık", "isik")],
)
def test_marks_fall_off(typed: str, bare: str) -> None:
    assert training.without_marks(typed) == bare


def test_what_is_learnt_and_held_back_without_marks() -> None:
    learnt = training.unmarked([Example("rút tiền", "x", "vi"), Example("rut", "x", "vi"), Example("été", "x", "fr")])
    assert learnt == [Example("rut tien", "x", "vi")]
    held_back = [Example(f"tiền {number}", "x", "vi") for number in range(4)]
    assert [each.text for each in training.half_unmarked(held_back)] == ["tien 0", "tiền 1", "tien 2", "tiền 3"]


def test_vietnamese_without_marks_is_understood() -> None:
    head, embedder = model.load(), build_embedder()
    wrong = [text for topic, text in PLAIN if attempt(head, embedder, text, locale="vi")["intent"] != topic]
    assert len(wrong) <= 2, wrong
