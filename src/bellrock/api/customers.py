"""Customers and organisations: described by the exchange, found by its own ids, read without personal data by default."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET

from bellrock import access, conversations, integrations, people
from bellrock.api import problems, shapes, shapes_people
from bellrock.api.operations import Answer, Call, operation
from bellrock.core import Invalid, NotFound
from bellrock.people import Organisation, Tier

PERSONAL = "customers:personal"


@operation(
    "GET",
    "/customers",
    scope="customers:read",
    gives=shapes_people.Customers,
    query=shapes_people.CustomerQuery,
    cost="search",
)
async def find_customers(call: Call) -> Answer:
    """Find a customer by your own id

    Gives one or none.
    """
    query: shapes_people.CustomerQuery = call.query
    found = await people.customer_by_external_id(call.tx, call.house.vault, external_id=query.external_id)
    seen = found is not None and await _may_see(call, found.id)
    items = [await _shown(call, found)] if found is not None and seen else []
    return Answer(shapes_people.Customers(items=items))


@operation("GET", "/customers/{customer_id:uuid}", scope="customers:read", gives=shapes_people.Customer)
async def get_customer(call: Call) -> Answer:
    """Read a customer

    Name, e-mail and your own id are given only with the scope `customers:personal`, and the look is recorded. A token that
    is limited to teams reads customers whose conversations it may see.
    """
    return Answer(await _shown(call, await _one(call)))


@operation("PUT", "/customers", scope="customers:write", gives=shapes_people.Customer, takes=shapes_people.CustomerSaid)
async def put_customer(call: Call) -> Answer:
    """Describe a customer

    As a customer token would: made if the id is new, else replaced.
    """
    body: shapes_people.CustomerSaid = call.body
    customer = await people.describe_customer(
        call.tx,
        call.house.vault,
        external_id=body.external_id,
        name=body.name,
        email=body.email,
        locale=body.locale,
        tier=Tier(body.tier),
        by=call.who.actor,
        now=call.now,
    )
    return Answer(await _shown(call, customer), about=customer.id)


@operation(
    "PUT",
    "/customers/{customer_id:uuid}/block",
    scope="customers:write",
    gives=shapes_people.Customer,
    takes=shapes_people.NewBlock,
)
async def block_customer(call: Call) -> Answer:
    """Block a customer

    They can read on, and write no more until it ends.
    """
    body: shapes_people.NewBlock = call.body
    customer = await _one(call)
    await people.block_customer(
        call.tx,
        call.house.vault,
        by=call.who,
        customer_id=customer.id,
        reason=body.reason,
        period=body.period,
        now=call.now,
    )
    return Answer(await _shown(call, customer), about=customer.id)


@operation("DELETE", "/customers/{customer_id:uuid}/block", scope="customers:write", gives=shapes_people.Customer)
async def unblock_customer(call: Call) -> Answer:
    """Let a customer write again"""
    customer = await _one(call)
    await people.unblock_customer(call.tx, call.house.vault, by=call.who, customer_id=customer.id, now=call.now)
    return Answer(await _shown(call, customer), about=customer.id)


@operation(
    "GET", "/organisations", scope="organisations:read", gives=shapes_people.Organisations, query=shapes.ListQuery
)
async def list_organisations(call: Call) -> Answer:
    """List organisations

    The newest first.
    """
    query: shapes.ListQuery = call.query
    of = f"{call.who.id} organisations"
    before = integrations.open_place(call.house.vault, query.cursor, of=of, type=UUID) if query.cursor else None
    found = await people.organisations(call.tx, before=before, limit=query.limit)
    cursor = integrations.seal_place(call.house.vault, found[-1].id, of=of) if len(found) == query.limit else None
    return Answer(shapes_people.Organisations(items=[_organisation(item) for item in found], next_cursor=cursor))


@operation(
    "POST",
    "/organisations",
    scope="organisations:write",
    gives=shapes_people.Organisation,
    takes=shapes_people.NewOrganisation,
    status=201,
)
async def create_organisation(call: Call) -> Answer:
    """Make an organisation"""
    body: shapes_people.NewOrganisation = call.body
    made = await people.create_organisation(
        call.tx, call.house.vault, name=body.name, tier=Tier(body.tier), by=call.who.actor, now=call.now
    )
    return Answer(_organisation(made))


@operation("GET", "/organisations/{organisation_id:uuid}", scope="organisations:read", gives=shapes_people.Organisation)
async def get_organisation(call: Call) -> Answer:
    """Read an organisation"""
    return Answer(_organisation(await people.organisation(call.tx, call.id("organisation_id"))))


@operation(
    "PATCH",
    "/organisations/{organisation_id:uuid}",
    scope="organisations:write",
    gives=shapes_people.Organisation,
    takes=shapes_people.OrganisationChange,
)
async def update_organisation(call: Call) -> Answer:
    """Change an organisation"""
    body: shapes_people.OrganisationChange = call.body
    changed = await people.change_organisation(
        call.tx,
        call.house.vault,
        organisation_id=call.id("organisation_id"),
        name=None if body.name is UNSET else body.name,
        tier=None if body.tier is UNSET else Tier(body.tier),
        by=call.who.actor,
        now=call.now,
    )
    return Answer(_organisation(changed))


@operation(
    "GET",
    "/organisations/{organisation_id:uuid}/members",
    scope="organisations:read",
    gives=shapes_people.Members,
    query=shapes.ListQuery,
)
async def list_members(call: Call) -> Answer:
    """List who belongs to an organisation

    Ids of customers; a token that is limited to teams gets those whose conversations it may see.
    """
    query: shapes.ListQuery = call.query
    organisation = await people.organisation(call.tx, call.id("organisation_id"))
    of = f"{call.who.id} members {organisation.id}"
    after = integrations.open_place(call.house.vault, query.cursor, of=of, type=UUID) if query.cursor else None
    found = await people.members(call.tx, organisation_id=organisation.id, after=after, limit=query.limit)
    cursor = integrations.seal_place(call.house.vault, found[-1].id, of=of) if len(found) == query.limit else None
    ids = [member.id for member in found]
    seen = set(ids) if _sees_all(call) else await _visible(call, ids)
    return Answer(shapes_people.Members(items=[id for id in ids if id in seen], next_cursor=cursor))


@operation(
    "POST",
    "/organisations/{organisation_id:uuid}/members",
    scope="organisations:write",
    gives=shapes.Done,
    takes=shapes_people.Member,
)
async def add_member(call: Call) -> Answer:
    """Say that a customer belongs to an organisation

    Whom they belonged to before, they do no more.
    """
    body: shapes_people.Member = call.body
    organisation = await people.organisation(call.tx, call.id("organisation_id"))
    if not await _may_see(call, body.customer_id):
        raise Invalid
    try:
        customer = await people.customer(call.tx, body.customer_id)
    except NotFound as error:
        raise Invalid from error
    await people.join_organisation(
        call.tx,
        call.house.vault,
        customer_id=customer.id,
        organisation_id=organisation.id,
        by=call.who.actor,
        now=call.now,
    )
    return Answer(shapes.Done(), about=customer.id)


@operation(
    "DELETE",
    "/organisations/{organisation_id:uuid}/members/{customer_id:uuid}",
    scope="organisations:write",
    gives=shapes.Done,
)
async def remove_member(call: Call) -> Answer:
    """Say that a customer belongs to an organisation no more"""
    organisation = await people.organisation(call.tx, call.id("organisation_id"))
    customer = await _one(call)
    if await people.organisation_of(call.tx, customer_id=customer.id) != organisation.id:
        raise problems.not_found()
    await people.join_organisation(
        call.tx, call.house.vault, customer_id=customer.id, organisation_id=None, by=call.who.actor, now=call.now
    )
    return Answer(shapes.Done(), about=customer.id)


async def _one(call: Call) -> people.Customer:
    customer_id = call.id("customer_id")
    if not await _may_see(call, customer_id):
        raise problems.not_found()
    return await people.customer(call.tx, customer_id)


def _sees_all(call: Call) -> bool:
    """Whether the token has no limit to teams; how far it reads conversations is another matter."""
    return not call.who.team_ids


async def _may_see(call: Call, customer_id: UUID) -> bool:
    return _sees_all(call) or customer_id in await _visible(call, [customer_id])


async def _visible(call: Call, ids: list[UUID]) -> frozenset[UUID]:
    return await conversations.visible_customers(call.tx, viewer=call.who, ids=ids)


async def _shown(call: Call, customer: people.Customer) -> shapes_people.Customer:
    block = await people.block_of(call.tx, customer_id=customer.id, now=call.now)
    return shapes_people.Customer(
        id=customer.id,
        kind=customer.kind.value,
        locale=customer.locale,
        tier=customer.tier.value,
        organisation_id=await people.organisation_of(call.tx, customer_id=customer.id),
        blocked=shapes_people.Blocked(reason=block.reason.value, until=block.expires_at) if block else None,
        personal=await _personal(call, customer) if PERSONAL in call.who.scopes else None,
    )


async def _personal(call: Call, customer: people.Customer) -> shapes_people.Personal:
    await access.look(
        call.tx,
        call.house.vault,
        agent=call.who,
        what=access.Looked.PERSONAL,
        customer_id=customer.id,
        conversation_id=None,
        reason="api",
        now=call.now,
    )
    profile = await people.profile(call.tx, call.house.vault, customer_id=customer.id)
    return shapes_people.Personal(name=profile.name, email=profile.email, external_id=profile.external_id)


def _organisation(item: Organisation) -> shapes_people.Organisation:
    return shapes_people.Organisation(id=item.id, name=item.name, tier=item.tier.value, created_at=item.created_at)
