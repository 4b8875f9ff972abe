"""The composition root: builds the house, the web application and the worker, and alone knows the adapters."""

from __future__ import annotations

import asyncio
import importlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from litestar import Litestar, Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.config.cors import CORSConfig
from litestar.config.csrf import CSRFConfig
from litestar.middleware import DefineMiddleware

from bellrock import language
from bellrock.chains import Chain, Network
from bellrock.core import BellrockError, Database, Settings, clock, journal, logs, loop
from bellrock.core.files import Files
from bellrock.core.rates import Rates
from bellrock.exchange import Declaration, Exchange
from bellrock.house import House
from bellrock.vault import Keyring, Vault
from bellrock.web import shared
from bellrock.web.live import Hub
from bellrock.web.shared.addresses import TrustedProxies, networks_of
from bellrock.web.widget.direct import PATH as DIRECT_PATH
from bellrock.web.widget.direct import DirectMessages

REQUEST_BYTES_MAX = 64_000
AREAS = ("live", "agent", "people", "widget", "customer", "helpcentre", "admin")


def build_house(settings: Settings) -> House:
    """Return the parts of a process, nothing opened yet. Raises KeyringDamaged, SettingsWrong."""
    from bellrock.adapters.llm import build_llm
    from bellrock.adapters.mail import build_mail
    from bellrock.adapters.meaning import build_meaning
    from bellrock.adapters.push import build_push
    from bellrock.adapters.translate import build_translator

    vault = Vault(Keyring.load(settings.keys, apart_from=settings.data))
    llm = build_llm(settings)
    return House(
        settings=settings,
        database=Database(settings.database_url),
        vault=vault,
        mail=build_mail(settings),
        translator=build_translator(settings) or language.translator_of(llm),
        llm=llm,
        meaning=build_meaning(settings.data),
        push=build_push(settings, vault.fingerprint("vapid", "seed")),
        files=build_files(settings.data / "files"),
        chains=build_chains(settings),
        exchange=build_exchange(settings),
        rates=Rates(vault.fingerprint("rates", "addresses")),
    )


def build_exchange(settings: Settings) -> Exchange:
    """Return the exchange of the settings, or one that can be asked nothing. Raises SettingsWrong."""
    from bellrock.adapters.exchange import build_exchange

    return build_exchange(settings)


def connect_exchange(url: str, *, token: str) -> Exchange:
    """Return the exchange at an address, for commands. Raises SettingsWrong."""
    from bellrock.adapters.exchange import connect

    return connect(url, token=token)


def exchange_declaration(settings: Settings) -> Callable[[], Awaitable[Declaration]] | None:
    """Return how to ask the exchange of the settings what it is; None where none is set up."""
    if not settings.exchange_url:
        return None

    async def ask() -> Declaration:
        return (await declared_exchange(settings.exchange_url, token=settings.exchange_token))[0]

    return ask


async def declared_exchange(url: str, *, token: str) -> tuple[Declaration, Exchange]:
    """Return what the service at an address says of itself, and the exchange with the parts that it has."""
    from bellrock.adapters.exchange import declared

    return await declared(url, token=token)


def build_files(folder: Path) -> Files:
    """Return the store of files over a folder."""
    from bellrock.adapters.files.local import LocalFiles

    return LocalFiles(folder)


def build_chains(settings: Settings) -> dict[str, Chain]:
    """Return the chains that have a node in the settings, by CAIP-2 id. Raises SettingsWrong."""
    from bellrock.adapters.chain import build_chains

    return build_chains(settings)


