"""Coins and amounts in a text: tickers, what people call coins, currencies by code, sign and word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from bellrock.triage.numbers import EAST_ASIAN, NUMBER, east_asian_value, units, value_of
from bellrock.triage.topics import read_toml

BEFORE, AFTER = r"(?<![^\W_])", r"(?![^\W\d_])"
"""Where a word begins and ends, digits apart."""
CJK = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""A letter of scripts that are written without spaces: 我的BTC没到账."""
AFTER_CJK, CJK_NEXT = rf"(?<={CJK})", rf"(?={CJK})"
# Codes that are words somewhere ("the link", "ton compte", Dutch "op", Indonesian "ada"): a coin in capitals alone.
_LIKE_WORDS = "ADA|ALGO|APT|ARB|ATOM|DAI|DASH|DOT|ETC|FIL|LINK|NEAR|OP|POL|SOL|SUI|TON|UNI"
_CLEAR = "BTC|ETH|USDT|USDC|XRP|BNB|DOGE|TRX|MATIC|LTC|BCH|XLM|EOS|HBAR|AVAX|SHIB|XMR|PEPE|AAVE|ZEC|FDUSD|TUSD"
TICKERS = frozenset(f"{_CLEAR}|{_LIKE_WORDS}".split("|"))
"""The coins that are known by their code."""
_TICKER = rf"(?:{_CLEAR}|(?-i:{_LIKE_WORDS}))"
# After a number a small one is mostly the coin, save where it goes on a sentence: "1 op 3", "2 link".
_COUNTED = rf"(?:{_CLEAR}|ADA|APT|ARB|ATOM|DAI|DASH|DOT|FIL|NEAR|POL|SOL|SUI|TON|UNI|(?-i:ALGO|ETC|LINK|OP))"
_CODES = (
    "EUR|USD|GBP|CNY|RMB|AED|SAR|JPY|KRW|TRY|BRL|PLN|UAH|RUB|IDR|VND|TWD|HKD|CHF|CAD|AUD|INR|MXN|ARS|COP|"
    "EGP|THB|SGD|MYR|PHP|NGN"
)
_WORDS = {
    r"euros?|евро|євро|يورو|유로|ユーロ|欧元|歐元": "EUR",
    r"dollars?|dólares|dolares|dólar|dollari|dolar(?:y|ów|a)?|bucks|доллар\w*|долар\w*|دولار|달러|ドル|美元|美金": "USD",
    r"баксов|бакса|баксів": "USD",
    r"quid|pounds?": "GBP",
    r"рубл\w*|руб": "RUB",
    r"гривен\w*|гривн\w*|грн": "UAH",
    r"zł|zl|zloty\w*|złot\w+": "PLN",
    r"reais": "BRL",
    r"lira|TL": "TRY",
    r"đồng|đ": "VND",
    r"rupiah": "IDR",
    r"円": "JPY",
    r"원|ウォン|韩元|韓元": "KRW",
    r"人民币|人民幣": "CNY",
    r"台币|台幣|新台幣|新台币": "TWD",
    r"港币|港幣": "HKD",
    # Of several countries: which one, the word does not say.
    r"元|块|塊|rupees?|pesos?|soles|francs?|franken|ريال|درهم|جنيه|دينار|ليرة": "",
}
_SIGNS = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₺": "TRY",
    "₩": "KRW",
    "₽": "RUB",
    "₴": "UAH",
    "₫": "VND",
    "₹": "INR",
    "₿": "BTC",
    "R$": "BRL",
    "Rp": "IDR",
    "US$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "MX$": "MXN",
    "A$": "AUD",
    "S$": "SGD",
}
# Money of which nobody writes thousandths: a mark before three digits can only set thousands apart.
_NO_THOUSANDTHS = frozenset((
    "JPY", "KRW", "TRY", "UAH", "RUB", "IDR", "VND", "TWD", "INR", "COP", "ARS", "EGP", "THB", "PHP", "NGN",
))  # fmt: skip


_EAST = re.compile(EAST_ASIAN)
# Where this stands, "500U" is 500 USDT: so write Chinese and Vietnamese customers.
_SAYS_U = re.compile(r"[\u3400-\u9fff\u1ea0-\u1ef9ăđơư]", re.I)


