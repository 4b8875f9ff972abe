"""Commands about the exchange: exchange serve, exchange conform, exchange contract."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bellrock.cli.frame import app, group, load_settings

if TYPE_CHECKING:
    from bellrock.exchange import Declaration, Finding

exchange_app = group(None)
app.add_typer(exchange_app, name="exchange")


@exchange_app.callback()
def exchange_group() -> None:
    """Check the exchange's service for support against the contract, or run one to try everything with.

    \b
    Examples:
      bellrock exchange serve --port 8090 --token try
      bellrock exchange conform http://127.0.0.1:8090 --token try --account NW-100281
    """


@exchange_app.command("serve")
def serve_exchange(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8090,
    token: Annotated[str, typer.Option(help="Token to ask for. Default: the setting, else one made at random.")] = "",
    seed: Annotated[str, typer.Option(help="The same seed makes the same exchange.")] = "northwick",
    faults: Annotated[str, typer.Option(help="What goes wrong on purpose: latency_ms=200,fail_every=5 …")] = "",
) -> None:
    """Run the reference exchange: invented accounts, in memory; deposits are looked up on the nodes of BELLROCK_CHAIN_NODES.

    Faults: latency_ms, fail_every (status 500), limit_every (429), break_every (answers of a wrong shape), stale_seconds.

    \b
    Examples:
      bellrock exchange serve
      bellrock exchange serve --token try --faults latency_ms=300,fail_every=4
    """
    import secrets

    from bellrock import reference_exchange
    from bellrock.app import build_chains

    settings = load_settings()
    token = token or settings.exchange_token or secrets.token_urlsafe(16)
    print(f"http://{host}:{port}  token: {token}", flush=True)
    reference_exchange.serve(
        host=host,
        port=port,
        token=token,
        seed=seed,
        faults=reference_exchange.parse_faults(faults),
        chains=lambda: build_chains(settings),
    )


@exchange_app.command()
def conform(
    url: Annotated[str, typer.Argument(help="Address of the service. Default: that of the settings.")] = "",
    token: Annotated[str, typer.Option(help="Its token. Default: that of the settings.")] = "",
    account: Annotated[
        list[str] | None, typer.Option(help="An account to ask about; give several, with orders, deposits, positions.")
    ] = None,
    measures_on: Annotated[str, typer.Option(help="A test account on which measures are tried, for good.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Run the contract against a service and print what holds; exit code 1 where something is broken.

    Reads only, unless --measures-on names an account: its withdrawals are then frozen, and its staff has to lift that.

    \b
    Examples:
      bellrock exchange conform https://support.exchange.example --token … --account 1041 --account 2207
      bellrock exchange conform --account NW-100281 --json
    """
    settings = load_settings()
    url, token = url or settings.exchange_url, token or settings.exchange_token
    if not url or not account:
        raise typer.BadParameter("it takes an address and at least one --account")
    declared, findings = asyncio.run(_conform(url, token, tuple(account), measures_on or None))
    print(_as_json(declared, findings) if as_json else _as_table(declared, findings))
    if any(finding.result == "broken" for finding in findings):
        sys.exit(1)


@exchange_app.command()
def contract() -> None:
    """Print the contract as an OpenAPI 3.1 document.

    \b
    Example:
      bellrock exchange contract > openapi.json
    """
    from bellrock import exchange

    print(json.dumps(exchange.document(), indent=1, ensure_ascii=False))


async def _conform(
    url: str, token: str, accounts: tuple[str, ...], measures_on: str | None
) -> tuple[Declaration, list[Finding]]:
    from bellrock import exchange
    from bellrock.app import connect_exchange, declared_exchange
    from bellrock.core import clock

    declared, asked = await declared_exchange(url, token=token)
    sample = exchange.Sample(
        accounts,
        clock.now(),
        for_measures=measures_on,
        stranger=connect_exchange(url, token="nobody's"),  # noqa: S106
    )
    return declared, await exchange.conform(asked, sample)


def _as_table(declared: Declaration, findings: list[Finding]) -> str:
    lines = [f"{declared.name}, contract {declared.version}", ""]
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        line = f"{finding.part.value:<12} {finding.name:<{width}}  {finding.result.value}"
        lines.append(f"{line}: {finding.why}" if finding.why else line)
    results = [finding.result.value for finding in findings]
    lines += ["", ", ".join(f"{results.count(result)} {result}" for result in dict.fromkeys(sorted(results)))]
    return "\n".join([*lines, f"BELLROCK_EXCHANGE_CAN={','.join([*declared.can, *declared.measures])}"])


def _as_json(declared: Declaration, findings: list[Finding]) -> str:
    rows = [
        {"part": finding.part, "name": finding.name, "result": finding.result, "why": finding.why}
        for finding in findings
    ]
    told = {"name": declared.name, "version": declared.version, "can": declared.can, "measures": declared.measures}
    return json.dumps({**told, "findings": rows}, ensure_ascii=False)
