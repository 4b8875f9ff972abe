"""Articles: the list with the state of each translation, and the editor with its preview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import knowledge, triage
from bellrock.core import BellrockError, Transaction
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, editor, house_of, now, page
from bellrock.web.admin.forms import REQUEST_BYTES_MAX, ArticleForm, article_form, tongue
from bellrock.web.people.guards import language_for
from bellrock.web.shared.branding import name_for
from bellrock.web.shared.languages import LANGUAGES

ARTICLES = "/desk/articles"


@get(ARTICLES, name="articles", dependencies=editor)
async def show_articles(request: AnyRequest, agent: AgentHere) -> Page:
    """List the articles, and which translations want work."""
    async with house_of(request).database.transaction() as tx:
        articles = await knowledge.desk_list(tx)
        categories = await knowledge.all_categories(tx, language=language_for(request, agent))
    return page(request, agent, "articles", articles=articles, categories=categories, states=knowledge.TranslationState)


@get(ARTICLES + "/new", name="articles.new", dependencies=editor)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask for the first text of an article."""
    async with house_of(request).database.transaction() as tx:
        return await _new_page(request, tx, agent, ArticleForm())


@post(ARTICLES, name="articles.start", dependencies=editor, status_code=200, request_max_body_size=REQUEST_BYTES_MAX)
async def start(request: AnyRequest, agent: AgentHere) -> Page:
    """Start an article with a draft in English."""
    house, fields = house_of(request), await request.form()
    form = article_form(fields)
    topic, category = str(fields.get("topic", "")), str(fields.get("category", ""))
    try:
        async with house.database.transaction() as tx:
            article_id = await knowledge.start_article(
                tx,
                house.vault,
                category_slug=category,
                topic=topic or None,
                slug=form.address,
                text=form.text(),
                by=agent.actor,
                now=now(),
            )
    except BellrockError as error:
        async with house.database.transaction() as tx:
            return await _new_page(request, tx, agent, form, topic=topic, category=category, wrong=error)
    return Redirect(f"{ARTICLES}/{article_id}/en?done=saved", status_code=303)


@get(ARTICLES + "/{article_id:uuid}/{language:str}", name="articles.edit", dependencies=editor)
async def show_editor(
    request: AnyRequest,
    agent: AgentHere,
    article_id: FromPath[UUID],
    language: FromPath[str],
    done: FromQuery[str] = "",
) -> Page:
    """Show the newest text of a translation in the editor, beside it what it is made from."""
    async with house_of(request).database.transaction() as tx:
        return await _editor_page(request, tx, agent, article_id, tongue(language), done=done)


@post(
    ARTICLES + "/{article_id:uuid}/{language:str}/drafts",
    name="articles.save",
    dependencies=editor,
    status_code=200,
    request_max_body_size=REQUEST_BYTES_MAX,
)
async def save(request: AnyRequest, agent: AgentHere, article_id: FromPath[UUID], language: FromPath[str]) -> Page:
    """Save the next version as a draft, and publish it where the editor says so."""
    house, fields = house_of(request), await request.form()
    form, publishes = article_form(fields), fields.get("publish") == "1"
    where: dict[str, Any] = {"article_id": article_id, "language": tongue(language), "by": agent.actor, "now": now()}
    try:
        async with house.database.transaction() as tx:
            number = await knowledge.save_draft(
                tx, house.vault, slug=form.address, text=form.text(), after=form.after, **where
            )
            if publishes:
                await knowledge.publish(tx, house.vault, number=number, **where)
    except BellrockError as error:
        async with house.database.transaction() as tx:
            return await _editor_page(request, tx, agent, article_id, language, form=form, wrong=error)
    return Redirect(f"{ARTICLES}/{article_id}/{language}?done={'published' if publishes else 'saved'}", status_code=303)


@post(
    ARTICLES + "/{article_id:uuid}/{language:str}/preview",
    name="articles.preview",
    dependencies=editor,
    status_code=200,
    request_max_body_size=REQUEST_BYTES_MAX,
)
async def preview(request: AnyRequest, agent: AgentHere, article_id: FromPath[UUID], language: FromPath[str]) -> Page:
    """Show the text as readers would see it; nothing is saved."""
    form = article_form(await request.form())
    async with house_of(request).database.transaction() as tx:
        return await _editor_page(request, tx, agent, article_id, tongue(language), form=form, previews=True)


@post(
    ARTICLES + "/{article_id:uuid}/{language:str}/withdrawal",
    name="articles.unpublish",
    dependencies=editor,
    status_code=303,
)
async def unpublish(request: AnyRequest, agent: AgentHere, article_id: FromPath[UUID], language: FromPath[str]) -> Page:
    """Take a translation away from readers."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await knowledge.unpublish(
            tx, house.vault, article_id=article_id, language=tongue(language), by=agent.actor, now=now()
        )
    return Redirect(f"{ARTICLES}/{article_id}/{language}?done=withdrawn", status_code=303)


async def _new_page(
    request: AnyRequest,
    tx: Transaction,
    agent: Agent,
    form: ArticleForm,
    *,
    topic: str = "",
    category: str = "",
    wrong: BellrockError | None = None,
) -> Page:
    language = language_for(request, agent)
    taken = {article.topic for article in await knowledge.desk_list(tx)}
    return page(
        request,
        agent,
        "article_new",
        wrong=wrong,
        form=form,
        topic=topic,
        category=category,
        categories=[(item.slug, item.name) for item in await knowledge.all_categories(tx, language=language)],
        topics=[(name, triage.topic_name(name, language)) for name in triage.topics() if name not in taken],
    )


async def _editor_page(
    request: AnyRequest,
    tx: Transaction,
    agent: Agent,
    article_id: UUID,
    language: str,
    *,
    form: ArticleForm | None = None,
    previews: bool = False,
    done: str = "",
    wrong: BellrockError | None = None,
) -> Page:
    article = await knowledge.desk_article(tx, article_id=article_id)
    translation = article.translations.get(language)
    source = article.translations.get(article.source_language)
    source_number = source and (source.published_number or source.draft_number)
    original = None
    if language != article.source_language and source_number:
        original = await knowledge.version(
            tx, article_id=article_id, language=article.source_language, number=source_number
        )
    if form is None:
        form = await _form_of(tx, article_id=article_id, language=language, slug=_slug(translation, source))
    return page(
        request,
        agent,
        "article",
        wrong=wrong,
        article=article,
        language=language,
        translation=translation,
        form=form,
        original=original,
        shown=knowledge.preview(answer=form.answer, body=form.body, brand=name_for(house_of(request)))
        if previews
        else None,
        done=done,
        missing=[code for code in LANGUAGES if code not in article.translations],
        states=knowledge.TranslationState,
    )


async def _form_of(tx: Transaction, *, article_id: UUID, language: str, slug: str) -> ArticleForm:
    """Return the newest version in the fields; empty ones for a translation that nobody has begun."""
    versions = await knowledge.history(tx, article_id=article_id, language=language)
    if not versions:
        return ArticleForm(slug=slug)
    newest = versions[0]
    return ArticleForm(title=newest.title, answer=newest.answer, body=newest.body, slug=slug, after=newest.number)


def _slug(translation: knowledge.DeskTranslation | None, source: knowledge.DeskTranslation | None) -> str:
    return translation.slug if translation else source.slug if source else ""


routes: list[Any] = [show_articles, show_new, start, show_editor, save, preview, unpublish]
