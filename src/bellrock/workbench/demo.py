"""Canned replies and macros of the demo exchange."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Transaction
from bellrock.guard import screen
from bellrock.workbench.canned import all_canned, save_canned
from bellrock.workbench.macros import save_macro
from bellrock.workbench.steps import Step

_CANNED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "looking": {
        "en": (
            "We look into it",
            "Hello {{customer_name}}, I have your case {{reference}} in front of me and look into it now. You will hear from"
            " me within the hour.\n\n{{agent_name}}, {{brand}}",
        ),
        "zh-Hans": (
            "我们正在查看",
            "{{customer_name}} 您好，您的案件 {{reference}} 已在我这里，我正在查看，一小时内给您答复。"
            "\n\n{{brand}} {{agent_name}}",
        ),
        "ar": (
            "نحن ننظر في الأمر",
            "مرحبًا {{customer_name}}، حالتك {{reference}} أمامي وأنظر فيها الآن. سأعود إليك خلال ساعة."
            "\n\n{{agent_name}}، {{brand}}",
        ),
    },
    "found": {
        "en": (
            "Transaction found",
            "Good news: we found your transaction {{txid}} on {{network}}. Your {{amount}} are safe. We move them to your account"
            " and tell you when it is done.",
        ),
        "zh-Hans": (
            "已找到交易",
            "好消息：我们在 {{network}} 上找到了您的交易 {{txid}}，您的 {{amount}} 是安全的。"
            "我们会将其转入您的账户，完成后通知您。",
        ),
        "ar": (
            "عثرنا على المعاملة",
            "خبر سار: عثرنا على معاملتك {{txid}} على شبكة {{network}}. إن {{amount}} في أمان."
            " سننقلها إلى حسابك ونخبرك عند الانتهاء.",
        ),
    },
    "need-order": {
        "en": ("Which order?", "Please tell me the number of the order. You find it under Orders, beside the date."),
        "zh-Hans": ("哪个订单？", "请告诉我订单号。您可以在“订单”页面的日期旁找到它。"),
        "ar": ("أي طلب؟", "من فضلك أخبرني برقم الطلب. تجده في صفحة الطلبات بجانب التاريخ."),
    },
    "done": {
        "en": ("It is done", "It is done, {{customer_name}}. If anything is still open, simply write here again."),
        "zh-Hans": ("已完成", "已经处理完毕，{{customer_name}}。如果还有问题，直接在这里回复即可。"),
        "ar": ("تم الأمر", "تم الأمر يا {{customer_name}}. إن بقي شيء فاكتب هنا من جديد."),
    },
}


async def seed_demo(tx: Transaction, vault: vaults.Vault, *, now: datetime) -> None:
    """Make a few canned replies and macros, once."""
    seats = await people.roster(tx, now=now)
    lead = next((seat.agent for seat in seats if people.Role.LEAD in seat.agent.roles), None)
    if lead is None or await all_canned(tx):
        return
    ids = {}
    for shortcut, texts in _CANNED.items():
        said = {language: (screen(title), screen(body)) for language, (title, body) in texts.items()}
        ids[shortcut] = await save_canned(tx, vault, shortcut=shortcut, team_id=None, texts=said, by=lead, now=now)
    macros = {
        "Done, and close": [Step("reply", str(ids["done"])), Step("resolve")],
        "Ask for the order, back tomorrow": [
            Step("reply", str(ids["need-order"])),
            Step("assign", "me"),
            Step("snooze", "tomorrow 9:00"),
        ],
        "Urgent, to me": [Step("priority", "urgent"), Step("assign", "me")],
    }
    for name, steps in macros.items():
        await save_macro(tx, vault, name=screen(name), team_id=None, steps=steps, by=lead, now=now)