def amounts(digits: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, value) of each amount in a text whose digits are ASCII.

    `value` is a decimal number and, where that is known, the coin or the currency (ISO 4217); empty where the number may be two.
    """
    is_u_tether = _SAYS_U.search(digits) is not None
    is_point = re.search(CJK, digits) is not None  # so count China, Japan and Korea: 6,000 is six thousand
    for match in _amount().finditer(digits):
        if match["a1"] and match["a1"] in "Uu" and not is_u_tether:
            continue
        number = match["n1"] or match["n2"] or match["n3"]
        unit = match["u1"] or match["u2"]
        asset = _asset(match["a1"] or match["a2"] or match["a3"] or match["sign"])
        if _EAST.fullmatch(number):
            value = east_asian_value(number)
        else:
            value = value_of(number, is_whole=asset in _NO_THOUSANDTHS and unit is None, is_point=is_point)
        start, end = match.span()
        if value is not None and start and digits[start - 1] in "-−" and not digits[start - 2 : start - 1].strip():
            start, value = start - 1, -value
        yield start, end, f"{(value * _factor(unit)).normalize():f} {asset}".strip() if value is not None else ""


def coins(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, ticker) of each coin that a text names."""
    for match in _coins().finditer(text):
        yield *match.span(), _ticker(match)


def coin(word: str) -> str:
    """Return the ticker where a word is nothing but a coin, else ""."""
    match = _coins().fullmatch(word)
    return _ticker(match) if match else ""


def _factor(unit: str | None) -> Decimal:
    return Decimal(units().get(unit) or units().get(unit.lower(), 1)) if unit else Decimal(1)


def _asset(word: str) -> str:
    if found := _SIGNS.get(word) or coin(word):
        return found
    for pattern, code in _WORDS.items():
        if re.fullmatch(pattern, word, re.I):
            return code
    found = word.upper()
    if found == "U":
        return "USDT"
    return "CNY" if found == "RMB" else found


def _ticker(match: re.Match[str]) -> str:
    return next((name for name, word in match.groupdict().items() if word), match[0].upper())


@cache
def _coins() -> re.Pattern[str]:
    words = read_toml("entities.toml")["coins"]
    named = "|".join(f"(?P<{ticker}>{'|'.join(found)})" for ticker, found in words.items())
    return re.compile(rf"(?:{BEFORE}|{AFTER_CJK})(?:{named}|{_TICKER})(?:{AFTER}|{CJK_NEXT}|(?<=[^\x00-\u04ff]))", re.I)


@cache
def _amount() -> re.Pattern[str]:
    words = "|".join(word for found in read_toml("entities.toml")["coins"].values() for word in found)
    fiat = f"{_CODES}|{'|'.join(_WORDS)}"
    asset = rf"(?:{_COUNTED}|{fiat}|{words})"
    unit = "|".join(sorted(map(re.escape, units()), key=len, reverse=True))
    sign = "|".join(re.escape(found) for found in sorted(_SIGNS, key=len, reverse=True))
    number = rf"(?:(?<![\w.,/-])|(?<=(?<!\S)[-−])|(?<=(?<=[^\W\d_]),)|{AFTER_CJK})(?:{EAST_ASIAN}|{NUMBER})"
    ends = rf"(?:{AFTER}|{CJK_NEXT}|(?<=[^\x00-\u04ff]))"
    return re.compile(
        rf"(?P<sign>(?<![A-Za-z])(?:{sign}))\s?(?P<n2>{EAST_ASIAN}|{NUMBER})(?:\s?(?P<u2>{unit}){AFTER})?(?:\s?(?P<a2>{_COUNTED}|{_CODES}){ends})?"
        rf"|(?P<n1>{number})\s?(?:(?P<u1>{unit})\.?\s?(?:de\s)?)?(?:[个個枚顆颗]\s?)?(?P<a1>{asset}|U(?![A-Za-z])|[$€£¥₺₩₽₴₫₹₿]){ends}"
        rf"|(?<![^\W_])(?P<a3>{_TICKER}|(?-i:(?!TRY|COP)(?:{_CODES})))(?:\s?[:=])?\s?(?P<n3>{NUMBER})(?![\w.,-]*\w)",
        re.I,
    )
