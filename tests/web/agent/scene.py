"""A desk to look at: two teams, colleagues, and conversations in several languages and states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bellrock import conversations, core, guard, people
from bellrock import vault as vaults
from bellrock.core import SYSTEM, Transaction, new_id
from bellrock.house import House


@dataclass
class Scene:
    """Who is there. `tokens` holds the session of a signed-in browser, by the agent's name."""

    payments: UUID
    security: UUID
    agents: dict[str, people.Agent] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)


async def build(house: House) -> Scene:
    """Build the scene and commit it."""
    now = core.clock.now()
    async with house.database.transaction() as tx:
        await house.vault.create_subject(tx, vaults.HOUSE_SUBJECT)
        payments = await _team(tx, house, "payments", now)
        security = await _team(tx, house, "security", now)
        scene = Scene(payments, security)
        await _agent(tx, house, scene, "Mara Lindqvist", ["lead", "agent"], [payments], now)
        await _agent(tx, house, scene, "Tomás Reyes", ["agent"], [payments], now)
        await _agent(tx, house, scene, "Omar Haddad", ["agent"], [security], now)
        await _agent(tx, house, scene, "Ines Duarte", ["admin"], [], now)
    return scene


async def add_conversations(house: House, scene: Scene) -> None:
    """Fill the desk: one case in every state, in many languages."""
    now = core.clock.now()
    mara, tomas = scene.agents["Mara Lindqvist"], scene.agents["Tomás Reyes"]
    elif_id = await open_case(
        house, scene, "Elif Yılmaz", "tr", now - timedelta(minutes=80),
        "Merhaba, iki saat önce 1.250 USDT gönderdim ama hesabımda yok. Çok endişeliyim.",
        topic="funding.deposit_wrong_network",
    )  # fmt: skip
    async with house.database.transaction() as tx:
        await conversations.announce(
            tx, house.vault, conversation_id=elif_id, now=now - timedelta(minutes=79),
            text=guard.screen("Transferinizi bulduk. Ödeme ekibinden bir kişi devralıyor. Sırada 3. sıradasınız."),
        )  # fmt: skip
        await hand_over(tx, house, scene, elif_id, now - timedelta(minutes=78))
        await conversations.assign(
            tx, house.vault, by=mara, conversation_id=elif_id, agent_id=mara.id, now=now - timedelta(minutes=60)
        )
        await conversations.reply(
            tx, house.vault, by=mara, conversation_id=elif_id, now=now - timedelta(minutes=55),
            text=guard.screen("Paranız kaybolmadı Elif Hanım. Transferiniz önümde. Lütfen kimliğinizi doğrulayın."),
        )  # fmt: skip
        await conversations.note(
            tx, house.vault, by=tomas, conversation_id=elif_id, now=now - timedelta(minutes=50),
            text=guard.screen("Third one today from this wallet app: its default network is BEP-20 now."),
        )  # fmt: skip
    await say(
        house, scene, elif_id, "Evet, adresi kopyalayıp yapıştırdım. Param kayboldu mu?", now - timedelta(minutes=12)
    )

    await queued(house, scene, "Somchai P.", "en", "I did not make this withdrawal!! please stop it now",
                 now - timedelta(minutes=34), topic="account_security.account_hacked", priority="urgent")  # fmt: skip
    await queued(house, scene, "陈雨桐", "zh-Hans", "为什么我的 ETH 仓位被强平了？标记价格明明没有到", now - timedelta(minutes=6),
                 topic="derivatives.liquidation")  # fmt: skip
    noura = await queued(house, scene, "نورة القحطاني", "ar", "لا أستطيع تسجيل الدخول بعد تغيير الهاتف",
                         now - timedelta(minutes=17), topic="account_security.two_factor_lost")  # fmt: skip
    moritz = await queued(house, scene, "Moritz Brandt", "de", "Steuerreport 2025: es fehlen die Staking-Erträge im März",
                          now - timedelta(hours=3), topic="trading.statement_or_tax", channel="web")  # fmt: skip
    kim = await queued(
        house, scene, "김도현", "ko", "API 서명 오류가 계속 발생합니다. -1022 코드입니다", now - timedelta(hours=5)
    )
    camila = await queued(house, scene, "Camila Duarte Reis", "pt", "Enviei a foto de novo, agora sem reflexo",
                          now - timedelta(days=1, hours=2))  # fmt: skip
    async with house.database.transaction() as tx:
        for id, when in ((noura, 15), (moritz, 100), (kim, 200), (camila, 300)):
            await conversations.assign(
                tx, house.vault, by=mara, conversation_id=id, agent_id=mara.id, now=now - timedelta(minutes=when)
            )
        for id, words in (
            (moritz, "Wir schauen es uns an und melden uns heute."),
            (kim, "서명 문자열을 확인해 주세요."),
        ):
            await conversations.reply(
                tx, house.vault, by=mara, conversation_id=id, text=guard.screen(words), now=now - timedelta(minutes=90)
            )
        await conversations.snooze(
            tx, house.vault, by=mara, conversation_id=kim, until=now + timedelta(hours=20), now=now
        )
        await conversations.resolve(tx, house.vault, by=mara, conversation_id=camila, now=now - timedelta(minutes=5))
    scene.cases |= {"elif": elif_id, "noura": noura, "moritz": moritz, "kim": kim, "camila": camila}
    await number(house)


