"""Looks at who may come in: somebody who administers, and tokens whose keepers may still do what they let software do."""

from __future__ import annotations

from bellrock import integrations, people
from bellrock.checkup.findings import Finding
from bellrock.core import Settings, Transaction, clock


async def look_at_administrators(tx: Transaction, _settings: Settings) -> Finding:
    """Say whether anybody can look after the house at the desk."""
    count = len(await people.administrators(tx))
    if count:
        return Finding("administrators", str(count))
    cure = 'bellrock invite ada@example.com --name "Ada Okafor" --role admin'
    return Finding("administrators", "nobody administers", "soon", "Nobody has been invited, or joined, as one.", cure)


async def look_at_tokens(tx: Transaction, _settings: Settings) -> Finding:
    """Say which tokens reach less far than they were made for, because whoever answers for them does."""
    now = clock.now()
    live = [token for token in await integrations.tokens(tx) if token.is_live(now)]
    resting = [token.name for token in live if await integrations.rests(tx, token)]
    if not resting:
        return Finding("API tokens", f"{len(live)}, all as they were made")
    cause = "Whoever answers for them left, or may no longer do themselves what the token is for."
    cure = "Let an administrator who may take them over (Settings, API tokens), or end them."
    return Finding("API tokens", f"resting: {', '.join(sorted(resting))}", "soon", cause, cure)
