"""Short keys made of names that people type: for addresses and for the record, never shown in place of the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count

_CHARS_MAX = 30


def free_slug(name: str, *, otherwise: str, taken: Collection[str]) -> str:
    """Return a key of Latin letters, digits and hyphens made of a name, numbered where it is taken.

    A name without Latin letters becomes `otherwise`.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:_CHARS_MAX].strip("-")
    slug = words if re.match(r"[a-z]", words) else f"{otherwise}-{words}".rstrip("-")
    return next(key for number in count(1) if (key := slug if number == 1 else f"{slug}-{number}") not in taken)
