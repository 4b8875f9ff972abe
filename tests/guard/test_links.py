import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard
from bellrock.guard import Oddity

OURS = frozenset({"northwick.example"})


@pytest.mark.parametrize(
    "text", ["https://northwick.example/a", "see help.northwick.example/b.", "https://northwick.example:443/?q=1"]
)
def test_our_own_hosts_are_official(text: str) -> None:
    (link,) = guard.links(text, official=OURS)
    assert link.is_official
    assert not link.is_suspicious


@pytest.mark.parametrize(
    ("text", "oddity"),
    [
        ("https://n0rthwick.com", Oddity.IMITATION),
        ("https://northwik.com", Oddity.IMITATION),
        ("https://nortwhick.com", Oddity.IMITATION),
        ("https://northwick-support.com/login", Oddity.IMITATION),
        ("https://northwick.example.evil.com", Oddity.IMITATION),
        ("https://northwick.example@evil.com/", Oddity.USER_INFO),
        ("https://n\u043erthwick.com", Oddity.MIXED_SCRIPTS),
        ("https://\u043do\u0433t\u04bbwick.com", Oddity.PUNYCODE),
        ("https://xn--80ak6aa92e.com/", Oddity.PUNYCODE),
        ("http://192.168.1.1/a", Oddity.ADDRESS),
        ("http://0x7f000001.0/", Oddity.ADDRESS),
    ],
)
def test_what_is_odd_is_said(text: str, oddity: Oddity) -> None:
    (link,) = guard.links(text, official=OURS)
    assert oddity in link.oddities
    assert link.is_suspicious
    assert link.host.isascii()


def test_a_host_is_shown_as_what_it_is() -> None:
    (link,) = guard.links("https://аррӏе.com")
    assert link.host == "xn--80ak6aa92e.com"
    assert link.href == "https://xn--80ak6aa92e.com"


@pytest.mark.parametrize(
    "text", ["mail me at a@b.com", "javascript:alert(1)", "1.5 BTC", "e.g. this", "https://", "v2.0.1"]
)
def test_what_is_no_web_link_is_none(text: str) -> None:
    assert guard.links(text) == ()


def test_signs_behind_a_link_do_not_belong_to_it() -> None:
    text = "go (https://example.com/a)."
    (link,) = guard.links(text)
    assert text[link.start : link.end] == "https://example.com/a"


@given(st.text(max_size=200))
def test_links_lie_where_they_say(text: str) -> None:
    for link in guard.links("https://a.example/" + text):
        assert link.href.startswith(("http://", "https://"))
        assert 0 <= link.start < link.end <= len(text) + 18
