"""Facts that stand in a message: TxIDs, addresses, order numbers, amounts, coins, networks, error codes. Deterministic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bellrock.triage.features import CHARS_MAX

PER_KIND_MAX = 3


class EntityKind(StrEnum):
    """What a fact is. An id of 64 hexadecimal digits is a TxID on most networks, and nothing else that customers send."""

    TXID = "txid"
    ADDRESS = "address"
    ORDER = "order"
    CASE = "case"
    AMOUNT = "amount"
    NETWORK = "network"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Entity:
    """A fact as the customer wrote it."""

    kind: EntityKind
    text: str


_ANY_CASE = frozenset({EntityKind.CASE, EntityKind.ERROR, EntityKind.ORDER, EntityKind.AMOUNT, EntityKind.NETWORK})
_COINS = (
    "BTC|ETH|USDT|USDC|XRP|SOL|BNB|ADA|DOGE|TRX|TON|DOT|MATIC|POL|LTC|BCH|ETC|XLM|ATOM|EOS|HBAR|AVAX|SHIB|LINK|DAI|"
    "EUR|USD|GBP|CNY|AED|SAR|JPY|KRW|TRY"
)
_ORDER_WORDS = r"(?:\border(?:\s*(?:id|no|number|#))?|订单号?|委托号|رقم الطلب)"
_ERROR_WORDS = r"(?:\b(?:error|code)|错误码?|报错|خطأ|كود)"
_NETWORKS = "TRC-?20|ERC-?20|BEP-?20|BEP-?2|Arbitrum|Optimism|Polygon|Avalanche|Solana|Lightning|Base network"
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"

# In this order: what an earlier pattern has taken, a later one leaves alone.
_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE if kind in _ANY_CASE else 0))
    for kind, pattern in (
        (EntityKind.TXID, r"(?<![0-9A-Za-z])(?:0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])"),
        (EntityKind.TXID, rf"(?<![0-9A-Za-z]){_BASE58}{{86,88}}(?![0-9A-Za-z])"),
        (EntityKind.ADDRESS, r"(?<![0-9A-Za-z])0x[0-9a-fA-F]{40}(?![0-9A-Za-z])"),
        (EntityKind.ADDRESS, r"(?<![0-9A-Za-z])(?:bc1|tb1|ltc1|BC1|LTC1)[0-9a-zA-Z]{25,71}(?![0-9A-Za-z])"),
        (EntityKind.ADDRESS, rf"(?<![0-9A-Za-z])T{_BASE58}{{33}}(?![0-9A-Za-z])"),
        (EntityKind.ADDRESS, rf"(?<![0-9A-Za-z])r{_BASE58}{{24,34}}(?![0-9A-Za-z])"),
        (EntityKind.ADDRESS, r"(?<![0-9A-Za-z])(?:G[A-Z2-7]{55}|[EU]Q[0-9A-Za-z_-]{46})(?![0-9A-Za-z])"),
        (EntityKind.ADDRESS, rf"(?<![0-9A-Za-z])[13LM]{_BASE58}{{25,33}}(?![0-9A-Za-z])"),
        (EntityKind.CASE, r"(?<![0-9A-Za-z])BR-[0-9A-HJKMNP-TV-Z]{8}(?![0-9A-Za-z])"),
        (EntityKind.ERROR, rf"(?<![\w.])-[12]\d{{3}}(?!\d)|{_ERROR_WORDS}\s*:?\s*(\d{{3,6}})(?!\d)"),
        (EntityKind.ORDER, rf"{_ORDER_WORDS}\s*[:#]?\s*#?(\d{{6,20}})(?!\d)"),
        (EntityKind.ORDER, r"(?<![\w.,-])\d{15,20}(?![\w.,])"),
        (EntityKind.AMOUNT, rf"(?<![\w.,])\d[\d,. ]{{0,18}}?\s?(?:{_COINS})(?![A-Za-z])"),
        (EntityKind.AMOUNT, r"[$€£¥₺₩]\s?\d[\d,.]{0,18}"),
        (EntityKind.NETWORK, rf"(?<![A-Za-z])(?:{_NETWORKS})(?![A-Za-z])"),
    )
)


def entities(text: str) -> tuple[Entity, ...]:
    """Return the facts in a text in the order of their kinds, each once, at most 3 of a kind, none inside another."""
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text[: 2 * CHARS_MAX]):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            value = next((group for group in match.groups() if group), match[0]).strip(" .,")
            entity = Entity(kind, value)
            if entity not in found and sum(known.kind is kind for known in found) < PER_KIND_MAX:
                found.append(entity)
    return tuple(found)
