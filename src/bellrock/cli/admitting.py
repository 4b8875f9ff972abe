"""Commands that let somebody in: the first administrator, and a token for software."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bellrock.cli.frame import app, group, run_in_house

if TYPE_CHECKING:
    from bellrock.house import House

token_app = group(
    """Let software in: tokens of the API.

    At the desk a token reaches no further than whoever answers for it; the operator may give all.

    \b
    Example:
      bellrock token make "Ledger import" --scope conversations:read --scope events:read --days 90
    """
)
app.add_typer(token_app, name="token")


@app.command()
def invite(
    email: Annotated[str, typer.Argument(help="Their e-mail, with which they sign in.")],
    name: Annotated[str, typer.Option(help="Their name, as colleagues and customers read it.")],
    role: Annotated[
        list[str] | None, typer.Option(help="What they may do: agent, lead, admin, auditor; give several.")
    ] = None,
    language: Annotated[str, typer.Option(help="The language that they speak.")] = "en",
) -> None:
    """Invite somebody to the desk, and print the link that lets them choose a password, once, within three days.

    So a new house gets its first administrator; colleagues are invited at the desk (Settings, People).

    \b
    Examples:
      bellrock invite ada@example.com --name "Ada Okafor" --role admin
      bellrock invite bo@example.com --name "Bo Lind" --role admin --role lead
    """
    print(
        run_in_house(lambda house: invitation(house, email=email, name=name, roles=role or ["admin"], tongue=language))
    )


@token_app.command("make")
def make_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; give several. /api/v1/docs#scopes has all.")],
    team: Annotated[
        list[str] | None, typer.Option(help="Only what this team holds, by its slug; give several.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=731, help="It ends after so many days.")] = 90,
) -> None:
    """Make a token and print it: it is shown this once, and its making is a fact in the record.

    \b
    Examples:
      bellrock token make "Ledger import" --scope conversations:read --scope events:read
      bellrock token make "CRM" --scope customers:read --scope customers:personal --team payments --days 30
    """
    print(run_in_house(lambda house: token(house, name=name, scopes=scope, teams=team or [], days=days)))


async def invitation(house: House, *, email: str, name: str, roles: list[str], tongue: str) -> str:
    """Invite somebody in the name of the operator and return their link. Raises Invalid, EmailTaken."""
    from bellrock import operations, people
    from bellrock.core import clock

    async with house.database.transaction() as tx:
        _agent_id, secret = await people.invite_agent(
            tx,
            house.vault,
            name=name,
            email=email,
            roles=roles,
            team_ids=[],
            languages=[tongue],
            locale=tongue,
            by=operations.OPERATOR,
            now=clock.now(),
        )
    return f"{house.settings.base_url}/desk/join/{secret}"


async def token(house: House, *, name: str, scopes: list[str], teams: list[str], days: int) -> str:
    """Make a token in the name of the operator and return its secret. Raises BadToken."""
    from bellrock import integrations, operations, people
    from bellrock.core import clock

    now = clock.now()
    async with house.database.transaction() as tx:
        known = {team.slug: team.id for team in await people.teams(tx)}
        if not set(teams) <= known.keys():
            raise integrations.BadToken
        made = await integrations.make_token(
            tx,
            house.vault,
            name=name,
            scopes=scopes,
            team_ids=[known[slug] for slug in teams] or None,
            expires_at=now + timedelta(days=days),
            by=operations.OPERATOR,
            now=now,
        )
    return made.secret