def build_chain(network: Network, address: str) -> Chain:
    """Return a chain behind a node, for benches and commands: `evm+http://127.0.0.1:8545`. Raises SettingsWrong."""
    from bellrock.adapters.chain import build_chain

    return build_chain(network, address)


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Yield a house with its database open and its keyring tied to it, for commands and tests."""
    house = build_house(settings)
    async with house.database:
        async with house.database.transaction() as tx:
            await house.vault.bind(tx)
        yield house


def create_app(settings: Settings | None = None, *, house: House | None = None) -> Application:
    """Return the web application over a house; without one, it is built from the settings and opened with the app."""
    owned = house is None
    if house is None:
        assert settings is not None
        house = build_house(settings)
    handlers: list[Any] = [health_live, health_ready, health_proxy, metrics]
    for area in AREAS:
        handlers += importlib.import_module(f"bellrock.web.{area}.routes").routes
    handlers += importlib.import_module("bellrock.api.routes").routes
    app = Application(
        route_handlers=[*handlers, *shared.asset_routes, *shared.brand_routes],
        lifespan=[_lifespan(owned=owned)],
        before_request=shared.refresh_for,
        before_send=[shared.add_security_headers],
        exception_handlers=shared.problem_handlers,
        middleware=_proxies(house.settings),
        csrf_config=CSRFConfig(
            secret="",  # each house has its own
            cookie_name="bellrock_csrf",
            cookie_secure=house.settings.is_https,
            cookie_samesite="lax",
            cookie_httponly=True,
            exclude="^/(widget|api)/",  # there nothing is done on the word of a cookie
        ),
        cors_config=_cors(house.settings),
        request_max_body_size=REQUEST_BYTES_MAX,
        openapi_config=None,
        logging_config=None,
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=5, exclude=["/desk/events", "/widget/events", "/widget/socket"]
        ),
    )
    move_in(app, house)
    return app


def move_in(app: Application, house: House) -> None:
    """Let an application that does not run work over this house, whose settings are those that it was made for."""
    assert app.csrf_config is not None
    app.csrf_config.secret = house.vault.fingerprint("csrf", "secret").hex()
    app.state.house = house
    app.direct = DirectMessages(house, app.handle, app.cors_config)


class Application(Litestar):
    """The web application, with one way past it for the one request that comes by the million."""

    __slots__ = ("direct",)
    direct: DirectMessages

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Take any request: a customer's message the short way, everything else the ordinary one."""
        if scope["type"] == "http" and scope["path"] == DIRECT_PATH and scope["method"] == "POST":
            await self.direct(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request in the ordinary way."""
        await super().__call__(scope, receive, send)


def _proxies(settings: Settings) -> list[Any]:
    """Let trusted proxies say who asks; without any, nobody can."""
    if not settings.trusted_proxies:
        return []
    return [DefineMiddleware(TrustedProxies, networks=networks_of(settings.trusted_proxies))]


def _cors(settings: Settings) -> CORSConfig | None:
    """Let the exchange's own pages use the widget's addresses. No cookie ever goes along: the widget shows a token."""
    if not settings.origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type"],
        expose_headers=["retry-after"],
        allow_credentials=False,
        max_age=600,
    )


def _lifespan(*, owned: bool) -> Any:
    @asynccontextmanager
    async def live(app: Litestar) -> AsyncIterator[None]:
        house: House = app.state.house
        logs.configure(level=house.settings.log_level, fmt=house.settings.log_format)
        if owned:
            await house.database.open()
        async with house.database.transaction() as tx:
            await house.vault.bind(tx)
        house.hub = Hub(house.database, house.vault)
        await house.hub.start()
        sharing = asyncio.create_task(house.rates.run(house.database))
        try:
            yield
        finally:
            sharing.cancel()
            await asyncio.gather(sharing, return_exceptions=True)
            await house.hub.stop()
            if owned:
                await house.database.close()

    return live


@get("/health/live", name="health.live", media_type="text/plain")
async def health_live() -> str:
    """Say that this process answers."""
    return "ok"


@get("/health/ready", name="health.ready", media_type="text/plain")
async def health_ready(request: Request[Any, Any, Any]) -> str:
    """Say that the database answers too; 503 while it does not."""
    house: House = request.app.state.house
    async with house.database.transaction() as tx:
        await journal.last_number(tx)
    return "ok"


@get("/health/proxy", name="health.proxy")
async def health_proxy(request: Request[Any, Any, Any]) -> dict[str, bool]:
    """Say what a proxy passes on: whether it names a client, and whether its word was taken. No address is told."""
    return {
        "forwarded": "x-forwarded-for" in request.headers,
        "trusted": bool(request.scope.get("state", {}).get("proxied")),
    }


@get("/metrics", name="metrics")
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Return figures of the house in the format of Prometheus, to this machine only."""
    from bellrock.web.shared.metrics import render_metrics

    return await render_metrics(request)


def run_worker(settings: Settings) -> None:
    """Run sequencer, cursors, jobs and sweeps until SIGTERM: the body of the worker process."""
    loop.run(_run_worker(settings))


async def _run_worker(settings: Settings) -> None:
    from bellrock import channels, furnishing, integrations, triage, workbench, worker
    from bellrock.core.jobs import Jobs
    from bellrock.sweeps import sweeps
    from bellrock.wiring import listeners

    logs.configure(level=settings.log_level, fmt=settings.log_format)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    house = build_house(settings)
    async with house.database:
        async with house.database.transaction() as tx:
            await house.vault.bind(tx)
        await furnishing.furnish_new(house, now=clock.now())
        work = {
            **channels.jobs(house),
            **integrations.jobs(house, lambda: build_caller(settings)),
            **workbench.jobs(house),
        }
        begin = house.database.transaction
        first_line = build_first_line(house) if settings.first_line else None
        prompt = triage.jobs(begin, first_line) if first_line else {}
        jobs = Jobs(settings.database_url, work, prompt=prompt)
        await worker.run(
            house.database,
            listeners=listeners(house, has_first_line=settings.first_line, defer=jobs.defer),
            jobs=jobs,
            sweeps=[*sweeps(house, jobs), *(first_line_sweeps(house, first_line) if first_line else ())],
            stop=stop,
        )
        await sign_off(house)


async def sign_off(house: House) -> None:
    """Put everything that was written until now under a checkpoint: the last thing a worker does.

    Where another worker still runs, it has the lead, and signs within seconds.
    """
    from bellrock import ledger, wiring, worker

    try:
        await worker.drain(house.database, wiring.tree())
        await ledger.keep(house.database, house.vault.keyring, house.settings, now=clock.now())
    except (BellrockError, OSError) as error:
        structlog.get_logger(__name__).warning("checkpoint.not_signed", reason=type(error).__name__)


def build_caller(settings: Settings) -> Any:
    """Return the caller of webhooks."""
    from bellrock.adapters.webhooks.http import HttpCaller

    return HttpCaller(may_be_private=settings.webhook_private)


def build_first_line(house: House) -> Any:
    """Return the first line with the encoder that comes with this installation, loaded at the first message."""
    from bellrock import triage

    diagnosing = triage.Diagnosing(house.vault, house.exchange, house.chains)
    return triage.FirstLine(house.vault, build_embedder(), diagnosing, triage.Phrasing(house.llm), heads_of(house))


def heads_of(house: House) -> Any:
    """Return what makes the head that is live, one a process: first line and search decide with the same."""
    from bellrock import triage

    return house.extras.setdefault("heads", triage.Heads(house.vault, build_embedder()))


@cache
def build_embedder() -> Any:
    """Return the encoder of texts that comes with this installation, one a process; its weights are read at the first text."""
    from bellrock.adapters import embed
    from bellrock.adapters.embed.turns import TakingTurns

    return TakingTurns(embed.build_embedder())


def first_line_sweeps(house: House, first_line: Any) -> list[Any]:
    """Return what the worker looks after for a first line: nobody is left without an answer, and what goes by meaning."""
    from bellrock.worker import Sweep

    async def rescue() -> None:
        await first_line.rescue(house.database.transaction, now=clock.now())

    return [Sweep("left alone", 30.0, rescue), *meaning_sweeps(house)]


def meaning_sweeps(house: House) -> list[Any]:
    """Return what a worker with the encoder does for search: it learns what articles mean, and lets web processes ask."""
    from bellrock import triage
    from bellrock.adapters.meaning import build_meaning_server
    from bellrock.worker import Sweep

    embedder = build_embedder()
    heads = heads_of(house)
    meaning = triage.ArticleMeaning(house.database, embedder, heads)
    server = build_meaning_server(house.settings.data, meaning)
    house.meaning = meaning

    async def gaps() -> None:
        await triage.suggest(house.database, house.vault, embedder, now=clock.now())

    async def taught() -> None:
        await heads.refresh(house.database)

    async def trials() -> None:
        kept = house.settings.data / "triage"
        await triage.run_trial(house.database, house.vault, embedder, now=clock.now(), kept=kept)

    return [
        Sweep("head of the first line", 2.0, taught),
        Sweep("trials of examples", 2.0, trials),
        Sweep("meaning of articles", 5.0, meaning.refresh),
        Sweep("meaning for search", 5.0, server.keep),
        Sweep("gaps of the week", 3_600.0, gaps),
    ]
