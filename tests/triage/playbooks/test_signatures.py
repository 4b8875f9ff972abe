"""Requests as customers paste them, the mistakes in them, and the one that led to a signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.exchange import ApiCall, ApiFault, RateRule
from bellrock.triage.playbooks.calls import explain_call, explain_request
from bellrock.triage.playbooks.diagnosis import Exact
from bellrock.triage.playbooks.requests import Request, read_request
from bellrock.triage.playbooks.signatures import (
    TEST_SECRET,
    Mistake,
    mistake_of_signature,
    mistakes,
    sign,
)
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.things import NOW, SIGNING

STAMP = str(round(NOW.timestamp() * 1000))
GOOD = f"symbol=BTCUSDT&side=BUY&quantity=1&timestamp={STAMP}"
CALL = ApiCall("c1", None, "POST", "/order", 400, ApiFault.SIGNATURE, "-1022", None, NOW, NOW, GOOD, 1, 1)


def request(query: str) -> Request:
    found = read_request(query)
    assert found is not None
    return found


def test_signs_as_the_published_example() -> None:
    """The example of Binance's documentation of signed endpoints."""
    text = (
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
    )
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    assert sign(text, secret) == "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


@pytest.mark.parametrize(
    "message",
    [
        f"this fails: curl -X POST 'https://api.northwick.example/api/v3/order?{GOOD}'",
        f"POST /api/v3/order?{GOOD}",
        f"错误 -1022 请求是 POST {GOOD} 怎么办",
    ],
)
def test_reads_a_request_out_of_a_message(message: str) -> None:
    found = request(message)
    assert (found.method, found.signed_text) == ("POST", GOOD)


ORDER = (("symbol", "BTC-USDT"), ("side", "BUY"), ("quantity", "0.01"))
URL = "https://api.northwick.example/api/v3/order"


@pytest.mark.parametrize(
    "message",
    [
        f"请求是POST {URL}?symbol=BTC-USDT&side=BUY&quantity=0.01，为什么一直报错？",
        f"POST {URL}?symbol=BTC-USDT&side=BUY&quantity=0.01로 호출하면 -1022 오류가 나요",
        f"I POST to {URL}?symbol=BTC-USDT&side=BUY&quantity=0.01. Why?",
        f"curl -X POST '{URL}?symbol=BTC-USDT' -H 'NW-KEY: ⟦api⟧' -d 'side=BUY&quantity=0.01'",
        f'curl {URL} -X POST --data-urlencode "symbol=BTC-USDT" --data-urlencode side=BUY -d quantity=0.01',
        f"p = {{'symbol': 'BTC-USDT', 'side': 'BUY', 'quantity': 0.01}}\nrequests.post('{URL}', headers={{'NW-KEY': k}}, params=p)",
        f"const q = new URLSearchParams({{symbol: \"BTC-USDT\", side: 'BUY', quantity: 0.01}});\n"
        f"await fetch('{URL}?' + q, {{method: 'POST', headers: {{'NW-KEY': key}}}})",
    ],
)
def test_reads_a_call_as_people_and_programs_write_it(message: str) -> None:
    found = request(message)
    assert (found.method, found.path, found.parameters) == ("POST", "/api/v3/order", ORDER)


def test_what_the_words_do_not_say_is_no_mistake_of_theirs() -> None:
    for value in ("***", "⟦api⟧", "${ts}", "{ts}", "<now>", ""):
        found = request(f"GET /api/v3/openOrders?symbol=BTCUSDT&timestamp={value}&recvWindow=5000")
        assert mistakes(found, SIGNING) == ()
        assert found.to_sign(SIGNING) is None
    json_body = request(f"requests.post('{URL}', json={{'symbol': 'BTCUSDT', 'side': 'BUY'}}, headers=h)")
    assert json_body.to_sign(IN_HEADERS) is None, "nobody knows the blanks of a body that a program writes"
    sent = request(f"curl -X POST {URL} -H 'NW-TIMESTAMP: {STAMP}' -d '{{\"symbol\":\"BTCUSDT\"}}'")
    assert sent.to_sign(IN_HEADERS) == f'{STAMP}POST/api/v3/order{{"symbol":"BTCUSDT"}}'


@pytest.mark.parametrize(
    ("code", "is_wrong"),
    [
        ("int(time.time())", True),
        ("int(time.time() * 1000)", False),
        ("Date.now()", False),
        ("Math.floor(Date.now() / 1000)", True),
        ("get_server_time()", False),
    ],
)
def test_a_program_that_takes_the_time_in_seconds_is_told_so(code: str, is_wrong: bool) -> None:
    found = request(f"params = {{'symbol': 'BTCUSDT', 'side': 'BUY', 'timestamp': {code}}}")
    assert (mistakes(found, SIGNING) == (Mistake.TIMESTAMP_UNIT,)) is is_wrong
    late = replace(CALL, fault=ApiFault.TIMESTAMP, sent_at=NOW - timedelta(minutes=1))
    said = explain_call(late, found, rule=SIGNING, as_of=NOW)
    assert said is not None
    assert said.code == ("api_refused" if is_wrong else "api_clock")


