"""Articles: listed, read, drafted, published and withdrawn."""

from __future__ import annotations

from bellrock import guard, integrations, knowledge, language, triage
from bellrock.api import shapes_texts
from bellrock.api.operations import Answer, Call, operation
from bellrock.core import Invalid

_ONE = "/articles/{article_id:uuid}"
_BYTES_MAX = 300_000


@operation("GET", "/articles", scope="articles:read", gives=shapes_texts.Articles, query=shapes_texts.ArticleQuery)
async def list_articles(call: Call) -> Answer:
    """List articles

    In the order of the help centre, with the state of each translation, drafts too.
    """
    query: shapes_texts.ArticleQuery = call.query
    of = f"{call.who.id} articles {query.topic}"
    start = integrations.open_place(call.house.vault, query.cursor, of=of, type=int) if query.cursor else 0
    found = [item for item in await knowledge.desk_list(call.tx) if query.topic in (None, item.topic)]
    page, end = found[start : start + query.limit], start + query.limit
    cursor = integrations.seal_place(call.house.vault, end, of=of) if end < len(found) else None
    return Answer(shapes_texts.Articles(items=[_article(item) for item in page], next_cursor=cursor))


@operation("GET", _ONE, scope="articles:read", gives=shapes_texts.Article)
async def get_article(call: Call) -> Answer:
    """Read an article"""
    return Answer(_article(await knowledge.desk_article(call.tx, article_id=call.id("article_id"))))


@operation("GET", _ONE + "/versions/{language:str}/{version:int}", scope="articles:read", gives=shapes_texts.Version)
async def get_article_version(call: Call) -> Answer:
    """Read a version of an article in a language"""
    number: int = call.ids["version"]
    if not 0 < number < 2**31 or call.ids["language"] not in language.LANGUAGES:
        raise knowledge.ArticleNotFound
    found = await knowledge.version(
        call.tx, article_id=call.id("article_id"), language=call.ids["language"], number=number
    )
    return Answer(
        shapes_texts.Version(
            article_id=found.article_id,
            language=found.language,
            version=found.number,
            title=found.title,
            answer=found.answer,
            body=found.body,
            written_at=found.written_at,
            published_at=found.published_at,
        )
    )


@operation(
    "POST",
    "/articles",
    scope="articles:write",
    gives=shapes_texts.Saved,
    takes=shapes_texts.NewArticle,
    status=201,
    bytes_max=_BYTES_MAX,
)
async def create_article(call: Call) -> Answer:
    """Start an article with a draft"""
    body: shapes_texts.NewArticle = call.body
    if body.topic is not None and body.topic not in triage.topics():
        raise knowledge.BadArticle
    article_id = await knowledge.start_article(
        call.tx,
        call.house.vault,
        category_slug=body.category,
        topic=body.topic,
        slug=body.slug,
        text=_text(body),
        language=_language(body.language),
        by=call.who.actor,
        now=call.now,
    )
    return Answer(shapes_texts.Saved(article_id=article_id, language=body.language, version=1))


@operation(
    "POST",
    _ONE + "/drafts",
    scope="articles:write",
    gives=shapes_texts.Saved,
    takes=shapes_texts.NewDraft,
    status=201,
    bytes_max=_BYTES_MAX,
)
async def create_draft(call: Call) -> Answer:
    """Save a draft of a translation"""
    body: shapes_texts.NewDraft = call.body
    version = await knowledge.save_draft(
        call.tx,
        call.house.vault,
        article_id=call.id("article_id"),
        language=_language(body.language),
        slug=body.slug,
        text=_text(body),
        after=body.after,
        by=call.who.actor,
        now=call.now,
    )
    return Answer(shapes_texts.Saved(article_id=call.id("article_id"), language=body.language, version=version))


@operation(
    "POST",
    _ONE + "/publications",
    scope="articles:publish",
    gives=shapes_texts.Article,
    takes=shapes_texts.NewPublication,
)
async def publish_article(call: Call) -> Answer:
    """Publish a version

    Readers see it at once. Publishing an older version brings it back.
    """
    body: shapes_texts.NewPublication = call.body
    await knowledge.publish(
        call.tx,
        call.house.vault,
        article_id=call.id("article_id"),
        language=body.language,
        number=body.version,
        by=call.who.actor,
        now=call.now,
    )
    return await get_article(call)


@operation("DELETE", _ONE + "/publications/{language:str}", scope="articles:publish", gives=shapes_texts.Article)
async def unpublish_article(call: Call) -> Answer:
    """Withdraw a translation from readers

    Its text stays as a draft.
    """
    await knowledge.unpublish(
        call.tx,
        call.house.vault,
        article_id=call.id("article_id"),
        language=_known(call.ids["language"]),
        by=call.who.actor,
        now=call.now,
    )
    return await get_article(call)


def _language(tag: str) -> str:
    if tag not in language.LANGUAGES:
        raise Invalid
    return tag


def _known(tag: str) -> str:
    if tag not in language.LANGUAGES:
        raise knowledge.ArticleNotFound
    return tag


def _text(body: shapes_texts.ArticleText) -> knowledge.Text:
    return knowledge.Text(
        guard.screen(body.title), guard.screen(body.answer), guard.screen(body.body, max_chars=60_000)
    )


def _article(item: knowledge.DeskArticle) -> shapes_texts.Article:
    return shapes_texts.Article(
        id=item.id,
        topic=item.topic,
        category=item.category_slug,
        source_language=item.source_language,
        translations=[
            shapes_texts.Translation(
                language=translation.language,
                state=translation.state.value,
                slug=translation.slug,
                title=translation.title,
                published_version=translation.published_number,
                draft_version=translation.draft_number,
            )
            for translation in item.translations.values()
        ],
    )
