"""Articles of the help centre: drafts, publishing, translations, feedback, and search in every script."""

from bellrock.knowledge.actions import (
    Text,
    give_feedback,
    publish,
    save_draft,
    start_article,
    unpublish,
)
from bellrock.knowledge.catalogue import all_categories, desk_article, desk_list, history, related_topics, version
from bellrock.knowledge.errors import ArticleNotFound, BadArticle, DraftConflict, SlugTaken
from bellrock.knowledge.models import (
    ArticlePage,
    Card,
    Category,
    DeskArticle,
    DeskTranslation,
    FeedbackCounts,
    Hit,
    PublishedAnswer,
    TranslationState,
    Version,
    fallbacks,
)
from bellrock.knowledge.queries import (
    answer_for,
    article,
    cards_of_category,
    categories,
    category,
    find_moved,
    languages,
    published_addresses,
    topics_answered,
)
from bellrock.knowledge.rendering import plain, preview, render
from bellrock.knowledge.replay import compare_rows
from bellrock.knowledge.search import QUERY_CHARS_MAX, search
from bellrock.knowledge.seeding import seed

__all__ = [
    "QUERY_CHARS_MAX",
    "ArticleNotFound",
    "ArticlePage",
    "BadArticle",
    "Card",
    "Category",
    "DeskArticle",
    "DeskTranslation",
    "DraftConflict",
    "FeedbackCounts",
    "Hit",
    "PublishedAnswer",
    "SlugTaken",
    "Text",
    "TranslationState",
    "Version",
    "all_categories",
    "answer_for",
    "article",
    "cards_of_category",
    "categories",
    "category",
    "compare_rows",
    "desk_article",
    "desk_list",
    "fallbacks",
    "find_moved",
    "give_feedback",
    "history",
    "languages",
    "plain",
    "preview",
    "publish",
    "published_addresses",
    "related_topics",
    "render",
    "save_draft",
    "search",
    "seed",
    "start_article",
    "topics_answered",
    "unpublish",
    "version",
]
