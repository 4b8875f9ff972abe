"""Every address of this area."""

from __future__ import annotations

from typing import Any

from bellrock.web.admin import articles, canned, incidents, macros, settings, versions

routes: list[Any] = [
    *articles.routes,
    *versions.routes,
    *incidents.routes,
    *settings.routes,
    *canned.routes,
    *macros.routes,
]
