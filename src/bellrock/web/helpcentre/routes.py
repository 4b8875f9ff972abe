"""Every address of the help centre."""

from __future__ import annotations

from typing import Any

from bellrock.web.helpcentre import crawling, feedback, pages

routes: list[Any] = [*pages.routes, *feedback.routes, *crawling.routes]
