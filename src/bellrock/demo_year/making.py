"""One process that makes batches of conversations and writes them; several of them share the work."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Actor, Database, Fact, Settings, Transaction, new_id, reference_of
from bellrock.demo_year import names, plots
from bellrock.demo_year.batch import Batch
from bellrock.demo_year.calendar import Calendar
from bellrock.demo_year.stories import Cast, Story
from bellrock.demo_year.words import Voice

_PER_CUSTOMER = 3.2


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made: `total` conversations of the `days` before `end`.

    `variety` is how many texts each process makes of a kind before it uses them again; 0 makes each anew. `fast` leaves
    the database's own checks and triggers to whoever restores them. `brief` is the share of conversations that are a question
    and an answer and no more. `references` is where the numbers of its references begin: those of one plan are all different.
    """

    total: int
    end: datetime
    days: int = 365
    seed: int = 1
    variety: int = 0
    languages: tuple[str, ...] = ()
    batch: int = 500
    fast: bool = False
    brief: float = 0.0
    references: int = field(default_factory=lambda: secrets.randbits(40))


class Maker:
    """Makes conversations of a plan."""

    def __init__(self, plan: Plan, vault: vaults.Vault, cast: Cast) -> None:
        self._plan, self._vault, self._cast = plan, vault, cast
        self._calendar = Calendar(end=plan.end, days=plan.days, seed=plan.seed)
        self._voice = Voice(vault, variety=plan.variety)

    async def write(self, database: Database, number: int) -> int:
        """Make and write a batch; return how many conversations it had."""
        plan = self._plan
        first = number * plan.batch
        count = min(plan.batch, plan.total - first)
        chance = random.Random(f"{plan.seed}:{number}")
        async with database.transaction() as tx:
            if plan.fast:
                await tx.execute("SET LOCAL session_replication_role = replica")
                await tx.execute("SET LOCAL synchronous_commit = off")
            batch = Batch(self._vault)
            held: list[tuple[Actor, str]] = []
            for place in range(first, first + count):
                at = min(self._calendar.at((place + 0.5) / plan.total, chance), plan.end - timedelta(seconds=5))
                language = self._language(at, chance)
                customer = await self._customer(tx, batch, held, language, at, chance)
                self._tell(batch, place, customer, at, language, chance)
            await batch.write(tx)
        self._vault.subjects.forget_all()
        return count

    def _tell(
        self, batch: Batch, place: int, customer: Actor, at: datetime, language: str, chance: random.Random
    ) -> None:
        reference = reference_of(self._plan.references + place)
        story = Story(batch, reference=reference, customer=customer, at=at, until=self._plan.end)
        topic = self._calendar.topic(at, chance)
        plots.tell(story, plots.Plot(self._voice, self._cast, language, topic, chance, self._plan.brief))

    def _language(self, at: datetime, chance: random.Random) -> str:
        if self._plan.languages:
            return chance.choice(self._plan.languages)
        return self._calendar.language(at, chance)

    async def _customer(
        self,
        tx: Transaction,
        batch: Batch,
        held: list[tuple[Actor, str]],
        language: str,
        at: datetime,
        chance: random.Random,
    ) -> Actor:
        same = [actor for actor, locale in held[-40:] if locale == language]
        if same and chance.random() > 1 / _PER_CUSTOMER:
            return chance.choice(same)
        name = names.name(language, chance)
        external = f"NW-{new_id().hex[-12:].upper()}"
        profile = people.Profile(name=name, email=f"{external.lower()}@customers.example", external_id=external)
        tier = people.Tier.VIP if chance.random() < 0.02 else people.Tier.STANDARD
        customer, key, row = await people.customer_rows(
            tx, self._vault, profile=profile, locale=language, tier=tier, now=at
        )
        batch.add("subject_keys", key)
        batch.add("customers", row)
        batch.fact(
            Fact(
                id=new_id(),
                kind="people.customer_met",
                at=at,
                actor=customer.actor,
                leaf=b"",
                customer_id=customer.id,
                data={"kind": "customer"},
            ),
            words={},
            subject_id=customer.id,
        )
        held.append((customer.actor, language))
        return customer.actor


async def run(settings: Settings, plan: Plan, cast: Cast, take: Callable[[], int], done: Callable[[int], None]) -> None:
    """Make batches until none is left; `take` gives the next one's number, `done` hears how many were made."""
    vault = vaults.Vault(vaults.Keyring.load(settings.keys, apart_from=settings.data))
    maker = Maker(plan, vault, cast)
    numbers = -(-plan.total // plan.batch)
    async with Database(settings.database_url, pool_size_max=2) as database:
        while (number := take()) < numbers:
            done(await maker.write(database, number))
