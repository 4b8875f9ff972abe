"""The language to answer in: a program that was pasted has none."""

from __future__ import annotations

import pytest

from bellrock.triage.languages import language_of

PYTHON = (
    "```\nparams = {'quantity': '0.01', 'symbol': 'BTC-USDT', 'side': 'BUY', 'type': 'MARKET'}\n"
    "sign = hmac.new(b'⟦api⟧', q, hashlib.sha256)\nrequests.post('https://api.northwick.example/api/v3/order', params=params)\n```"
)
CURL = "curl -X POST 'https://api.northwick.example/api/v3/order?symbol=BTC-USDT&side=BUY' -H 'NW-TIMESTAMP: 1795338000000'"


@pytest.mark.parametrize("code", [PYTHON, PYTHON.strip("`"), CURL, "GET /api/v3/openOrders?symbol=BTCUSDT&timestamp=1"])
@pytest.mark.parametrize("prior", ["ko", "tr", "ar", "en"])
def test_a_program_leaves_the_language_as_it_was(code: str, prior: str) -> None:
    assert language_of(code, prior=prior) == prior


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"이 요청이 왜 실패하나요? {CURL}", "ko"),
        (f"为什么报错 {CURL}", "zh-Hans"),
        (f"Por que esta chamada falha com erro de assinatura? {CURL}", "pt"),
        ("My login_failed since yesterday, what is going on with my account?", "en"),
    ],
)
def test_the_words_beside_it_say_which_it_is(text: str, language: str) -> None:
    assert language_of(text, prior="de") == language
