"""Customers, organisations, agents and teams, as they go in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from bellrock.api.shapes import (
    LINE_PATTERN,
    ExternalId,
    In,
    Line,
    Out,
    Page,
    Tier,
)


class Personal(Out):
    """Given only to tokens with `customers:personal`; each look is recorded."""

    name: str | None
    email: str | None
    external_id: str | None


class Blocked(Out):
    reason: str
    until: datetime | None


class Customer(Out):
    id: UUID
    kind: Literal["customer", "visitor"]
    locale: str
    tier: Tier
    organisation_id: UUID | None
    blocked: Blocked | None
    personal: Personal | None


class CustomerQuery(In):
    external_id: ExternalId


class Customers(Out):
    items: list[Customer]


class CustomerSaid(In):
    """All that is known about the customer; what is missing is forgotten."""

    external_id: ExternalId
    name: Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE_PATTERN)] | None = None
    email: (
        Annotated[str, Meta(max_length=254, pattern="^[^\\s@<>\"',;:]+@[^\\s@<>\"',;:.]+\\.[^\\s@<>\"',;:]+$")] | None
    ) = None
    locale: Annotated[str, Meta(max_length=35, pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")] | None = None
    tier: Tier = "standard"


class NewBlock(In):
    reason: Literal["spam", "abuse", "threat", "scam"]
    period: Literal["day", "week", "month", "open"]


class Organisation(Out):
    id: UUID
    name: str
    tier: Tier
    created_at: datetime


class Organisations(Page):
    items: list[Organisation]


class NewOrganisation(In):
    name: Line
    tier: Tier = "standard"


class OrganisationChange(In):
    name: Line | UnsetType = UNSET
    tier: Tier | UnsetType = UNSET


class Member(In):
    customer_id: UUID


class Members(Page):
    items: list[UUID]


class Agent(Out):
    id: UUID
    name: str
    languages: list[str]
    team_ids: list[UUID]
    presence: Literal["online", "busy", "away", "offline"]
    capacity: int


class Agents(Out):
    items: list[Agent]


class AgentQuery(In):
    team_id: UUID | None = None


class Team(Out):
    id: UUID
    slug: str
    name: str
    queues: list[str]


class Teams(Out):
    items: list[Team]