@given(st.text(max_size=300))
def test_never_fails_on_any_text(text: str) -> None:
    found = read_request(text)
    if found is not None:
        mistakes(found, SIGNING)
        mistake_of_signature(found, SIGNING)


@pytest.mark.parametrize(
    ("query", "call", "mistake"),
    [
        ("symbol=BTCUSDT&side=BUY", None, Mistake.TIMESTAMP_MISSING),
        (GOOD.replace(STAMP, STAMP[:10]), None, Mistake.TIMESTAMP_UNIT),
        (GOOD.replace(STAMP, str(int(STAMP) + 60_000)), CALL, Mistake.CLOCK_AHEAD),
        (GOOD.replace(STAMP, str(int(STAMP) - 60_000)), CALL, Mistake.CLOCK_BEHIND),
        (f"recvWindow=600000&{GOOD}", None, Mistake.WINDOW_TOO_LARGE),
        (f"signature=aa&{GOOD}", None, Mistake.SIGNATURE_NOT_LAST),
        (f"{GOOD}&signature={'AB' * 32}", None, Mistake.SIGNATURE_FORM),
        (f"{GOOD}&note=a/b:c", None, Mistake.ENCODING),
        (f"side=BUY&symbol=BTCUSDT&quantity=1&timestamp={STAMP}", CALL, Mistake.ORDER),
        (f"{GOOD}&extra=1", CALL, Mistake.PARAMETER_ADDED),
        (f"symbol=BTCUSDT&timestamp={STAMP}", CALL, Mistake.PARAMETER_LEFT_OUT),
        (GOOD, CALL, Mistake.KEY),
    ],
)
def test_finds_the_mistake(query: str, call: ApiCall | None, mistake: Mistake) -> None:
    assert mistakes(request(query), SIGNING, call=call)[:1] == (mistake,)


NAMES = st.sampled_from(["symbol", "side", "price", "note", "quantity"])
PAIRS = st.lists(st.tuples(NAMES, st.text("abz09 /+é", min_size=1, max_size=6)), min_size=2, unique_by=lambda p: p[0])


@given(pairs=PAIRS)
def test_names_the_mistake_that_led_to_a_signature(pairs: list[tuple[str, str]]) -> None:
    sent = [(name, quote(value, safe="")) for name, value in pairs] + [("timestamp", STAMP)]
    text = "&".join(f"{name}={value}" for name, value in sent)
    by_mistake = {
        Mistake.ORDER: "&".join(f"{name}={value}" for name, value in sorted(sent)),
        Mistake.ENCODING: "&".join(f"{name}={value}" for name, value in [*pairs, ("timestamp", STAMP)]),
        Mistake.TIMESTAMP_MISSING: "&".join(f"{name}={value}" for name, value in sent[:-1]),
        Mistake.NEW_LINE: text + "\n",
    }
    for mistake, signed in by_mistake.items():
        given_ = Request("POST", None, (*sent, ("signature", sign(signed))))
        assert mistake_of_signature(given_, SIGNING) is (None if signed == text else mistake)
    other = Request("POST", None, (*sent, ("signature", sign(text, "another"))))
    assert mistake_of_signature(other, SIGNING) is Mistake.KEY


def test_a_right_request_gets_a_text_to_sign_that_the_guard_lets_through() -> None:
    found = explain_request(request(GOOD), rule=SIGNING, call=CALL, sources=())
    assert found is not None
    assert found.code == "api_signature"
    said = answer(found, "en")
    assert guard.screen(said).findings == ()
    assert sign(GOOD)[:12] in said
    assert said.endswith(f"\n\n{GOOD}"), "nothing stands around what is to be copied, visible or not"
    assert TEST_SECRET in said


def test_limits_are_named_by_the_rule_that_was_reached() -> None:
    rules = (RateRule("orders", "account", 50, 10, 0), RateRule("requests", "address", 1200, 60, 120))
    for used, said in ((60, ("api_limit", 50, None)), (1203, ("api_rate", 1200, 120)), (40, None)):
        call = replace(CALL, fault=ApiFault.RATE, used_weight=used)
        found = explain_call(call, None, rule=SIGNING, limits=rules, as_of=NOW)
        assert (found and (found.code, found.values["limit"], found.values.get("ban"))) == said


def test_a_call_without_a_timestamp_has_no_distance() -> None:
    call = replace(CALL, fault=ApiFault.TIMESTAMP, sent_at=None)
    found = explain_call(call, None, rule=SIGNING, as_of=NOW + timedelta(seconds=1))
    assert found is not None
    assert found.code == "api_refused"


IN_HEADERS = replace(SIGNING, parts=("timestamp", "method", "path", "query", "body"))
ORDER_CALL = replace(
    CALL, path="/api/v3/order", signed_text=f"{STAMP}POST/api/v3/ordersymbol=BTC-USDT&side=BUY&quantity=0.01"
)


