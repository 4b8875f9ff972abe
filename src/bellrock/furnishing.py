"""What stands in a house before anybody moves in: teams and articles; for the demo exchange also people and conversations."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import jwt

from bellrock import brands, conversations, guard, knowledge, people, sla, workbench
from bellrock.core import SYSTEM, Transaction
from bellrock.house import House

SIGN_IN_FILE = "demo-sign-in.txt"

# external id, name, e-mail, language, topic, what they write, minutes ago
_CUSTOMERS = (
    (
        "nw-1041",
        "Grace Adeyemi",
        "grace@customers.example",
        "en",
        "My USDT withdrawal from this morning is still pending after three hours. Can a person look at it?",
        184,
    ),
    (
        "nw-2207",
        "王静",
        "wangjing@customers.example",
        "zh-Hans",
        "我忘记了身份验证器，换了新手机，无法登录。请帮我转人工客服。",
        52,
    ),
    (
        "nw-3318",
        "سارة منصور",
        "sara@customers.example",
        "ar",
        "أرسلت عملة عبر شبكة خاطئة إلى حسابي ولم يصل الإيداع. أريد التحدث مع موظف من فضلكم.",
        17,
    ),
)

# priority, minutes until the first answer, until every later one
_ANSWER_TIMES = (("urgent", 15, 30), ("high", 60, 60), ("normal", 240, 240), ("low", 1440, 1440))


async def furnish(house: House, *, now: datetime) -> None:
    """Bring the product's teams and articles in. Repeating it changes nothing; what people edited is left alone."""
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=now)
        name = (await brands.brands(tx, settings=house.settings)).default.name
        await knowledge.seed(tx, house.vault, now=now, brand=name)


async def furnish_new(house: House, *, now: datetime) -> None:
    """Bring teams and articles into a house that has none yet: `serve` on an empty folder is usable at once."""
    async with house.database.transaction() as tx:
        is_new = not await people.teams(tx)
    if is_new:
        await furnish(house, now=now)


async def furnish_demo(house: House, *, now: datetime, past: Callable[[], Awaitable[None]] | None = None) -> list[str]:
    """Fill the demo exchange, once; return the lines that tell how to sign in.

    The passwords are made at random for this installation and also kept in the data folder, for its owner alone. `past`
    makes what happened before the newest conversations, if anything is to have happened.
    """
    await furnish(house, now=now)
    async with house.database.transaction() as tx:
        given = await people.seed_demo(tx, house.vault, now=now)
        await workbench.seed_demo(tx, house.vault, now=now)
        if not await sla.answer_times(tx):
            times = [sla.AnswerTime(None, *each) for each in _ANSWER_TIMES]
            await sla.keep_answer_times(tx, house.vault, team_id=None, times=times, by=SYSTEM, now=now)
    path = house.settings.data / SIGN_IN_FILE
    if given:
        _keep(path, "".join(f"{email}  {password}\n" for email, password in given.items()))
    if past is not None:
        await past()
    if given:
        async with house.database.transaction() as tx:
            await _write_conversations(tx, house, now=now)
    if not path.exists():
        return []
    return ["Demo colleagues (kept in " + str(path) + "):", *("  " + line for line in path.read_text().splitlines())]


async def _write_conversations(tx: Transaction, house: House, *, now: datetime) -> None:
    key = secrets.token_bytes(32)
    keys = {"furnishing": people.TokenKey("HS256", key)}
    for external_id, name, email, language, words, minutes in _CUSTOMERS:
        at = now - timedelta(minutes=minutes)
        claims = {"sub": external_id, "name": name, "email": email, "locale": language}
        times = {"aud": "bellrock", "iat": now, "exp": now + timedelta(minutes=5)}
        token = jwt.encode({**claims, **times}, key, algorithm="HS256", headers={"kid": "furnishing"})
        customer = await people.customer_from_token(tx, house.vault, token=token, keys=keys, now=now)
        opened = await conversations.open_conversation(
            tx, house.vault, customer=customer, channel="widget", language=language, now=at
        )
        await conversations.receive(
            tx,
            house.vault,
            customer=customer,
            conversation_id=opened.id,
            text=guard.screen(words),
            client_key=f"furnishing-{external_id}",
            now=at,
        )


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
    path.write_text(text, encoding="utf-8")
