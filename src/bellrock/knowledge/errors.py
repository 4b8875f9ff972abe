"""What can go wrong with articles, in words for editors and readers."""

from bellrock.core import N_, Conflict, Invalid, NotFound


class ArticleNotFound(NotFound):
    """There is no such article, or it is not published in this language."""

    code = "article_not_found"
    text = N_("We could not find this article.")


class BadArticle(Invalid):
    """A field of the article is empty or too long."""

    code = "bad_article"
    text = N_("Please check title, answer, address and text of the article.")


class SlugTaken(Conflict):
    """Another article of this language already has the address."""

    code = "slug_taken"
    text = N_("Another article already has this address. Choose a different one.")


class DraftConflict(Conflict):
    """Somebody saved a newer version since this one was opened."""

    code = "draft_conflict"
    text = N_("A colleague saved a newer version meanwhile. Look at it before you save yours.")
