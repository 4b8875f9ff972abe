"""What people write, by language and topic: templates from `texts/<language>.toml`, filled with invented ids and amounts."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from bellrock import guard, language
from bellrock.vault import Vault

TEXTS = Path(__file__).parent / "texts"
TOKENS_MAX = 400
_NEW_SHARE = 0.01  # of what is used again, so many are new all the same
_HEX = "0123456789abcdef"
_ASSETS = ("BTC", "ETH", "USDT", "USDC", "SOL", "TRX", "XRP", "LTC", "DOGE", "ADA")
_NETWORKS = ("ERC-20", "TRC-20", "BEP-20", "Solana", "Polygon", "Arbitrum")
_DEVICES = ("iPhone 15", "Pixel 9", "Galaxy S24", "Xiaomi 14", "MacBook", "Windows 11")


@dataclass(frozen=True, slots=True)
class Said:
    """A text that was screened, with the hashes of its tokens for search."""

    text: guard.GuardedText
    hashes: list[int]


class Words:
    """The texts of one language."""

    def __init__(self, name: str, data: dict[str, Any]) -> None:
        self.language = name
        self._common: dict[str, list[Template]] = {
            key: [Template(text) for text in texts] for key, texts in data["common"].items()
        }
        self._topics: dict[str, dict[str, list[Template]]] = {
            topic: {key: [Template(text) for text in texts] for key, texts in parts.items()}
            for topic, parts in data["topics"].items()
        }
        self._spaced = "" if name in ("zh-Hans", "zh-Hant", "ja") else " "

    def opening(self, topic: str, chance: random.Random) -> str:
        """Return a first message: often a greeting, what happened, often some detail or an appeal."""
        parts = [self._of(topic, "opening", chance)]
        if chance.random() < 0.55:
            parts.insert(0, self._any("greeting", chance))
        if chance.random() < 0.4:
            parts.append(self._of(topic, "more", chance))
        if chance.random() < 0.25:
            parts.append(self._any("appeal", chance))
        return self._spaced.join(parts)

    def more(self, topic: str, chance: random.Random) -> str:
        """Return what a customer adds later."""
        return self._of(topic, "more", chance) if chance.random() < 0.7 else self._any("appeal", chance)

    def answer(self, topic: str, chance: random.Random) -> str:
        """Return what a person or the first line answers."""
        parts = [self._of(topic, "answer", chance)]
        if chance.random() < 0.5:
            parts.insert(0, self._any("hello", chance))
        return self._spaced.join(parts)

    def common(self, key: str, chance: random.Random) -> str:
        """Return a text of any topic: thanks, wait, handed."""
        return self._any(key, chance)

    def _of(self, topic: str, key: str, chance: random.Random) -> str:
        return _filled(chance.choice(self._topics[topic][key]), chance)

    def _any(self, key: str, chance: random.Random) -> str:
        return _filled(chance.choice(self._common[key]), chance)


@cache
def words_of(name: str) -> Words:
    """Return the texts of a language."""
    return Words(name, tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8")))


class Voice:
    """What people say, screened as every text is. Of each kind `variety` texts are made and used again; 0 makes each anew."""

    def __init__(self, vault: Vault, *, variety: int = 0) -> None:
        self._vault, self._variety = vault, variety
        self._said: dict[tuple[str, ...], list[Said]] = {}

    def opening(self, name: str, topic: str, chance: random.Random) -> Said:
        return self._say(("opening", name, topic), lambda: words_of(name).opening(topic, chance), chance)

    def more(self, name: str, topic: str, chance: random.Random) -> Said:
        return self._say(("more", name, topic), lambda: words_of(name).more(topic, chance), chance)

    def answer(self, name: str, topic: str, chance: random.Random) -> Said:
        return self._say(("answer", name, topic), lambda: words_of(name).answer(topic, chance), chance)

    def common(self, name: str, key: str, chance: random.Random) -> Said:
        return self._say((key, name), lambda: words_of(name).common(key, chance), chance)

    def plain(self, text: str, chance: random.Random) -> Said:
        return self._say(("plain", text), lambda: text, chance)

    def _say(self, kind: tuple[str, ...], make: Callable[[], str], chance: random.Random) -> Said:
        known = self._said.setdefault(kind, [])
        if len(known) < self._variety or not known or not self._variety or chance.random() < _NEW_SHARE:
            text = guard.screen(make())
            made = Said(text, self._vault.token_hashes(language.tokens(text.text)[:TOKENS_MAX]))
            if len(known) < max(1, self._variety):
                known.append(made)
            return made
        return chance.choice(known)


def _filled(template: Template, chance: random.Random) -> str:
    if "$" not in template.template:
        return template.template
    asset = chance.choice(_ASSETS)
    amount = (
        f"{chance.choice((12, 25, 40, 80, 100, 150, 250, 400, 500, 750, 1000, 2500)) * chance.uniform(0.8, 1.3):.2f}"
    )
    return template.substitute(
        amount=amount,
        asset=asset,
        network=chance.choice(_NETWORKS),
        device=chance.choice(_DEVICES),
        hours=chance.randint(2, 48),
        days=chance.randint(2, 9),
        txid="0x" + "".join(chance.choices(_HEX, k=64)),
        order=f"NW{chance.randrange(10**8):08d}",
    )
