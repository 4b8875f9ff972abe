"""An agent's choices as scripts read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bellrock import workbench


def shown(chosen: workbench.Choices, gettext: Callable[[str], str]) -> dict[str, Any]:
    """Return keys, seconds and sounds, and what variables of canned replies are called."""
    return {
        "keys": chosen.key_map,
        "hold_seconds": chosen.hold_seconds,
        "sounds": chosen.sounds,
        "variables": {name: gettext(text) for name, text in workbench.VARIABLES.items()},
    }
