"""The reference exchange itself, in memory: everything that its parts share, and the exchange as the port has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bellrock import chains, exchange
from bellrock.chains import Chain, Network
from bellrock.core import BellrockError
from bellrock.exchange import Ability, Exchange, ExchangeNotFound, NetworkRule
from bellrock.reference_exchange import accounts, rules
from bellrock.reference_exchange.addresses import address_of, hot_wallet
from bellrock.reference_exchange.courses import Course
from bellrock.reference_exchange.futures import Engine
from bellrock.reference_exchange.prices import Prices
from bellrock.reference_exchange.state import Draw, State
from bellrock.reference_exchange.stories import STORIES
from bellrock.reference_exchange.watching import Watch
from bellrock.reference_exchange.world import World

NAME = "Northwick reference exchange"
ACCOUNTS_MAX = 2_000
_COURSES_MAX = 200
_COURSE_AGE = timedelta(minutes=1)


class Venue:
    """An exchange that exists in this process only. The same seed and start make the same exchange.

    `clock` tells the time; `watched` are chains whose deposits are real, `extra` rules for assets on them.
    """

    def __init__(
        self,
        *,
        seed: str = "northwick",
        started_at: datetime,
        clock: Callable[[], datetime],
        watched: Mapping[str, Chain] | None = None,
        extra: tuple[NetworkRule, ...] = (),
    ) -> None:
        self.now = clock
        self.started_at = started_at.replace(microsecond=0)
        self.draw = Draw(seed)
        self.prices = Prices(seed, self.started_at, {coin: row[:2] for coin, row in rules.COINS.items()})
        self.engine = Engine(self.prices)
        self.watched = dict(watched or {})
        self.listed = [*rules.network_rules(self.started_at), *extra]
        known = {rule.network for rule in self.listed}
        self.listed += [rules.rule_of_coin(one.network) for name, one in self.watched.items() if name not in known]
        self.watch = Watch(self.watched, self.listed, self.owner_of)
        self._accounts: dict[str, State] = {}
        self._courses: dict[str, Course] = {}

    def account(self, account: str) -> State:
        """Return what is kept of an account. Raises ExchangeNotFound."""
        if account not in self._accounts:
            if not accounts.NAMED.fullmatch(account):
                raise ExchangeNotFound
            if len(self._accounts) >= ACCOUNTS_MAX:
                self._forget_one()
            self._accounts[account] = self._built(account)
        return self._accounts[account]

    async def looked_at(self, account: str) -> State:
        """Return an account with its deposits as the chains have them now. Raises ExchangeNotFound."""
        state = self.account(account)
        await self.watch.look(account, state, now=self.now())
        return state

    async def look_for(self, account: str, txid: str) -> None:
        """Look for a transaction on every watched chain: some nodes cannot be asked what an address received."""
        for network in self.watched:
            with suppress(BellrockError):  # no id of that chain, or its node is away
                await self.watch.take(account, self.account(account), network, txid, now=self.now())

    async def look_at_all(self) -> None:
        """Bring the deposits of every account that has been asked about up to date."""
        for account in list(self._accounts):
            await self.looked_at(account)

    def course(self, account: str, at: datetime | None = None) -> Course:
        """Return what the engine of futures makes of an account until a time, until now by default."""
        state, now = self.account(account), self.now()
        if at is not None and at < now:
            return self.engine.run(state.openings, wallet=state.futures_wallet, until=at, now=now)
        kept = self._courses.get(account)
        if kept is None or now - kept.at >= _COURSE_AGE:
            if len(self._courses) >= _COURSES_MAX:
                self._courses.clear()
            kept = self.engine.run(state.openings, wallet=state.futures_wallet, until=now, now=now)
            self._courses[account] = kept
        return kept

    def network(self, name: str) -> Network | None:
        """Return a network that is watched or listed."""
        if name in self.watched:
            return self.watched[name].network
        return chains.network(name) if any(rule.network == name for rule in self.listed) else None

    def owner_of(self, network: str, address: str, memo: str | None) -> str | None:
        """Return whose an address is on a network; an empty text where only a memo tells, None where it is nobody's here."""
        known = self.network(network)
        if known is None:
            known = _or_none(network)
        if known is None:
            return None
        address = address.lower() if known.family is chains.Family.EVM else address
        if known.memo is not chains.Memo.NONE and address == address_of(known, "", self.draw)[0]:
            return next((name for name in self._names() if address_of(known, name, self.draw)[1] == memo), "")
        return next((name for name in self._names() if address_of(known, name, self.draw)[0] == address), None)

    def is_ours(self, network: Network, address: str) -> bool:
        """Say whether the exchange sends from an address."""
        return address in (hot_wallet(network, self.draw), hot_wallet(network, self.draw).lower())

    def _forget_one(self) -> None:
        """Make room: an account on which nothing was done is built anew as it was. Raises ExchangeNotFound where none is left."""
        for name, state in self._accounts.items():
            if not state.taken and not any(row.id.startswith("chain-") for row in state.deposits):
                del self._accounts[name]
                return
        raise ExchangeNotFound

    def _names(self) -> list[str]:
        """Return the accounts that there are: those with a story, and all that were asked about."""
        return list({**dict.fromkeys(STORIES), **self._accounts})

    def _built(self, account: str) -> State:
        language, stories = STORIES.get(account, (None, ()))
        networks = {rule.network: self.network(rule.network) for rule in self.listed}
        state = accounts.build(
            account,
            draw=self.draw,
            prices=self.prices,
            listed=self.listed,
            networks={name: network for name, network in networks.items() if network},
            started_at=self.started_at,
            language=language,
        )
        world = World(account, self.draw, self.prices, self.listed, self.started_at)
        for story in stories:
            story(world, state)
        state.sort()
        return state


def as_exchange(venue: Venue, *, can: frozenset[Ability] = frozenset(Ability)) -> Exchange:
    """Return a venue as the port has it, within this process."""
    from bellrock.reference_exchange.parts import PARTS

    absent = exchange.no_exchange()
    found: dict[str, Any] = {
        part.value: PARTS[part](venue) if part in can else getattr(absent, part) for part in Ability
    }
    return Exchange(name=NAME, can=can, **found)


def _or_none(name: str) -> Network | None:
    try:
        return chains.network(name)
    except chains.NetworkUnknown:
        return None
