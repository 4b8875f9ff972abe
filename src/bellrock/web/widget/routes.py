"""Every address of the widget."""

from __future__ import annotations

from typing import Any

from bellrock.web.widget.pages import page_routes
from bellrock.web.widget.requests import request_routes
from bellrock.web.widget.steps import step_routes

routes: list[Any] = [*request_routes, *step_routes, *page_routes]
