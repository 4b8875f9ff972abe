"""How far an account's holder is identified, what is missing, and what is offered in a country."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bellrock.exchange.facts import Country, Id, Instant, Text


class IdentityState(StrEnum):
    """Where an identification is."""

    NONE = "none"
    STARTED = "started"  # something is missing
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class IdentityReason(StrEnum):
    """Why an identification was rejected. Of `refused` no more is ever told."""

    BLURRED = "blurred"
    CROPPED = "cropped"
    GLARE = "glare"
    SCREEN_PHOTO = "screen_photo"
    DOCUMENT_EXPIRED = "document_expired"
    DOCUMENT_UNSUPPORTED = "document_unsupported"
    NAME_MISMATCH = "name_mismatch"
    BIRTH_DATE_MISMATCH = "birth_date_mismatch"
    FACE_MISMATCH = "face_mismatch"
    ADDRESS_OLD = "address_old"
    ADDRESS_MISMATCH = "address_mismatch"
    UNDER_AGE = "under_age"
    DUPLICATE = "duplicate"
    REGION = "region"
    REFUSED = "refused"
    OTHER = "other"


class Document(StrEnum):
    """What can be asked for."""

    IDENTITY_DOCUMENT = "identity_document"
    SELFIE = "selfie"
    LIVENESS = "liveness"
    PROOF_OF_ADDRESS = "proof_of_address"
    SOURCE_OF_FUNDS = "source_of_funds"
    QUESTIONNAIRE = "questionnaire"


@dataclass(frozen=True, slots=True)
class Identity:
    """How far an account is identified: `level` is reached, `wanted_level` under way and decided by `due_at`."""

    account: Id
    level: int
    wanted_level: int
    state: IdentityState
    reasons: tuple[IdentityReason, ...]
    missing: tuple[Document, ...]
    country: Country | None
    submitted_at: Instant | None
    decided_at: Instant | None
    due_at: Instant | None
    attempts_left: int | None
    as_of: Instant


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What a level needs in a country, and what it opens, in plain words."""

    level: int
    documents: tuple[Document, ...]
    accepts: tuple[Text, ...]  # kinds of documents: passport, national_id, driving_licence, residence_permit
    opens: tuple[Text, ...]
    hours: int  # usually decided within


@dataclass(frozen=True, slots=True)
class LevelRules:
    """The levels of identification in a country, the lowest first."""

    country: Country
    levels: tuple[LevelRule, ...]
    as_of: Instant


class Product(StrEnum):
    """What an exchange offers."""

    ACCOUNT = "account"
    SPOT = "spot"
    FUTURES = "futures"
    EARN = "earn"
    CARD = "card"
    FIAT = "fiat"
    P2P = "p2p"
    COPY_TRADING = "copy_trading"
    WEB3 = "web3"
    API = "api"


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a product is offered in a country, and if not, in plain words why."""

    product: Product
    is_offered: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """What is offered in a country."""

    country: Country
    offers: tuple[Offer, ...]
    as_of: Instant
