"""What every page stands on: the look, base templates, rendering, languages, headers and error pages."""

from bellrock.web.shared.assets import asset, asset_routes
from bellrock.web.shared.branding import brand_routes, refresh_for
from bellrock.web.shared.headers import SECURITY_HEADERS, add_security_headers
from bellrock.web.shared.languages import direction, language_name, language_of
from bellrock.web.shared.problems import problem_handlers
from bellrock.web.shared.templating import environment, prepare, render, render_text

__all__ = [
    "SECURITY_HEADERS",
    "add_security_headers",
    "asset",
    "asset_routes",
    "brand_routes",
    "direction",
    "environment",
    "language_name",
    "language_of",
    "prepare",
    "problem_handlers",
    "refresh_for",
    "render",
    "render_text",
]