@pytest.mark.parametrize(
    ("query", "mistake"),
    [
        ("quantity=0.01&symbol=BTC-USDT&side=BUY", Mistake.ORDER),
        ("symbol=BTC-USDT&side=BUY", Mistake.PARAMETER_LEFT_OUT),
        ("symbol=BTC-USDT&side=BUY&quantity=0.01", Mistake.KEY),
    ],
)
def test_a_signature_in_headers_is_compared_with_what_the_exchange_signed(query: str, mistake: Mistake) -> None:
    pasted = request(f"POST https://api.northwick.example/api/v3/order?{query}")
    assert mistakes(pasted, IN_HEADERS, call=ORDER_CALL) == (mistake,)


def test_the_text_to_sign_has_every_part_of_the_rule_or_is_not_given() -> None:
    words = "POST /api/v3/order?symbol=BTC-USDT&side=BUY&quantity=0.01"
    pasted = request(f"{words}\nNW-TIMESTAMP: {STAMP}")
    assert pasted.to_sign(IN_HEADERS) == ORDER_CALL.signed_text
    found = explain_request(pasted, rule=IN_HEADERS, call=ORDER_CALL, sources=())
    assert found is not None
    assert (found.code, found.steps[0].values["text"]) == ("api_signature", Exact(ORDER_CALL.signed_text or ""))
    without_time = explain_request(request(words), rule=IN_HEADERS, call=ORDER_CALL, sources=())
    assert without_time is not None
    assert without_time.steps[0].values["text"] == Exact(ORDER_CALL.signed_text or ""), (
        "the time of the call that arrived"
    )
    assert explain_request(request(words), rule=IN_HEADERS, sources=()) is None


def test_values_are_compared_with_what_was_signed() -> None:
    call = replace(CALL, signed_text=f"key5000symbol=BTC-USDT&note=…&timestamp={STAMP}")
    for symbol, mistake in (("BTC-USDT", Mistake.KEY), ("BTC%2DUSDT", Mistake.ENCODING)):
        found = request(f"symbol={symbol}&note=a&timestamp={STAMP}")
        assert mistakes(found, SIGNING, call=call) == (mistake,)


def test_a_signature_of_a_pair_of_keys_has_to_be_encoded_and_is_never_made_by_us() -> None:
    pair = replace(SIGNING, algorithm="ed25519", encoding="base64")
    bare, encoded = "a+b/cd==", "a%2Bb%2Fcd%3D%3D"
    assert mistakes(request(f"{GOOD}&signature={bare}"), pair) == (Mistake.SIGNATURE_ENCODING,)
    found = request(f"{GOOD}&signature={encoded}")
    assert mistakes(found, pair) == ()
    assert explain_request(found, rule=pair, sources=()) is None


def test_how_late_a_call_may_be_is_what_it_said_itself_and_ahead_is_one_second() -> None:
    late = replace(CALL, fault=ApiFault.TIMESTAMP, sent_at=NOW - timedelta(seconds=3))
    short = f"recvWindow=2000&{GOOD}"
    for call, words, window in (
        (late, GOOD, None),
        (late, short, 2000),
        (replace(late, signed_text=short), None, 2000),
        (replace(late, sent_at=NOW + timedelta(seconds=2)), GOOD, 1000),
    ):
        found = explain_call(call, request(words) if words else None, rule=SIGNING, as_of=NOW)
        assert (found.values["window"] if found else None) == window


def test_another_refusal_is_told_in_the_words_of_the_exchange_and_not_laid_to_the_signature() -> None:
    call = replace(CALL, fault=ApiFault.PARAMETER, code="-1106", detail="Parameter 'price' is not wanted.")
    found = explain_call(call, request(GOOD), rule=SIGNING, as_of=NOW)
    assert found is not None
    assert (found.code, found.settles) == ("api_code", True)
    assert "Parameter 'price' is not wanted." in answer(found, "en")
    other = explain_call(replace(call, fault=ApiFault.OTHER), request(GOOD), rule=SIGNING, as_of=NOW)
    assert other is not None
    assert not other.settles
    assert explain_call(replace(call, detail=None), request(GOOD), rule=SIGNING, as_of=NOW) is None


@pytest.mark.parametrize(
    ("fault", "says"),
    [(ApiFault.KEY, "disabled or expired"), (ApiFault.ADDRESS, "allow-list"), (ApiFault.PERMISSION, "this permission")],
)
def test_a_refused_key_is_no_mistake_of_signing_however_the_call_was_written(fault: ApiFault, says: str) -> None:
    for pasted in (None, request(f"signature=aa&{GOOD}")):
        found = explain_call(replace(CALL, fault=fault), pasted, rule=SIGNING, as_of=NOW)
        assert found is not None
        assert (found.code, found.settles) == ("api_refused", True)
        assert says in answer(found, "en")
