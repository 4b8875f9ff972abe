"""Articles, incidents and labels, as they go in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from bellrock.api.shapes import (
    LINE_PATTERN,
    Colour,
    In,
    Language,
    ListQuery,
    Out,
    Page,
    Topic,
)


class ArticleQuery(ListQuery):
    topic: Topic | None = None


class Translation(Out):
    language: str
    state: Literal["missing", "draft", "published", "outdated"]
    slug: str
    title: str
    published_version: int | None
    draft_version: int | None


class Article(Out):
    id: UUID
    topic: str | None
    category: str
    source_language: str
    translations: list[Translation]


class Articles(Page):
    items: list[Article]


class Version(Out):
    article_id: UUID
    language: str
    version: int
    title: str
    answer: str
    body: str
    written_at: datetime
    published_at: datetime | None


Slug = Annotated[str, Meta(min_length=1, max_length=120, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]


class ArticleText(In):
    """`answer` is what the first line may send; `body` is Markdown."""

    slug: Slug
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    answer: Annotated[str, Meta(min_length=1, max_length=1_000)]
    body: Annotated[str, Meta(min_length=1, max_length=60_000)]


class NewArticle(ArticleText):
    category: Annotated[str, Meta(min_length=1, max_length=60, pattern="^[a-z0-9-]+$")]
    topic: Topic | None = None
    language: Language = "en"


class NewDraft(ArticleText):
    language: Language
    after: Annotated[int, Meta(ge=0, le=1_000_000, description="The newest version you have read; 0 for none.")] = 0


class Saved(Out):
    article_id: UUID
    language: str
    version: int


class NewPublication(In):
    language: Language
    version: Annotated[int, Meta(ge=1, le=1_000_000)]


State = Literal["investigating", "identified", "monitoring", "resolved"]


class IncidentText(In):
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    text: Annotated[str, Meta(min_length=1, max_length=2_000)]


class TextOut(Out):
    title: str
    text: str


class Incident(Out):
    id: UUID
    state: State
    topics: list[str]
    texts: dict[str, TextOut]
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None


class Incidents(Out):
    items: list[Incident]


Texts = Annotated[dict[Language, IncidentText], Meta(min_length=1, max_length=30)]
Topics = Annotated[list[Topic], Meta(max_length=64)]


class NewIncident(In):
    """Shown at once. English is needed."""

    texts: Texts
    topics: Topics = field(default_factory=list)
    state: Literal["investigating", "identified", "monitoring"] = "investigating"


class IncidentChange(In):
    state: State | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    texts: Texts | UnsetType = UNSET


class Label(Out):
    id: UUID
    name: str
    colour: Colour
    is_retired: bool


class Labels(Out):
    items: list[Label]


LabelName = Annotated[str, Meta(min_length=1, max_length=40, pattern=LINE_PATTERN)]


class NewLabel(In):
    name: LabelName
    colour: Colour = "stone"


class LabelChange(In):
    name: LabelName | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET
    is_retired: bool | UnsetType = UNSET
