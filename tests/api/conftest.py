"""A desk with two teams and somebody else's things, and tokens for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import channels, conversations, guard, incidents, integrations, knowledge, people
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from bellrock.integrations import SCOPES
from bellrock.people import Role


@dataclass(frozen=True)
class Desk:
    """Two teams; a conversation of each, of different customers; and one of everything else."""

    house: House
    client: AsyncTestClient[Litestar]
    payments: UUID
    security: UUID
    agent: UUID
    customer: UUID
    stranger: UUID
    conversation: UUID
    foreign: UUID
    organisation: UUID
    article: UUID
    incident: UUID
    label: UUID
    file: UUID
    foreign_file: UUID
    webhook: UUID
    foreign_webhook: UUID

    async def token(self, scopes: Collection[str] = tuple(SCOPES), *, teams: Collection[UUID] | None = None) -> str:
        async with self.house.database.transaction() as tx:
            made = await integrations.make_token(
                tx,
                self.house.vault,
                name="test",
                scopes=scopes,
                team_ids=teams,
                expires_at=clock.now() + timedelta(days=1),
                by=SYSTEM,
                now=clock.now(),
            )
        return made.secret

    async def call(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        json: Any = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> Any:
        sent = {**({"authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        if json is not None:
            more["json"] = json
        return await self.client.request(method, f"/api/v1{path}", headers=sent, **more)


Calls = Callable[..., Awaitable[Any]]


@pytest.fixture
async def desk(house: House, client: AsyncTestClient[Litestar]) -> Desk:
    """Everything, committed."""
    vault, now = house.vault, clock.now()
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, vault, now=now)
        teams = {team.slug: team.id for team in await people.teams(tx)}
        payments, security = list(teams.values())[:2]
        agent_id, _link = await people.invite_agent(
            tx,
            vault,
            name="Mara",
            email="mara@northwick.example",
            roles=[Role.AGENT],
            team_ids=[payments],
            languages=["en"],
            by=SYSTEM,
            now=now,
        )
        await tx.execute("UPDATE agents SET status = 'active', password_hash = 'none' WHERE id = %s", (agent_id,))
        customers, cases, files, webhooks = [], [], [], []
        for external_id, team_id in (("northwick-1", payments), ("northwick-2", security)):
            customer = await people.describe_customer(
                tx,
                vault,
                external_id=external_id,
                name="Aylin Canary",
                email=f"{external_id}@canary.example",
                locale="en",
                tier=people.Tier.STANDARD,
                by=SYSTEM,
                now=now,
            )
            opened = await conversations.open_conversation(
                tx, vault, customer=customer, channel="web", language="en", now=now
            )
            await conversations.assign(
                tx, vault, by=SYSTEM, conversation_id=opened.id, agent_id=None, team_id=team_id, now=now
            )
            added = await channels.attach_file(
                tx,
                vault,
                house.files,
                by=customer,
                customer_id=customer.id,
                client_key=str(opened.id),
                name="canary.txt",
                data=b"canary words",
                now=now,
            )
            await conversations.receive(
                tx,
                vault,
                customer=customer,
                conversation_id=opened.id,
                text=guard.screen("canary words"),
                client_key=str(opened.id),
                file_ids=[added.id],
                now=now,
            )
            await channels.send_files(tx, by=customer, conversation_id=opened.id, file_ids=[added.id], now=now)
            made, _secret = await integrations.make_endpoint(
                tx,
                vault,
                url=f"https://{external_id}.example/hook",
                events=["conversation.opened"],
                team_ids=[team_id],
                may_be_plain=False,
                by=SYSTEM,
                now=now,
            )
            files.append(added.id)
            webhooks.append(made.id)
            customers.append(customer.id)
            cases.append(opened.id)
        organisation = await people.create_organisation(
            tx, vault, name="Harbour Ltd", tier=people.Tier.VIP, by=SYSTEM, now=now
        )
        await tx.execute("INSERT INTO categories (id, slug, position) VALUES (gen_random_uuid(), 'general', 1)")
        text = knowledge.Text(guard.screen("Fees"), guard.screen("They are low."), guard.screen("## Fees\n\nLow."))
        article = await knowledge.start_article(
            tx, vault, category_slug="general", topic=None, slug="fees", text=text, by=SYSTEM, now=now
        )
        incident = await incidents.open_incident(
            tx,
            vault,
            texts={"en": incidents.Text(guard.screen("Slow"), guard.screen("We look into it."))},
            topics=[],
            by=SYSTEM,
            now=now,
        )
        label = await conversations.create_label(tx, vault, name="refund", by=SYSTEM, now=now)
    return Desk(
        house,
        client,
        payments,
        security,
        agent_id,
        customers[0],
        customers[1],
        cases[0],
        cases[1],
        organisation.id,
        article,
        incident,
        label.id,
        *files,
        *webhooks,
    )
