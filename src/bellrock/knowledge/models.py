"""What leaves this room: frozen rows, and the states of a translation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from bellrock import language as languages

SOURCE_LANGUAGE = "en"
BRAND = "{{brand}}"

TITLE_MAX = 200
ANSWER_MAX = 1_000
BODY_MAX = 60_000
SLUG_MAX = 120


class TranslationState(StrEnum):
    """Where a translation stands. `outdated`: published, and the source was published again since."""

    MISSING = "missing"
    DRAFT = "draft"
    PUBLISHED = "published"
    OUTDATED = "outdated"


def fallbacks(language: str) -> tuple[str, ...]:
    """Return the languages to try for a reader of `language`, best first; English is the last."""
    return languages.readable(language)


def translation_state(
    *, published_number: int | None, draft_number: int | None, based_on: int | None, source_number: int | None
) -> TranslationState:
    """Return the state of a translation.

    `based_on` is the version of the source that the published text was made from, `source_number` the version of the
    source that is published now.
    """
    if published_number is None:
        return TranslationState.MISSING if draft_number is None else TranslationState.DRAFT
    if source_number is not None and based_on is not None and based_on < source_number:
        return TranslationState.OUTDATED
    return TranslationState.PUBLISHED


@dataclass(frozen=True, slots=True)
class Category:
    """A category as readers see it. `count` counts the articles they can read."""

    id: UUID
    slug: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """An article in a list. `language` may be another than the one asked for."""

    article_id: UUID
    language: str
    slug: str
    title: str
    answer: str
    category_slug: str

    @property
    def path(self) -> str:
        """Return the address of the article."""
        return f"/help/{self.language}/a/{self.slug}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result: a card, and how well it fits (higher is better; only the order means something)."""

    card: Card
    score: float


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """What the first line may send for a topic.

    `text` is plain text, `html` the same with bold marks; `language` is the language of the text, which may be a fallback.
    `number` is the version, so that a conversation can say what was sent. `is_outdated`: the source is newer.
    """

    article_id: UUID
    topic: str
    language: str
    number: int
    slug: str
    title: str
    text: str
    html: str
    is_outdated: bool

    @property
    def path(self) -> str:
        """Return the address of the whole article."""
        return f"/help/{self.language}/a/{self.slug}"


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A published article, ready to be shown: `answer_html` and `body_html` are sanitised."""

    article_id: UUID
    topic: str | None
    language: str
    slug: str
    title: str
    answer: str
    answer_html: str
    body_html: str
    headings: tuple[tuple[str, str], ...]
    category_slug: str
    category_name: str
    number: int
    published_at: datetime
    is_outdated: bool
    addresses: dict[str, str]
    related: tuple[Card, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class FeedbackCounts:
    """How many visitors said that an article helped, and how many that it did not."""

    helped: int
    not_helped: int


@dataclass(frozen=True, slots=True)
class Version:
    """One saved text of an article in one language. `source_number`: the source's version it was made from."""

    article_id: UUID
    language: str
    number: int
    title: str
    answer: str
    body: str
    source_number: int | None
    written_by_kind: str
    written_by: UUID | None
    written_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskTranslation:
    """A translation as editors see it."""

    language: str
    state: TranslationState
    slug: str
    title: str
    published_number: int | None
    draft_number: int | None
    feedback: FeedbackCounts


@dataclass(frozen=True, slots=True)
class DeskArticle:
    """An article as editors see it, with the state of each of its translations."""

    id: UUID
    topic: str | None
    category_slug: str
    source_language: str
    title: str
    translations: dict[str, DeskTranslation]
