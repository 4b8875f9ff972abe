"""Markdown becomes HTML that cannot run, whatever stands in it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import knowledge
from bellrock.knowledge.rendering import headings, with_brand_html

PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt&colon;x)",
    "![a](https://x.example/a.png)", "<a href='//evil.example'>a</a>", "[a](//evil.example)", "[a](https://ok.example)",
    "## <svg/onload=alert(1)>", "| a | b |\n|---|---|\n| <b onclick=x>c</b> | d |", "<style>*{}</style>", "`<i>`",
    "[x]: javascript:alert(1)\n\n[x]", "<https://ok.example>", "<javascript:alert(1)>", "&#60;script&#62;", "]]>", "\\<b>",
    "<!-- --!> <script>", "<math><mtext></form><form>", "{{brand}}", "\n\n", " ", "**b**", "1. one\n2. two", "> q",
]  # fmt: skip


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _assert_harmless(html: str) -> None:
    reader = _Reader()
    reader.feed(html)
    for tag, attributes in reader.tags:
        assert tag in {
            "p",
            "h2",
            "h3",
            "ul",
            "ol",
            "li",
            "strong",
            "em",
            "s",
            "code",
            "pre",
            "blockquote",
            "a",
            "br",
            "hr",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        }
        assert set(attributes) <= {"href", "id", "scope", "start", "rel"}
        link = attributes.get("href")
        assert link is None or link.startswith(("https://", "mailto:", "#")) or (link[0] == "/" and link[1:2] != "/")


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20)), max_size=8).map("".join))
def test_nothing_runs(markdown: str) -> None:
    _assert_harmless(knowledge.render(markdown))
    answer, body = knowledge.preview(answer=markdown, body=markdown, brand="<script>alert(1)</script>")
    _assert_harmless(answer)
    _assert_harmless(body)


def test_headings_get_places_to_jump_to() -> None:
    html = knowledge.render("# One & two\n\ntext\n\n## Three\n\n### Four")
    assert headings(html) == (("s1", "One & two"), ("s2", "Three"))
    assert "<h1" not in html


@pytest.mark.parametrize("link", ["/help/en", "#s1", "https://example.org/a?b=c&d", "mailto:a@b.example"])
def test_keeps_good_links(link: str) -> None:
    assert f'href="{link.replace("&", "&amp;")}"' in knowledge.render(f"[a]({link})")


def test_plain_leaves_the_words() -> None:
    assert knowledge.plain("Open **Account → API** & wait\n\n1. `a < b`\n2. [c](https://d)") == (
        "Open Account → API & wait\na < b\nc"
    )


def test_brand_is_escaped_in_html() -> None:
    assert with_brand_html("<p>{{brand}}</p>", "A&B") == "<p>A&amp;B</p>"
