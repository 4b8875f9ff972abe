"""What the operator lets in: the first administrator, and software."""

from __future__ import annotations

import pytest

from bellrock import integrations, people
from bellrock.cli import admitting
from bellrock.core import Invalid, clock
from bellrock.house import House


async def test_a_new_house_gets_its_first_administrator_and_a_token(house: House) -> None:
    link = await admitting.invitation(house, email="ada@northwick.example", name="Ada", roles=["admin"], tongue="tr")
    secret = link.removeprefix(f"{house.settings.base_url}/desk/join/")
    hashed = await people.hash_password("a long enough password")
    async with house.database.transaction() as tx:
        await people.set_password(tx, house.vault, secret=secret, password_hash=hashed, now=clock.now())
        ada = await people.agent_by_email(tx, house.vault, email="ada@northwick.example")
        assert ada is not None
        assert ada.may(people.Permission.ADMINISTER)
        assert ada.locale == "tr"
        await people.seed_teams(tx, house.vault, now=clock.now())
    with pytest.raises(people.EmailTaken):
        await admitting.invitation(house, email="ada@northwick.example", name="Ada", roles=["admin"], tongue="en")
    with pytest.raises(Invalid):
        await admitting.invitation(house, email="bo@northwick.example", name="Bo", roles=["king"], tongue="en")
    made = await admitting.token(house, name="CRM", scopes=["messages:read"], teams=["payments"], days=30)
    async with house.database.transaction() as tx:
        who = await integrations.holder(tx, secret=made, now=clock.now())
    assert (who.scopes, len(who.team_ids)) == ({"messages:read"}, 1)
    with pytest.raises(integrations.BadToken):
        await admitting.token(house, name="CRM", scopes=["messages:read"], teams=["nobody"], days=30)