async def number(house: House) -> None:
    """Number what was committed, as the worker's sequencer does."""
    async with await house.database.connect(autocommit=True) as connection:
        await core.sequencer.number_all(connection)


async def open_case(
    house: House, scene: Scene, name: str, language: str, at: datetime, text: str, *, topic: str | None = None,
    channel: str = "widget",
) -> UUID:  # fmt: skip
    """Open a conversation of a new visitor with a first message; return its id."""
    async with house.database.transaction() as tx:
        visitor, _ = await people.start_visitor(tx, house.vault, locale=language, now=at)
        await people.give_contact(tx, house.vault, visitor=visitor, name=name, email="someone@posta.example", now=at)
        opened = await conversations.open_conversation(
            tx, house.vault, customer=visitor, channel=channel, language=language, topic=topic, now=at
        )  # type: ignore[arg-type]
        await conversations.receive(
            tx, house.vault, customer=visitor, conversation_id=opened.id, text=guard.screen(text),
            client_key=str(new_id()), now=at,
        )  # fmt: skip
    return opened.id


async def queued(
    house: House, scene: Scene, name: str, language: str, text: str, at: datetime, *, topic: str | None = None,
    priority: str = "normal", channel: str = "widget", team: UUID | None = None,
) -> UUID:  # fmt: skip
    """Open a conversation and hand it over to a team's queue."""
    id = await open_case(house, scene, name, language, at, text, topic=topic, channel=channel)
    async with house.database.transaction() as tx:
        await hand_over(tx, house, scene, id, at, priority=priority, team=team)
    return id


async def hand_over(
    tx: Transaction, house: House, scene: Scene, id: UUID, at: datetime, *, priority: str = "normal",
    team: UUID | None = None,
) -> None:  # fmt: skip
    """Hand a conversation over with a summary and collected facts."""
    await conversations.hand_over(
        tx, house.vault, by=core.FIRST_LINE, conversation_id=id, reason="topic_needs_person",
        summary=guard.screen("1,250 USDT were sent over BNB Smart Chain to an address that expects Ethereum. The money is safe."),
        facts={"txid": guard.screen("0x9c4f02be77d1e21b"), "network": guard.screen("BEP-20"), "amount": guard.screen("1,250 USDT"),
               "also": guard.screen("trading_fee"), "tone": guard.screen("deadline, anger")},
        team_id=team or scene.payments, priority=priority, now=at,
    )  # fmt: skip  # type: ignore[arg-type]


async def say(house: House, scene: Scene, id: UUID, text: str, at: datetime) -> None:
    """Let the customer of a conversation write."""
    async with house.database.transaction() as tx:
        conversation = await conversations.get(tx, viewer=SYSTEM, conversation_id=id)
        customer = await people.customer(tx, customer_id=conversation.customer_id)
        await conversations.receive(
            tx,
            house.vault,
            customer=customer,
            conversation_id=id,
            text=guard.screen(text),
            client_key=str(new_id()),
            now=at,
        )


async def _team(tx: Transaction, house: House, slug: str, now: datetime) -> UUID:
    for team in await people.teams(tx):
        if team.slug == slug:
            return team.id
    made = await people.create_team(
        tx, house.vault, slug=slug, name=slug.capitalize(), queues=[slug], by=SYSTEM, now=now
    )
    return made.id


async def _agent(
    tx: Transaction, house: House, scene: Scene, name: str, roles: list[str], teams: list[UUID], now: datetime
) -> None:
    agent_id, secret = await people.invite_agent(
        tx, house.vault, name=name, email=f"{new_id()}@northwick.example", roles=[people.Role(role) for role in roles],
        team_ids=teams, languages=["en"], by=SYSTEM, now=now,
    )  # fmt: skip
    await people.set_password(tx, house.vault, secret=secret, password_hash="none", now=now)
    device = people.device_of("Mozilla/5.0 (X11; Linux) Chrome/147", "127.0.0.1")
    signed_in = await people.open_for(tx, house.vault, agent_id=agent_id, device=device, now=now)
    assert signed_in.token
    scene.tokens[name] = signed_in.token
    scene.agents[name] = await people.agent(tx, agent_id=agent_id)
