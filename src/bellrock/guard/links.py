"""Links in a text, each with what makes its host look like something it is not."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bellrock.core import N_

LINKS_MAX = 50

_LINK = re.compile(
    r"(?:(?P<scheme>https?)://|(?<![\w@./-])(?=www\.|(?:[a-z0-9\u00a1-\uffff-]{1,63}\.){1,8}"
    r"(?:com|net|org|io|info|app|xyz|online|site|top|finance|exchange|support|help|live|me|co|ru|cn|example)\b))"
    r"(?P<rest>[^\s<>\"'`{}|\\^⟦⟧\u3000-\u3002\uff0c\uff08\uff09\uff1b]{3,2000})",
    re.I,
)
_TRAILING = ".,;:!?)]*_~\u2026\u00bb\u201d\u2019"

# Letters of other scripts, and digits, that are read as a Latin letter. Source: Unicode TR39 confusables, those that
# occur in registered names.
_READ_AS = str.maketrans(
    {
        **dict(zip("авсԁеһіјӏкмпорԛѕтухԝ", "abcdehijlkmnopqstyxw", strict=True)),
        **dict(zip("αβγεηικνορτυχω", "abyenikvoptuxw", strict=True)),
        **dict(zip("ıłøđħɡɑöôóòúùüéèêáàâäñçşğíì", "ilodhgaoooouuueeeaaaancsgii", strict=True)),
        "0": "o",
        "1": "l",
        "3": "e",
        "5": "s",
        "|": "l",
    }
)


class Oddity(StrEnum):
    """What is odd about a link."""

    PUNYCODE = "punycode"
    MIXED_SCRIPTS = "mixed_scripts"
    USER_INFO = "user_info"
    ADDRESS = "address"
    IMITATION = "imitation"
    UNENCRYPTED = "unencrypted"


_WARNINGS = {
    Oddity.PUNYCODE: N_("The name of this site uses letters that can look like others."),
    Oddity.MIXED_SCRIPTS: N_("The name of this site mixes letters of several scripts to look familiar."),
    Oddity.USER_INFO: N_("The part before the @ sign is not the site that this link leads to."),
    Oddity.ADDRESS: N_("This link leads to a bare network address and not to a named site."),
    Oddity.IMITATION: N_("This site looks like ours and is not."),
    Oddity.UNENCRYPTED: N_("This link is not encrypted."),
}


def warning(oddity: Oddity) -> str:
    """Return the msgid that tells a reader what is odd."""
    return _WARNINGS[oddity]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands in the text. `host` is ASCII and safe to show; `imitates` names the official host it resembles."""

    start: int
    end: int
    href: str
    host: str
    is_official: bool
    imitates: str | None
    oddities: tuple[Oddity, ...]

    @property
    def is_suspicious(self) -> bool:
        """Whether a reader must be warned before following it."""
        return not self.is_official and any(oddity is not Oddity.UNENCRYPTED for oddity in self.oddities)


def links(text: str, *, official: frozenset[str] = frozenset()) -> tuple[Link, ...]:
    """Find the web links of a text, at most fifty. `official` are our own hosts; their subdomains count as ours."""
    found: list[Link] = []
    for match in _LINK.finditer(text):
        rest = match["rest"].rstrip(_TRAILING)
        link = _judge(match.start(), match["scheme"], rest, official)
        if link is not None:
            found.append(link)
        if len(found) == LINKS_MAX:
            break
    return tuple(found)


def _judge(start: int, scheme: str | None, rest: str, official: frozenset[str]) -> Link | None:
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, _, host_and_port = authority.rpartition("@")
    shown = unicodedata.normalize("NFKC", host_and_port.rsplit(":", 1)[0] if ":" in host_and_port else host_and_port)
    shown = shown.casefold().strip(".")
    host = _ascii_host(shown)
    if host is None:
        return None
    is_official = any(host == ours or host.endswith("." + ours) for ours in official) and not user
    unicode_host = _unicode_host(host)
    imitates = None if is_official else _imitated(unicode_host, official) or _imitated(user.casefold(), official)
    oddities = [
        (Oddity.PUNYCODE, "xn--" in host),
        (Oddity.MIXED_SCRIPTS, any(_mixes_scripts(label) for label in unicode_host.split("."))),
        (Oddity.USER_INFO, bool(user)),
        (Oddity.ADDRESS, _is_address(host)),
        (Oddity.IMITATION, imitates is not None),
        (Oddity.UNENCRYPTED, (scheme or "").lower() == "http"),
    ]
    written = (f"{scheme}://" if scheme else "") + rest
    path = rest[len(authority) :]
    href = f"{(scheme or 'https').lower()}://{user}{'@' if user else ''}{host}{_port(host_and_port)}{path}"
    return Link(
        start, start + len(written), href, host, is_official, imitates, tuple(o for o, is_so in oddities if is_so)
    )


def _port(host_and_port: str) -> str:
    port = host_and_port.rsplit(":", 1)[1] if ":" in host_and_port else ""
    return f":{port}" if port.isascii() and port.isdigit() else ""


def _ascii_host(shown: str) -> str | None:
    labels = shown.split(".")
    if len(labels) < 2 or len(shown) > 253 or not all(1 <= len(label) <= 63 for label in labels):
        return None
    coded: list[str] = []
    for label in labels:
        if label.isascii():
            if not re.fullmatch(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", label):
                return None
            coded.append(label)
        else:
            coded.append("xn--" + label.encode("punycode").decode("ascii"))
    return ".".join(coded)


def _unicode_host(host: str) -> str:
    return ".".join(_decoded(label) for label in host.split("."))


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", host))
    return True


def _mixes_scripts(label: str) -> bool:
    scripts = {unicodedata.name(letter, "?").split(" ")[0] for letter in label if letter.isalpha()}
    together = ({"CJK", "HIRAGANA", "KATAKANA", "LATIN", "KATAKANA-HIRAGANA"}, {"CJK", "HANGUL", "LATIN"})
    return len(scripts) > 1 and not any(scripts <= allowed for allowed in together)


def _imitated(host: str, official: frozenset[str]) -> str | None:
    """Return our host that this one resembles: same look, our name within it, or one slip away."""
    looks = _look(host)
    for ours in sorted(official):
        name = _look(_registered_name(ours))
        if looks == _look(ours) or (len(name) >= 5 and name in re.sub(r"[.-]", "", looks)):
            return ours
        if any(len(name) >= 6 and _one_slip(_look(label), name) for label in host.split(".")):
            return ours
    return None


def _registered_name(host: str) -> str:
    labels = host.split(".")
    return labels[-2] if len(labels) >= 2 else host


def _look(host: str) -> str:
    looks = unicodedata.normalize("NFKC", host).casefold().translate(_READ_AS)
    return looks.replace("rn", "m").replace("vv", "w").replace("l", "i")


def _one_slip(one: str, other: str) -> bool:
    """Say whether one letter changed, added, left out, or two neighbours swapped makes one of the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    swapped = one[:at] + one[at + 1 : at + 2] + one[at : at + 1] + one[at + 2 :]
    return (
        swapped == other
        or one[at + 1 :] == other[at + 1 :]
        or one[at:] == other[at + 1 :]
        or one[at + 1 :] == other[at:]
    )
