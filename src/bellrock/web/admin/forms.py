"""Reading what an editor sends: parsed into types that cannot be wrong, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from bellrock import guard, knowledge
from bellrock.core import NotFound
from bellrock.web.shared.languages import LANGUAGES

REQUEST_BYTES_MAX = 400_000
_FIELD_CHARS_MAX = 60_000


@dataclass(frozen=True, slots=True)
class ArticleForm:
    """What stands in the fields of the editor, as typed."""

    title: str = ""
    answer: str = ""
    body: str = ""
    slug: str = ""
    after: int = 0

    def text(self) -> knowledge.Text:
        """Return the guarded words. Raises BadArticle where a field is empty or too long."""
        if not (self.title.strip() and self.answer.strip() and self.body.strip()):
            raise knowledge.BadArticle
        return knowledge.Text(*(screened(part) for part in (self.title, self.answer, self.body)))

    @property
    def address(self) -> str:
        """Return the address as typed, or one made of the title."""
        return self.slug.strip() or slug_of(self.title)


def article_form(form: Any) -> ArticleForm:
    """Return the editor's fields of a form."""
    return ArticleForm(
        title=str(form.get("title", "")),
        answer=str(form.get("answer", "")),
        body=str(form.get("body", "")).replace("\r\n", "\n"),
        slug=str(form.get("slug", "")),
        after=number(form.get("after")),
    )


def screened(text: str) -> guard.GuardedText:
    """Return a text without secrets."""
    return guard.screen(text, max_chars=_FIELD_CHARS_MAX)


def slug_of(title: str) -> str:
    """Return an address made of a title: its words in lower case with hyphens between."""
    text = unicodedata.normalize("NFKC", title).lower()
    return "-".join(re.findall(r"\w+", text))[:80].strip("-")


def tongue(code: str) -> str:
    """Return a language that pages are shown in. Raises NotFound."""
    if code not in LANGUAGES:
        raise NotFound
    return code


def number(value: Any) -> int:
    """Return a small whole number, 0 for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0
