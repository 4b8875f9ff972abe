"""Markdown to HTML that is safe to show: no markup passes that is not named here."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt

from bellrock.knowledge.models import BRAND

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])

_TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote", "a", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "h2": {"id"}, "h3": {"id"}, "th": {"scope"}, "ol": {"start"}}
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
# Our own pages, https, mail, a place on the page; `//host` would be somebody else's page.
_LINK = re.compile(r"^(https://|mailto:|#|/(?!/))")


def render(markdown: str) -> str:
    """Return sanitised HTML of an article's text. Headings become h2 and h3, with ids `s1`, `s2`, …"""
    tokens = _MARKDOWN.parse(markdown)
    count = 0
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag in ("h1", "h2") else "h3"
            if token.type == "heading_open":
                count += 1
                token.attrSet("id", f"s{count}")
        elif token.type == "th_open":
            token.attrs = {"scope": "col"}
        elif token.type == "td_open":
            token.attrs = {}
    return _clean(str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})))


def preview(*, answer: str, body: str, brand: str) -> tuple[str, str]:
    """Return answer and body as readers would see them, sanitised, with the exchange's name."""
    return with_brand_html(render_line(answer), brand), with_brand_html(render(body), brand)


def render_line(markdown: str) -> str:
    """Return sanitised HTML of a short text without blocks, such as an answer."""
    return _clean(_MARKDOWN.renderInline(markdown))


@lru_cache(maxsize=512)
def plain_line(markdown: str) -> str:
    """Return the words of a short text, such as an answer; lists ask for the same ones again and again."""
    return plain(markdown)


def plain(markdown: str) -> str:
    """Return the words of a Markdown text without marks."""
    html = _MARKDOWN.render(markdown)
    return unescape(re.sub(r"\s*\n\s*", "\n", nh3.clean(html, tags=set()))).strip()


def headings(html: str) -> tuple[tuple[str, str], ...]:
    """Return (id, text) of the h2 headings of rendered HTML."""
    return tuple((anchor, unescape(nh3.clean(text, tags=set()))) for anchor, text in _HEADING.findall(html))


def with_brand(text: str, brand: str) -> str:
    """Fill the exchange's name into a text."""
    return text.replace(BRAND, brand)


def with_brand_html(html: str, brand: str) -> str:
    """Fill the exchange's name into HTML."""
    return html.replace(BRAND, escape(brand))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"https", "mailto"},
        link_rel="noopener",
        strip_comments=True,
    )


def _keep(tag: str, name: str, value: str) -> str | None:
    if tag == "a" and name == "href" and not _LINK.match(value):
        return None
    return value
