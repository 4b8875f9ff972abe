"""What the form asks for each topic, as data: the facts that let a person begin without asking back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from bellrock import triage
from bellrock.core import N_
from bellrock.web.shared.assets import pictures


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form. `is_code`: a hash, address or number, written left to right in every language."""

    name: str
    label: str
    hint: str = ""
    is_code: bool = False
    length_max: int = 200
    input_mode: str = "text"

    @property
    def picture(self) -> Markup:
        """The drawing of where to find it, our own; empty without one."""
        return Markup(pictures().get(triage.pictures().get(self.name, ""), ""))  # noqa: S704


_ALL = (
    Field(
        "txid", N_("Transaction ID (TxID or hash)"), N_("You find it in the wallet or exchange you sent from."), True
    ),
    Field("asset", N_("Coin"), N_("Such as USDT")),
    Field("network", N_("Network"), N_("Such as Ethereum or BNB Smart Chain")),
    Field("amount", N_("Amount"), "", True, 60, "decimal"),
    Field("sent_at", N_("Day and time"), N_("Roughly is enough")),
    Field("address", N_("Address it went to"), "", True),
    Field("memo", N_("Memo or tag"), "", True, 100),
    Field("withdrawal_id", N_("Number of the withdrawal"), "", True, 100),
    Field("bank_reference", N_("Reference on your bank statement"), "", True, 100),
    Field("order_id", N_("Order number"), "", True, 100),
    Field("market", N_("Market"), N_("Such as BTC/USDT"), True, 40),
    Field("position", N_("Contract and direction"), N_("Such as BTC perpetual, long"), False, 100),
    Field("device", N_("Device and app version"), N_("Such as iPhone 15, app 6.2")),
    Field("country", N_("Country you live in"), "", False, 60),
    Field(
        "document", N_("Kind of document"), N_("Such as passport. Send a picture of it only when we ask."), False, 60
    ),
    Field("endpoint", N_("Call or stream"), N_("Such as POST /v5/order. Never send the key or its secret."), True),
    Field("error_code", N_("Error code or words"), "", False),
    Field("request_id", N_("Request ID"), "", True, 100),
    Field("product", N_("Product"), N_("Such as flexible savings, USDT"), False, 100),
    Field("wallet", N_("Address of your wallet"), N_("The public address only. Never the recovery words."), True),
    Field("link", N_("Link, number or account in question"), "", True, 300),
    Field("case", N_("Number of the earlier case"), N_("Such as BR-7K2M4QXD"), True, 20),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
# What left an account here stands in its own history; what came from elsewhere, in the wallet that it came from.
_WITHDRAWN = replace(FIELDS["txid"], hint=N_("You find it in the details in your withdrawal history."))
_OF_WITHDRAWALS = frozenset({"withdrawal_pending", "withdrawal_wrong_address", "account_hacked"})

_DEPOSIT = ("txid", "asset", "network", "amount", "sent_at")
_BY_TOPIC: Mapping[str, tuple[str, ...]] = {
    "deposit_not_credited": _DEPOSIT,
    "deposit_wrong_network": _DEPOSIT,
    "deposit_missing_memo": (*_DEPOSIT, "memo"),
    "withdrawal_pending": ("withdrawal_id", "txid", "asset", "amount", "sent_at"),
    "withdrawal_wrong_address": ("withdrawal_id", "txid", "asset", "network", "address"),
    "withdrawal_suspended": ("asset", "amount"),
    "fiat_deposit": ("amount", "bank_reference", "sent_at"),
    "fiat_withdrawal": ("amount", "bank_reference", "sent_at"),
    "p2p_dispute": ("order_id", "amount", "bank_reference"),
    "order_not_filled": ("order_id", "market", "sent_at"),
    "price_dispute": ("order_id", "market", "sent_at"),
    "fee_dispute": ("order_id", "market", "sent_at"),
    "platform_problem": ("device", "error_code", "sent_at"),
    "bridge_or_swap": ("txid", "asset", "network", "amount"),
    "web3_wallet": ("wallet", "network", "txid"),
    "liquidation_explained": ("position", "order_id", "sent_at"),
    "liquidation_dispute": ("position", "order_id", "sent_at"),
    "kyc_rejected": ("document", "country", "error_code"),
    "kyc_pending": ("document", "country", "sent_at"),
    "regional_restriction": ("country",),
    "api_error": ("endpoint", "error_code", "request_id", "sent_at"),
    "api_data": ("endpoint", "request_id", "sent_at"),
    "phishing_report": ("link",),
    "phishing_victim": ("link", "sent_at", "txid"),
    "verify_official_channel": ("link",),
    "account_hacked": ("sent_at", "txid", "device"),
    "login_failed": ("device", "error_code"),
    "login_anomaly": ("device", "sent_at"),
    "two_factor_lost": ("device",),
    "case_status": ("case",),
    "service_complaint": ("case",),
    "compensation_claim": ("case", "order_id", "amount", "sent_at"),
}
_BY_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "funding": ("txid", "asset", "amount"),
    "trading": ("order_id", "market"),
    "futures": ("position", "order_id"),
    "earn": ("product", "amount", "sent_at"),
    "api": ("endpoint", "error_code"),
    "identity": ("country",),
    "account_security": ("device",),
}

CATEGORY_NAMES: Mapping[str, str] = {
    "account_security": N_("Account and security"),
    "funding": N_("Deposits and withdrawals"),
    "trading": N_("Trading"),
    "web3": N_("Own wallet and Web3"),
    "futures": N_("Futures and margin"),
    "identity": N_("Identity check"),
    "api": N_("API"),
    "earn": N_("Earn"),
    "legal": N_("Claims and legal"),
    "general": N_("Anything else"),
}
# Nobody comes to a form to say hello.
_NOT_OFFERED = frozenset({"greeting_or_thanks", "out_of_scope", "talk_to_human"})


def fields_of(topic: triage.Topic) -> tuple[Field, ...]:
    """Return what to ask for a topic; none of it is required."""
    names = _BY_TOPIC.get(topic.name, _BY_CATEGORY.get(topic.category, ()))
    fields = FIELDS if topic.name not in _OF_WITHDRAWALS else {**FIELDS, "txid": _WITHDRAWN}
    return tuple(fields[name] for name in names)


def offered_topics(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (name of a category, its topics as (name, displayed name)), in the order of the taxonomy."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for topic in triage.topics().values():
        if topic.name not in _NOT_OFFERED:
            shown = triage.topic_name(topic.name, language)
            groups.setdefault(topic.category, []).append((topic.name, shown))
    return [(CATEGORY_NAMES[category], topics) for category, topics in groups.items()]
