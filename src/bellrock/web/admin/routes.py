"""Every address of this area."""

from __future__ import annotations

from typing import Any

from bellrock.web.admin import (
    answer_times,
    articles,
    brands,
    canned,
    gaps,
    hours,
    incidents,
    labels,
    macros,
    retention,
    settings,
    teaching,
    telling,
    tokens,
    versions,
    webhooks,
    work,
)

routes: list[Any] = [
    *articles.routes,
    *versions.routes,
    *incidents.routes,
    *telling.routes,
    *settings.routes,
    *canned.routes,
    *macros.routes,
    *retention.routes,
    *hours.routes,
    *answer_times.routes,
    *brands.routes,
    *labels.routes,
    *work.routes,
    *gaps.routes,
    *teaching.routes,
    *tokens.routes,
    *webhooks.routes,
]
